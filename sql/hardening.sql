\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
--
-- Ways that were once open: each is planted, and shown not to work.
--
CREATE ROLE regress_migrate_evil;
CREATE SCHEMA evil AUTHORIZATION regress_migrate_evil;
CREATE TABLE evil.loot (who text);
GRANT ALL ON evil.loot TO PUBLIC;
SET ROLE regress_migrate_evil;
CREATE FUNCTION evil.spy() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO evil.loot VALUES (current_user);
    RETURN 1;
END $$;
SELECT migrate_create_prefix('evil', schema => 'evil');
RESET ROLE;
--
-- A cursor of the caller can be neither replaced nor read by a confined text.
--
SELECT migrate_register('cursor', prefix => 'evil', up => $$
DO $d$
DECLARE
    r refcursor := 'c1';
BEGIN
    CLOSE r;
    OPEN r FOR SELECT evil.spy();
END $d$;
$$);
BEGIN;
DECLARE c1 CURSOR FOR SELECT 42;
SELECT migrate_upgrade(prefix => 'evil');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
SELECT * FROM evil.loot;
SELECT migrate_unregister('cursor', 'evil');
--
-- A version table is read with the rights of the prefix's owner, and must be a table.
--
SET ROLE regress_migrate_evil;
SELECT migrate_register('r2', '', prefix => 'evil');
CREATE VIEW evil.version_view AS SELECT 'r2'::text AS version_num WHERE evil.spy() = 1;
CREATE TABLE evil.no_column (x text);
CREATE FUNCTION evil.version_num(evil.no_column) RETURNS text LANGUAGE sql
    AS 'SELECT ''r2'' WHERE evil.spy() = 1';
