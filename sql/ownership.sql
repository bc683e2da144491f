\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- Whose an object is, asked of the fence and of migrate_owner_of: they must agree, whoever made it
-- and whatever it is called.
SELECT migrate_create_prefix('pa'), migrate_create_prefix('pb');
CREATE FUNCTION in_pb(text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    problem text;
    detail text;
BEGIN
    PERFORM migrate_register('trial', $1, prefix => 'pb');
    PERFORM migrate_upgrade(prefix => 'pb');
    RETURN NEXT 'done';
    RAISE EXCEPTION USING ERRCODE = 'HV001';
EXCEPTION WHEN SQLSTATE 'HV001' THEN NULL;
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
        RETURN NEXT SQLSTATE || ': ' || problem || ': ' || detail;
END $$;
SELECT migrate_register('a1', 'CREATE TABLE pa_days (d date) PARTITION BY RANGE (d);
    CREATE TABLE pa_parent (a int); CREATE TABLE pa_t (a int)',
    'DROP TABLE pa_days, pa_t, pa_parent', prefix => 'pa');
SELECT revision FROM migrate_upgrade(prefix => 'pa');
-- Made by pb on a table of pa, which pb was warned of: pa's.
SELECT migrate_set_option('isolation', 'off', 'pb');
SELECT migrate_register('b1', 'CREATE INDEX pb_index ON pa_t (a); CREATE TABLE pb_t (a int);
    ALTER TABLE pa_t ADD CONSTRAINT pb_check CHECK (a > 0), ADD pb_column int',
    'DROP INDEX pb_index; DROP TABLE pb_t', prefix => 'pb');
SELECT revision FROM migrate_upgrade(prefix => 'pb');
SELECT migrate_set_option('isolation', 'error', 'pb');
SELECT * FROM migrate_owner_of('pb_index');
SELECT * FROM migrate_owner_of('pa_t.pb_column');
SELECT * FROM migrate_owner_of('pb_t');
SELECT in_pb('DROP INDEX pb_index');
SELECT in_pb('ALTER TABLE pa_t DROP CONSTRAINT pb_check');
-- Partitions and children that somebody else makes, under names that are anybody's.
CREATE TABLE pb_night PARTITION OF pa_days FOR VALUES FROM ('2026-01-01') TO ('2026-01-02');
CREATE TABLE stray PARTITION OF pa_days FOR VALUES FROM ('2026-01-03') TO ('2026-01-04')
    PARTITION BY LIST (d);
CREATE TABLE stray_below PARTITION OF stray DEFAULT;
CREATE TABLE pb_child () INHERITS (pa_parent);
CREATE TABLE nobodys (a int);
CREATE TABLE child_of_two () INHERITS (pa_parent, nobodys);
SELECT name, o.object, prefix, revision
FROM unnest(ARRAY['pb_night', 'stray', 'stray_below', 'pb_child', 'child_of_two', 'nobodys']) AS name
LEFT JOIN migrate_owner_of(name) AS o ON true;
SELECT in_pb('DROP TABLE pb_night');
SELECT in_pb('ALTER TABLE stray_below ADD CHECK (d > ''2000-01-01'')');
SELECT in_pb('INSERT INTO pb_child VALUES (1)');
SELECT in_pb('CREATE TABLE pb_mine () INHERITS (pa_parent)');
-- Both sides of an attachment are asked.
SELECT in_pb('ALTER TABLE pa_days ATTACH PARTITION pb_t DEFAULT');
SELECT in_pb('CREATE TABLE pb_days (d date) PARTITION BY RANGE (d);
    ALTER TABLE pb_days ATTACH PARTITION pb_night DEFAULT');
-- Once detached, they stay with the prefix that they leave.
SELECT migrate_register('a2', 'ALTER TABLE pa_days DETACH PARTITION stray;
    ALTER TABLE pa_days DETACH PARTITION pb_night', '', prefix => 'pa');
SELECT revision FROM migrate_upgrade(prefix => 'pa');
SELECT name, o.object, prefix, revision
FROM unnest(ARRAY['pb_night', 'stray', 'stray_below']) AS name
LEFT JOIN migrate_owner_of(name) AS o ON true;
SELECT in_pb('DROP TABLE pb_night');
SELECT migrate_register('a3', 'DROP TABLE stray, pb_night', prefix => 'pa');
SELECT revision FROM migrate_upgrade(prefix => 'pa');
SELECT type, identity, prefix, revision FROM migrate.object WHERE identity ~ 'stray|night';
-- One that the same text has made is its work; one that a job has made is not, when a deploy detaches it.
SELECT migrate_register('a4', 'CREATE TABLE pa_made PARTITION OF pa_days DEFAULT;
    ALTER TABLE pa_days DETACH PARTITION pa_made', 'DROP TABLE pa_made', prefix => 'pa');
SELECT revision FROM migrate_upgrade(prefix => 'pa');
CREATE TABLE pb_job PARTITION OF pa_days FOR VALUES FROM ('2026-02-01') TO ('2026-02-02');
SELECT migrate_register('a5', 'ALTER TABLE pa_days DETACH PARTITION pb_job CONCURRENTLY', prefix => 'pa');
SET migrate.progress = none;
CALL migrate_deploy(prefix => 'pa');
SELECT name, o.object, prefix, revision
FROM unnest(ARRAY['pa_made', 'pb_job']) AS name LEFT JOIN migrate_owner_of(name) AS o ON true;
-- A revert says once which revisions of other lines it takes along.
SELECT migrate_register('l0', '', '');
SELECT migrate_register('l1', '', '');
SELECT migrate_register('l2', '', '', down_revision => '{}', depends_on => '{l1}');
SELECT count(*) FROM migrate_upgrade('heads');
CALL migrate_revert('l0');
SELECT migrate_drop_prefix(name, force => true) FROM unnest('{pb,pa}'::text[]) AS name;
DROP TABLE pb_t, pb_job, pa_made, pa_days, pa_t, pa_parent, pb_child, child_of_two, nobodys;
DROP FUNCTION in_pb;
DROP EXTENSION migrate;
