\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- Every revision of this test leaves a trace, so that what ran, and in which order, is seen in the
-- database itself; the steps that the functions return must agree with it.
CREATE TABLE trace (n int GENERATED ALWAYS AS IDENTITY, step text);
CREATE FUNCTION step(id text, VARIADIC parents text[] DEFAULT NULL, OUT result text)
LANGUAGE sql AS $$
    SELECT migrate_register(id, format('INSERT INTO trace (step) VALUES (%L)', '+' || id),
                            format('INSERT INTO trace (step) VALUES (%L)', '-' || id),
                            'step ' || id, coalesce(parents, '{}')) $$;
-- go: start from these rows (stamped), run to the target, and show the steps that were returned,
-- what the database saw, and the rows afterwards.
CREATE FUNCTION go(start text[], direction text, target text)
RETURNS TABLE (steps text, seen text, rows text)
LANGUAGE plpgsql AS $$
DECLARE planned text;
BEGIN
    PERFORM migrate_stamp('{base}', true);
    PERFORM migrate_stamp(start);
    TRUNCATE trace;
    SELECT string_agg(CASE p.direction WHEN 'upgrade' THEN '+' ELSE '-' END || revision, ' ')
    INTO planned FROM migrate_plan(target, direction) p;
    IF direction = 'upgrade' THEN
        SELECT string_agg('+' || revision, ' ') INTO steps FROM migrate_upgrade(target);
    ELSE
        SELECT string_agg('-' || revision, ' ') INTO steps FROM migrate_downgrade(target);
    END IF;
    IF planned IS DISTINCT FROM steps THEN
        RAISE 'the plan was %', planned;
    END IF;
    SELECT string_agg(step, ' ' ORDER BY n) INTO seen FROM trace;
    SELECT string_agg(revision, ' ' ORDER BY revision) INTO rows FROM migrate.version;
    RETURN NEXT;
END $$;
CREATE FUNCTION show_rows() RETURNS text
LANGUAGE sql AS $$ SELECT string_agg(revision, ' ' ORDER BY revision) FROM migrate.version $$;
-- Nothing is registered yet: nothing to do, and nothing to look at.
SELECT revision FROM migrate_upgrade();
SELECT revision FROM migrate_heads();
-- A line of four revisions.
SELECT step('a1'), step('b1', 'a1'), step('c1', 'b1'), step('d1', 'c1');
-- Head is the default of an upgrade; columns of a step.
SELECT prefix, revision, direction, message, statements, duration >= '0' AS has_duration,
       dropped_types
FROM migrate_upgrade();
SELECT show_rows();
-- Nothing to do: no row, no error, and nothing is logged.
SELECT count(*) AS log FROM migrate.log;
SELECT revision FROM migrate_upgrade();
SELECT revision FROM migrate_upgrade('head');
SELECT revision FROM migrate_upgrade('heads');
SELECT revision FROM migrate_upgrade('d1');
SELECT revision FROM migrate_upgrade('b1');
SELECT revision FROM migrate_upgrade('base');
SELECT revision FROM migrate_downgrade('d1');
SELECT count(*) AS log, show_rows() FROM migrate.log;
-- One step back is the default of a downgrade.
SELECT prefix, revision, direction, message, statements, dropped_types FROM migrate_downgrade();
SELECT show_rows();
SELECT revision FROM migrate_downgrade();
SELECT show_rows();
-- Back to base and up again, one by one.
SELECT revision FROM migrate_downgrade('base');
SELECT show_rows();
SELECT revision FROM migrate_downgrade('base');
SELECT revision FROM migrate_upgrade('+1');
SELECT show_rows();
SELECT revision FROM migrate_upgrade('+2');
SELECT show_rows();
SELECT step FROM trace ORDER BY n;
-- Every run is in the log, in its order.
SELECT revision, direction, outcome, statements, role = current_user AS mine,
       checksum IS NOT NULL AS has_checksum