INSERT INTO evil.no_column VALUES ('x');
CREATE TABLE evil.version_table (version_num text);
INSERT INTO evil.version_table VALUES ('r2');
RESET ROLE;
SELECT * FROM migrate_adopt('evil.version_view', 'evil');
SELECT * FROM migrate_adopt('evil.no_column', 'evil');
SELECT * FROM migrate_adopt('evil.version_table; DROP TABLE evil.loot', 'evil');
SELECT * FROM migrate_adopt('evil.version_table', 'evil');
SELECT * FROM evil.loot;
--
-- The script of migrate_sql names all that it calls by its schema.
--
SELECT line FROM regexp_split_to_table(migrate_sql(':r2', 'evil'), E'\n') AS line
WHERE line ~ 'migrate_stamp|pg_catalog';
--
-- psql, which runs such a script, finds no commands of its own in it, whatever the texts set.
--
SET ROLE regress_migrate_evil;
SELECT migrate_register('quotes', prefix => 'evil', up => $$
SET standard_conforming_strings = off;
INSERT INTO loot VALUES ('it''s\' || '
\echo psql has obeyed the first text
');
SET standard_conforming_strings = on$$);
SELECT migrate_register('letters', prefix => 'evil', up => $$
SET client_encoding = 'SJIS';
INSERT INTO loot VALUES ('あ' || '
\echo psql has obeyed the second text
');
SET client_encoding = 'UTF8'$$);
RESET ROLE;
\getenv results PG_ABS_BUILDDIR
\set script :results '/results/hardening_script.sql'
\pset tuples_only on
\o :script
SELECT migrate_sql('r2:letters', 'evil');
\o
\set ECHO none
BEGIN;
SET LOCAL client_min_messages = warning;
\i :script
ROLLBACK;
\set ECHO all
\pset tuples_only off
SELECT migrate_unregister('letters', 'evil');
SELECT migrate_unregister('quotes', 'evil');
--
-- A search_path that leads nowhere stops the run: nothing may land in a temporary schema.
--
SELECT migrate_create_prefix('lost', naming => 'any');
SELECT migrate_register('l1', 'CREATE TABLE lost_table ()', '', prefix => 'lost');
SELECT migrate_set_option('search_path', 'no_such_schema', 'lost');
SELECT migrate_upgrade(prefix => 'lost');
SELECT count(*) FROM pg_class WHERE relname = 'lost_table';
SELECT count(*) FROM migrate.version WHERE prefix = 'lost';
SELECT migrate_set_option('search_path', '', 'lost');
SELECT migrate_upgrade(prefix => 'lost');
SELECT migrate_set_option('search_path', 'public', 'lost');
SELECT revision FROM migrate_upgrade(prefix => 'lost');
--
-- Temporary tables: neither they nor their parts are recorded, and a type that only they
-- used is nobody's business.
--
CREATE TYPE by_hand AS ENUM ('a');
SELECT migrate_register('l2', prefix => 'lost', up => $$
CREATE TEMP TABLE scratch (id serial PRIMARY KEY, x integer CHECK (x > 0) UNIQUE, y by_hand);
DROP TABLE scratch;
CREATE TEMP TABLE kept (id serial PRIMARY KEY, x integer CHECK (x > 0) UNIQUE);
$$, down => $$
CREATE TEMP TABLE scratch (y by_hand);
DROP TABLE scratch;
$$);
SELECT revision FROM migrate_upgrade(prefix => 'lost');
SELECT type, identity FROM migrate.object WHERE prefix = 'lost' AND revision = 'l2';
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'lost');
SELECT typname FROM pg_type WHERE typname = 'by_hand';
SELECT migrate_unregister('l2', 'lost');
DROP TABLE pg_temp.kept;
DROP TYPE by_hand;
--
-- A publication changes what its tables can do: foreign ones are off limits.
--
SET client_min_messages = warning; -- wal_level
SELECT migrate_register('r3', 'CREATE TABLE evil_own ()', 'DROP TABLE evil_own', prefix => 'evil');
SELECT revision FROM migrate_upgrade(prefix => 'evil');
SELECT migrate_register('l3', prefix => 'lost',
                        up => 'CREATE PUBLICATION regress_migrate_pub FOR TABLE evil.evil_own');
SELECT migrate_upgrade('l3', prefix => 'lost');
SELECT count(*) FROM pg_publication WHERE pubname = 'regress_migrate_pub';
RESET client_min_messages;
--
-- Operators have no letters that a naming rule could ask for.
--
SELECT migrate_register('r4', prefix => 'evil', up => $$
CREATE OPERATOR evil.=== (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer);
$$, down => 'DROP OPERATOR evil.=== (integer, integer)');
SELECT revision FROM migrate_upgrade(prefix => 'evil');
SELECT revision FROM migrate_downgrade(prefix => 'evil');
--
-- Instances of a template are made with its owner's consent: what they apply is fixed.
--
CREATE ROLE regress_migrate_planner;
GRANT CREATE ON SCHEMA public TO regress_migrate_planner;
SELECT migrate_create_prefix('plan', 'regress_migrate_planner');
SET ROLE regress_migrate_evil;
SELECT migrate_create_prefix('evil_plan', schema => 'evil', template => 'plan');
RESET ROLE;
--
-- A setting is tried as a run will set it.
--
SELECT migrate_set_option('lock_timeout', 'soon', 'lost');
SELECT settings FROM migrate.prefix WHERE name = 'lost';
-- Nor are there any that every look at the prefixes would fail at.
\set VERBOSITY terse
UPDATE migrate.prefix SET settings = '[]' WHERE name = 'lost';
\set VERBOSITY default
--
-- The schema of another prefix is neither renamed nor dropped.
--
SELECT migrate_register('l4', 'ALTER SCHEMA evil RENAME TO good', prefix => 'lost',
                        down_revision => '{l1}');
SELECT migrate_upgrade('l4', prefix => 'lost');
SELECT nspname FROM pg_namespace WHERE nspname IN ('evil', 'good');

SELECT * FROM evil.loot;
--
-- What the caller's session holds: large objects that it has open are neither read nor written, its
-- advisory locks are not released, and a text leaves neither behind; nor its own origin of changes,
-- nor constraints deferred to the end of the caller's transaction.
--
SELECT lo_from_bytea(4711, 'secret');
SELECT pg_advisory_lock(4711);
SELECT migrate_unregister('r4', 'evil');
CREATE FUNCTION try_text(up text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM migrate_register('session', up, '', prefix => 'evil');
    BEGIN
        PERFORM migrate_upgrade(prefix => 'evil');
        RETURN 'ran';
    EXCEPTION WHEN OTHERS THEN
        PERFORM migrate_unregister('session', 'evil');
        RETURN sqlstate || ' ' || sqlerrm;
    END;
END $$;
GRANT EXECUTE ON FUNCTION pg_replication_origin_session_setup, pg_replication_origin_session_reset
    TO regress_migrate_evil;
CREATE TABLE held (i int UNIQUE DEFERRABLE);
BEGIN;
SELECT lo_open(4711, x'60000'::int);
SELECT command, try_text(command) FROM (VALUES
    (1, $$INSERT INTO evil.loot SELECT convert_from(loread(0, 100), 'UTF8')$$),
    (2, $$SELECT lowrite(0, 'mine')$$),
    (3, $$SELECT lo_truncate(0, 0)$$),
    (4, $$SELECT lo_close(0)$$),
    (5, $$SELECT lo_open(lo_create(0), 131072)$$),
    (6, $$DO $d$ BEGIN PERFORM loread(0, 100); END $d$ $$),
    (7, $$CREATE OPERATOR evil.<## (FUNCTION = pg_catalog.loread, LEFTARG = integer, RIGHTARG = integer);
          SELECT 0 OPERATOR(evil.<##) 100$$),
    (8, $$CREATE FUNCTION evil.evil_f() RETURNS bytea LANGUAGE sql AS 'SELECT pg_catalog.loread(0, 100)';
          SELECT evil.evil_f()$$),
    (9, $$CREATE TABLE evil.evil_t (b bytea DEFAULT pg_catalog.loread(0, 100)); INSERT INTO evil.evil_t DEFAULT VALUES$$),
    (10, $$SELECT pg_advisory_unlock_all()$$),
    (11, $$SELECT pg_advisory_unlock(4711)$$),
    (12, $$SELECT pg_try_advisory_lock(4712)$$),
    (13, $$SELECT pg_replication_origin_session_setup('stranger')$$),
    (14, $$SELECT pg_replication_origin_session_reset()$$),
    (15, $$SET CONSTRAINTS ALL DEFERRED$$),
    (16, $$DO $d$ BEGIN SET CONSTRAINTS ALL DEFERRED; END $d$ $$)) AS t (number, command) ORDER BY number;
SAVEPOINT before;
INSERT INTO held VALUES (1), (1); -- refused now, not at the end
ROLLBACK TO before;
COMMIT;
DROP TABLE held;
REVOKE EXECUTE ON FUNCTION pg_replication_origin_session_setup, pg_replication_origin_session_reset
    FROM regress_migrate_evil;
SELECT * FROM evil.loot;
SELECT convert_from(lo_get(4711), 'UTF8');
SELECT objid FROM pg_locks WHERE locktype = 'advisory';
SELECT migrate_register('session', $$SELECT pg_advisory_lock(4712)$$, '', prefix => 'evil');
SELECT migrate_upgrade(prefix => 'evil');
-- lo_put and its like are for all, and who could become the caller has the session to itself.
SELECT migrate_register('session', prefix => 'evil', up => $$
SELECT lo_put(lo_create(4712), 0, 'mine'); SELECT pg_advisory_xact_lock(4712)$$);
SELECT revision FROM migrate_upgrade(prefix => 'evil');
SELECT pg_advisory_unlock(4711), lo_unlink(4711);
SELECT migrate_register('l3', prefix => 'lost', up => $$
SELECT lowrite(lo_open(4712, 131072), 'yours'); SELECT pg_advisory_lock(4712); SELECT pg_advisory_unlock(4712)$$);
SELECT revision FROM migrate_upgrade('l3', prefix => 'lost');
SELECT convert_from(lo_get(4712), 'UTF8'), lo_unlink(4712);
--
-- Tables of the extension that somebody has altered are read no further.
--
\set VERBOSITY terse
SELECT migrate_create_prefix('altered');
SELECT migrate_register('a1', '', '', prefix => 'altered');
SELECT revision FROM migrate_upgrade(prefix => 'altered');
BEGIN;
ALTER TABLE migrate.revision ALTER down_revision DROP DEFAULT, ALTER down_revision TYPE text USING 'x';
SELECT count(*) FROM migrate_history(prefix => 'altered');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
ALTER TABLE migrate.revision ALTER depends_on DROP DEFAULT, ALTER depends_on TYPE int USING 1;
SELECT count(*) FROM migrate_history(prefix => 'altered');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
ALTER TABLE migrate.revision ALTER ordinal TYPE text;
SELECT count(*) FROM migrate_plan(direction => 'downgrade', prefix => 'altered');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
ALTER TABLE migrate.object ALTER object_names TYPE bytea USING '\x19000000190000001900000019000000';
INSERT INTO migrate.object VALUES ('altered', 'table', 'public.x', 'a1', '', '{}', 1259, 1, 0, 'elsewhere');
SELECT count(*) FROM migrate_downgrade(prefix => 'altered');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
SELECT count(*) FROM migrate_history(prefix => 'altered');
DROP FUNCTION try_text;
DROP EXTENSION migrate;
DROP TABLE lost_table;
SET client_min_messages = warning;
DROP SCHEMA evil CASCADE;
DROP OWNED BY regress_migrate_planner;
DROP ROLE regress_migrate_evil, regress_migrate_planner;
