\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
\set SHOW_CONTEXT never
CREATE FUNCTION columns_of(wanted text) RETURNS text
LANGUAGE sql AS $$
    SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = to_regclass(wanted) AND attnum > 0 AND NOT attisdropped $$;
-- Look before you act: a revision that finds the column already, as in a database that was
-- changed by hand, and one that does not, lead to the same table.
CREATE TABLE people (id int PRIMARY KEY, name text);
SELECT migrate_register('email', $$
DO $do$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'people'::regclass
                   AND attname = 'email' AND NOT attisdropped) THEN
        ALTER TABLE people ADD email text;
    ELSE
        RAISE NOTICE 'column email is there already';
    END IF;
END $do$
$$, 'ALTER TABLE people DROP email', 'feat(people): an address');
SELECT revision, statements FROM migrate_upgrade();
SELECT columns_of('people');
SELECT revision FROM migrate_downgrade();
ALTER TABLE people ADD email text;
SELECT revision, statements FROM migrate_upgrade();
SELECT columns_of('people');
-- An extension that this server may lack: the revision is a success either way.
SELECT migrate_register('search', $$
DO $do$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['no_such_extension', 'plpgsql'] LOOP
        IF EXISTS (SELECT FROM pg_available_extensions WHERE name = wanted) THEN
            EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I', wanted);
            RAISE NOTICE 'extension % is used', wanted;
        ELSE
            RAISE NOTICE 'extension % is not available, its index is left out', wanted;
        END IF;
    END LOOP;
END $do$
$$, '', 'perf(people): search where the server can');
SET client_min_messages = notice;
SELECT revision FROM migrate_upgrade();
RESET client_min_messages;
-- A step that may fail, caught: the rest of the revision goes on, and is kept.
SELECT migrate_register('unique_name', $$
INSERT INTO people SELECT i, 'name ' || i % 50 FROM generate_series(1, 100) i;
DO $do$
BEGIN
    ALTER TABLE people ADD CONSTRAINT people_name_key UNIQUE (name);
EXCEPTION WHEN unique_violation THEN
    RAISE NOTICE 'names are not unique, no constraint is made';
    CREATE INDEX people_name_idx ON people (name);
END $do$;
$$, $$
ALTER TABLE people DROP CONSTRAINT IF EXISTS people_name_key;
DROP INDEX IF EXISTS people_name_idx;
DELETE FROM people;
$$, 'fix(people): names');
SELECT revision, statements FROM migrate_upgrade();
SELECT to_regclass('people_name_key') AS as_wished, to_regclass('people_name_idx') AS instead;
SELECT type, identity FROM migrate.object WHERE revision = 'unique_name' ORDER BY type, identity;
SET client_min_messages = warning;
SELECT revision, statements FROM migrate_downgrade();
SELECT to_regclass('people_name_idx') AS instead, count(*) AS people FROM people;
SELECT revision, statements FROM migrate_upgrade();
RESET client_min_messages;
-- A large UPDATE in batches, inside one revision.  The size of a batch is a parameter with a
-- default; what was done is counted in a table, to see the batches.
CREATE TABLE batch (n int GENERATED ALWAYS AS IDENTITY, size int);
SELECT migrate_register('fill_email', $$
DO $do$
DECLARE
    size int := coalesce(nullif(current_setting('migrate.batch_size', true), ''), '60');
    low int := 0;
    high int;
    changed int;
BEGIN
    LOOP
        SELECT max(id) INTO high
        FROM (SELECT id FROM people WHERE id > low ORDER BY id LIMIT size) p;
        EXIT WHEN high IS NULL;
        UPDATE people SET email = 'mail' || id || '@example.org'
        WHERE id > low AND id <= high AND email IS NULL;
        GET DIAGNOSTICS changed = ROW_COUNT;
        INSERT INTO batch (size) VALUES (changed);
        low := high;
    END LOOP;
END $do$
$$, 'UPDATE people SET email = NULL', 'feat(people): fill the addresses');
CREATE FUNCTION batches() RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    SELECT string_agg(size::text, ' ' ORDER BY n) INTO result FROM batch;
    TRUNCATE batch;
    RETURN result;