FROM migrate.log ORDER BY started_at;
-- Every kind of target on a line.
\set SHOW_CONTEXT never
SELECT * FROM go('{}', 'upgrade', 'head');
SELECT * FROM go('{}', 'upgrade', 'heads');
SELECT * FROM go('{}', 'upgrade', 'base');
SELECT * FROM go('{}', 'upgrade', 'c1');
SELECT * FROM go('{}', 'upgrade', '+2');
SELECT * FROM go('{a1}', 'upgrade', 'b1+1');
SELECT * FROM go('{}', 'upgrade', 'base+3');
SELECT * FROM go('{}', 'upgrade', 'head-1');
SELECT * FROM go('{}', 'upgrade', 'd1-2');
SELECT * FROM go('{d1}', 'upgrade', 'b1');
SELECT * FROM go('{d1}', 'downgrade', 'head-2');
SELECT * FROM go('{d1}', 'downgrade', 'base+1');
SELECT * FROM go('{d1}', 'downgrade', 'a1+1');
SELECT * FROM go('{d1}', 'downgrade', 'd1-2');
SELECT * FROM go('{b1}', 'downgrade', '-2');
SELECT * FROM go('{d1}', 'downgrade', 'base');
SELECT * FROM go('{d1}', 'downgrade', 'head');
-- The same by the beginning of an id, when no other begins so.
SELECT * FROM go('{}', 'upgrade', 'c');
SELECT * FROM go('{d1}', 'downgrade', 'a');
-- What leads nowhere is refused, and leaves the rows.
SELECT show_rows();
SELECT * FROM migrate_upgrade('+5');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_upgrade('-1');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_upgrade('+0');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_downgrade('+1');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_downgrade('-3');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_downgrade('head');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_downgrade('c1');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_downgrade('-1');
SELECT * FROM migrate_downgrade();
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) AS rows FROM migrate.version;
-- Plan and status on the way.
SELECT revision FROM migrate_upgrade('b1');
SELECT prefix, revision, direction, message, is_other_line, is_transactional, is_reversible
FROM migrate_plan();
SELECT revision, direction FROM migrate_plan('a1');
SELECT revision, direction FROM migrate_plan('-2');
SELECT revision, direction FROM migrate_plan('base');
SELECT revision, direction FROM migrate_plan('b1');
SELECT revision, direction FROM migrate_plan('+1');
SELECT prefix, schema, template, current, heads, pending, last_run, running_pid
FROM migrate_status();
SELECT show_rows();
-- A fork: a1 is followed by b1 and by c1, which carries a label and is followed by c2.
DROP EXTENSION migrate;
CREATE EXTENSION migrate;
SELECT step('a1'), step('b1', 'a1');
SELECT migrate_register('c1', 'INSERT INTO trace (step) VALUES (''+c1'')',
                        'INSERT INTO trace (step) VALUES (''-c1'')', down_revision => '{a1}',
                        branch_labels => '{shop}');
SELECT step('c2', 'c1');
SELECT * FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM go('{}', 'upgrade', 'heads');
SELECT * FROM go('{}', 'upgrade', 'shop@head');
SELECT * FROM go('{}', 'upgrade', 'shop');
SELECT * FROM go('{}', 'upgrade', 'b1@head');
SELECT * FROM go('{b1,c1}', 'upgrade', '+1');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM go('{b1,c1}', 'upgrade', 'shop@+1');
SELECT * FROM go('{a1}', 'upgrade', '+1');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM go('{b1}', 'upgrade', 'shop@+2');
SELECT * FROM go('{}', 'upgrade', 'b1@c1');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM go('{b1,c2}', 'downgrade', 'a1');
SELECT * FROM go('{b1,c2}', 'downgrade', 'shop@a1');
SELECT * FROM go('{b1,c2}', 'downgrade', 'shop@-1');
SELECT * FROM go('{b1,c2}', 'downgrade', 'shop@base');
SELECT * FROM go('{b1,c2}', 'downgrade', '-1');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM go('{b1,c2}', 'downgrade', 'base');
SELECT prefix, current, heads, pending FROM migrate_status();
SELECT revision FROM migrate_upgrade('b1');
SELECT prefix, current, heads, pending FROM migrate_status();
-- A merge: m1 has the parents b1 and c1, n1 is on top.
DROP EXTENSION migrate;
CREATE EXTENSION migrate;
SELECT step('a1'), step('b1', 'a1');
SELECT migrate_register('c1', 'INSERT INTO trace (step) VALUES (''+c1'')',
                        'INSERT INTO trace (step) VALUES (''-c1'')', down_revision => '{a1}',
                        branch_labels => '{shop}');
SELECT step('m1', 'b1', 'c1'), step('n1', 'm1');
SELECT * FROM go('{}', 'upgrade', 'head');
SELECT * FROM go('{b1}', 'upgrade', 'head');
SELECT * FROM go('{b1,c1}', 'upgrade', 'm1');
SELECT * FROM go('{m1}', 'downgrade', 'b1');
SELECT * FROM go('{m1}', 'downgrade', 'shop@a1');
SELECT * FROM go('{m1}', 'downgrade', 'b1@a1');
SELECT * FROM go('{m1}', 'downgrade', '-1');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM go('{n1}', 'downgrade', '-1');
SELECT * FROM go('{n1}', 'downgrade', 'a1');
SELECT * FROM go('{n1}', 'downgrade', 'base');
-- Two lines, core and plug; p2 depends on c2 of the other line.
DROP EXTENSION migrate;
CREATE EXTENSION migrate;
SELECT migrate_register('c1', 'INSERT INTO trace (step) VALUES (''+c1'')',
                        'INSERT INTO trace (step) VALUES (''-c1'')', down_revision => '{}',
                        branch_labels => '{core}');
SELECT step('c2', 'c1'), step('c3', 'c2');
SELECT migrate_register('p1', 'INSERT INTO trace (step) VALUES (''+p1'')',
                        'INSERT INTO trace (step) VALUES (''-p1'')', down_revision => '{}',
                        branch_labels => '{plug}');
SELECT migrate_register('p2', 'INSERT INTO trace (step) VALUES (''+p2'')',
                        'INSERT INTO trace (step) VALUES (''-p2'')', down_revision => '{p1}',
                        depends_on => '{c2}');
SELECT step('p3', 'p2');
SELECT * FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM go('{}', 'upgrade', 'heads');
SELECT * FROM go('{}', 'upgrade', 'plug@head');
SELECT * FROM go('{p3}', 'upgrade', 'core@head');
SELECT * FROM go('{c3,p1}', 'upgrade', 'plug@+1');
SELECT * FROM go('{c3,p3}', 'downgrade', 'plug@base');
SELECT * FROM go('{p3}', 'downgrade', 'plug@base');
SELECT revision, is_other_line FROM migrate_plan('heads');
-- A downgrade that takes revisions of another line along says so.
SELECT * FROM go('{c3,p3}', 'downgrade', 'c1');
SELECT * FROM go('{c3,p3}', 'downgrade', 'core@base');
SELECT revision FROM migrate_stamp('{c3,p3}', true);
SELECT revision, direction, is_other_line FROM migrate_plan('c1', 'downgrade');
-- Two lines that need one another crosswise.
DROP EXTENSION migrate;
CREATE EXTENSION migrate;
SELECT step('a1'), step('a2', 'a1'), step('b1');
SELECT migrate_register('a3', 'INSERT INTO trace (step) VALUES (''+a3'')',
                        'INSERT INTO trace (step) VALUES (''-a3'')', down_revision => '{a2}',
                        depends_on => '{b1}');
SELECT migrate_register('b2', 'INSERT INTO trace (step) VALUES (''+b2'')',
                        'INSERT INTO trace (step) VALUES (''-b2'')', down_revision => '{b1}',
                        depends_on => '{a2}');
SELECT * FROM go('{}', 'upgrade', 'heads');
SELECT * FROM go('{a3,b2}', 'downgrade', 'b1');
-- An upgrade of several steps that fails in the last one leaves nothing of the first.
SELECT migrate_register('z1', 'CREATE TABLE z1 ()', 'DROP TABLE z1', down_revision => '{a3,b2}');
SELECT migrate_register('z2', 'SELECT 1/0', 'SELECT 1');
SELECT revision FROM migrate_stamp('{base}', true);
TRUNCATE trace;
SELECT count(*) AS log FROM migrate.log \gset before_
SELECT revision FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
SELECT to_regclass('z1') AS z1, (SELECT count(*) FROM trace) AS trace, show_rows(),
       (SELECT count(*) FROM migrate.object) AS objects,
       (SELECT count(*) FROM migrate.log) = :before_log AS log_as_before;
DROP FUNCTION show_rows, go, step;
DROP TABLE trace;
DROP EXTENSION migrate;