END $$;
-- The default.
SELECT revision FROM migrate_upgrade();
SELECT batches(), count(email) AS filled FROM people;
SELECT revision FROM migrate_downgrade();
SELECT count(email) AS filled FROM people;
-- SET of the session.
SET migrate.batch_size = 40;
SELECT revision FROM migrate_upgrade();
SELECT batches();
SELECT revision FROM migrate_downgrade();
RESET migrate.batch_size;
SHOW migrate.batch_size;
-- SET LOCAL and set_config, for one transaction.
BEGIN;
SELECT set_config('migrate.batch_size', '25', true);
SELECT revision FROM migrate_upgrade();
SELECT batches();
SELECT revision FROM migrate_downgrade();
COMMIT;
SELECT revision FROM migrate_upgrade();
SELECT batches();
SELECT revision FROM migrate_downgrade();
-- A setting of the role, as it holds in every new session of hers.
ALTER ROLE CURRENT_USER IN DATABASE :"DBNAME" SET migrate.batch_size = 80;
\c -
SELECT revision FROM migrate_upgrade();
SELECT batches();
SELECT revision FROM migrate_downgrade();
ALTER ROLE CURRENT_USER IN DATABASE :"DBNAME" RESET migrate.batch_size;
\c -
-- An option of the prefix is stronger than what the caller has set, and ends with the revision.
SELECT migrate_set_option('migrate.batch_size', '30');
SET migrate.batch_size = 40;
SELECT revision FROM migrate_upgrade();
SELECT batches();
SHOW migrate.batch_size;
SELECT revision FROM migrate_downgrade();
SELECT settings FROM migrate.prefix WHERE name = '';
-- Taken back, the caller's holds again.
SELECT migrate_set_option('migrate.batch_size', NULL);
SELECT revision FROM migrate_upgrade();
SELECT batches();
RESET migrate.batch_size;
-- One text, two prefixes, each with a parameter of its own.
SELECT migrate_create_prefix('shop'), migrate_create_prefix('depot', template => 'shop');
SELECT migrate_register('fill', $$
CREATE TABLE @prefix@_goods AS
SELECT i AS id, current_setting('migrate.country', true) AS country
FROM generate_series(1, current_setting('migrate.goods')::int) i
$$, 'DROP TABLE @prefix@_goods', prefix => 'shop');
SELECT migrate_set_option('migrate.goods', '3', 'shop'),
       migrate_set_option('migrate.country', 'it''s here', 'shop'),
       migrate_set_option('migrate.goods', '5', 'depot');
SELECT prefix, revision FROM migrate_upgrade('head', 'shop');
SELECT prefix, revision FROM migrate_upgrade('head', 'depot');
SELECT count(*), max(country) AS country FROM shop_goods;
SELECT count(*), coalesce(nullif(max(country), ''), '(none)') AS country FROM depot_goods;
-- What a text sets itself ends with its revision, and is the next one's no more.
SELECT migrate_register('leave', $$SET migrate.country = 'left'; SET LOCAL migrate.goods = 9$$, '',
                        prefix => 'shop'),
       migrate_register('see', $$
CREATE TABLE @prefix@_seen AS
SELECT current_setting('migrate.country') AS country, current_setting('migrate.goods') AS goods
$$, 'DROP TABLE @prefix@_seen', prefix => 'shop');
SELECT prefix, revision FROM migrate_upgrade('head', 'shop');
SELECT country, goods FROM shop_seen;
-- A parameter that is needed and missing stops the run, which then changes nothing.
SELECT migrate_register('needs', $$
CREATE TABLE needs ();
DO $do$
BEGIN
    IF coalesce(current_setting('migrate.tenant', true), '') = '' THEN
        RAISE 'parameter migrate.tenant is not set'
        USING ERRCODE = 'object_not_in_prerequisite_state',
              HINT = 'Set it, as in SET migrate.tenant = ''acme'', and upgrade again.';
    END IF;
END $do$
$$, 'DROP TABLE needs');
SELECT revision FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
SELECT to_regclass('needs') AS needs;
SET migrate.tenant = 'acme';
SELECT revision FROM migrate_upgrade();
SELECT to_regclass('needs') AS needs;
RESET migrate.tenant;
-- Rows move into a table of their own, and back.  Nothing is lost on the way, in any number of
-- rounds.
SELECT migrate_register('split', $$
CREATE TABLE address (person int PRIMARY KEY REFERENCES people, email text NOT NULL);
INSERT INTO address SELECT id, email FROM people WHERE email IS NOT NULL;
DO $do$
BEGIN
    IF (SELECT count(*) FROM address) <> (SELECT count(email) FROM people) THEN
        RAISE 'some addresses did not move';
    END IF;
END $do$;
ALTER TABLE people DROP email;
$$, $$
ALTER TABLE people ADD email text;
UPDATE people SET email = a.email FROM address a WHERE a.person = people.id;
DROP TABLE address;
$$, 'refactor(people): addresses apart');
UPDATE people SET email = NULL WHERE id > 90;
SELECT md5(string_agg(id || ' ' || coalesce(email, '-'), ',' ORDER BY id)) AS people FROM people
\gset before_
SELECT revision, statements FROM migrate_upgrade();
SELECT columns_of('people'), columns_of('address'), count(*) AS addresses FROM address;
SELECT revision, statements FROM migrate_downgrade();
SELECT columns_of('people'), to_regclass('address') AS address;
SELECT md5(string_agg(id || ' ' || coalesce(email, '-'), ',' ORDER BY id)) = :'before_people'
       AS same_people
FROM people;
SELECT revision FROM migrate_upgrade();
SELECT revision FROM migrate_downgrade();
SELECT md5(string_agg(id || ' ' || coalesce(email, '-'), ',' ORDER BY id)) = :'before_people'
       AS same_people
FROM people;
-- Whole rows move, out of one table and into another, in one statement; and back.
SELECT migrate_register('archive', $$
CREATE TABLE old_people (LIKE people);
WITH gone AS (DELETE FROM people WHERE id <= 20 RETURNING *)
INSERT INTO old_people SELECT * FROM gone;
DO $do$
BEGIN
    ASSERT (SELECT count(*) FROM people) = 100, 'people were lost';
END $do$
$$, 'DROP TABLE old_people', 'feat(people): an archive', down_revision => '{needs}');
-- A check in a text that fails takes back everything, the rows that moved included.
SELECT revision FROM migrate_upgrade('archive');
\echo :LAST_ERROR_SQLSTATE
SELECT to_regclass('old_people') AS old_people, count(*) AS people FROM people;
SELECT revision FROM migrate_current();
-- The right check, and a down text that brings the rows back.
SELECT migrate_register('archive', $$
CREATE TABLE old_people (LIKE people);
WITH gone AS (DELETE FROM people WHERE id <= 20 RETURNING *)
INSERT INTO old_people SELECT * FROM gone;
DO $do$
BEGIN
    ASSERT (SELECT count(*) FROM people) + (SELECT count(*) FROM old_people) = 100,
           'people were lost';
END $do$
$$, $$
INSERT INTO people SELECT * FROM old_people;
DROP TABLE old_people;
$$, 'feat(people): an archive', down_revision => '{needs}');
SELECT revision, statements FROM migrate_upgrade('archive');
SELECT (SELECT count(*) FROM people) AS people, count(*) AS old_people FROM old_people;
SELECT revision, statements FROM migrate_downgrade();
SELECT to_regclass('old_people') AS old_people,
       md5(string_agg(id || ' ' || coalesce(email, '-'), ',' ORDER BY id)) = :'before_people'
       AS same_people
FROM people;
SELECT migrate_unregister('archive'), migrate_unregister('split');
-- A revision that throws data away has no way back: its down is null, and a downgrade that would
-- need it is refused before anything runs, also that of a revision above it.
SELECT migrate_register('forget', 'DELETE FROM people WHERE email IS NULL', NULL,
                        'feat(people)!: forget those without an address'),
       migrate_register('after', 'CREATE TABLE after ()', 'DROP TABLE after');
SELECT revision, is_reversible FROM migrate_plan('head');
SELECT revision, statements FROM migrate_upgrade();
SELECT count(*) AS people FROM people;
SELECT revision FROM migrate_downgrade('-2');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_downgrade('base');
\echo :LAST_ERROR_SQLSTATE
SELECT to_regclass('after') AS after, count(*) AS people FROM people;
-- Down to it, but not below.
SELECT revision FROM migrate_downgrade('-1');
SELECT revision FROM migrate_downgrade('-1');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_current();
-- An empty down is no null: the way back is there, and does nothing.
SELECT migrate_unregister('after');
SELECT migrate_register('keep', 'UPDATE people SET name = upper(name)', '');
SELECT revision FROM migrate_upgrade();
SELECT revision, statements FROM migrate_downgrade();
SELECT count(*) FILTER (WHERE name = upper(name)) AS still_upper FROM people;
SELECT revision FROM migrate_current();
DROP EXTENSION migrate;
DROP TABLE people, batch, needs, shop_goods, shop_seen, depot_goods;
DROP FUNCTION columns_of, batches;
