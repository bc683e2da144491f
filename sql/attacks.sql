-- Nothing that a text plants runs as the superuser, or the member of its owner, who calls
-- SELECT migrate_upgrade().  attacks_deploy has the same for CALL migrate_deploy().
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE DATABASE regress_migrate_attacks;
\c regress_migrate_attacks
SELECT session_user AS me \gset
SET client_min_messages = warning;
CREATE EXTENSION migrate;
\i :source/test/fixtures/attacks.sql
\pset tuples_only on
\set VERBOSITY sqlstate
\set ON_ERROR_ROLLBACK on
-- Each attack for each victim, in a transaction of its own and in a block; what is printed is its
-- SQLSTATE, if it is refused, and what it leaves in the session, if anything.
SELECT format('SELECT %L', victim || ': ' || how),
    'CALL den.sweep()', format('CALL den.plant(%L)', up),
    'INSERT INTO den.armed VALUES (true)',
    format('SET SESSION AUTHORIZATION %I', COALESCE(role, :'me')),
    'SELECT revision FROM migrate_upgrade(''head'', ''evil'')',
    'CALL den.victim_goes_on()', 'TABLE leftovers', 'RESET SESSION AUTHORIZATION',
    'CALL den.sweep()', format('CALL den.plant(%L)', up),
    'INSERT INTO den.armed VALUES (true)',
    format('SET SESSION AUTHORIZATION %I', COALESCE(role, :'me')), 'BEGIN',
    'SELECT revision FROM migrate_upgrade(''head'', ''evil'')',
    'CALL den.victim_goes_on()', 'COMMIT',
    'CALL den.victim_goes_on()', 'TABLE leftovers', 'RESET SESSION AUTHORIZATION'
FROM attack, (VALUES ('superuser', NULL), ('member', 'regress_migrate_victim')) AS v (victim, role)
ORDER BY victim DESC, number
\set ECHO none
\gexec
\set ECHO all
-- Nobody but the stranger itself was caught.
SELECT DISTINCT how COLLATE "C" AS how, CASE who WHEN :'me' THEN 'the superuser' ELSE who END AS who
FROM den.caught ORDER BY 1, 2;
SELECT is_called FROM den.ran_as_owner;
SELECT is_called FROM den.ran_as_another;
\set ON_ERROR_ROLLBACK off
-- The version table of another tool is read, and nothing is run that its maker has put into it.
CALL den.sweep();
TRUNCATE den.caught;
SET SESSION AUTHORIZATION regress_migrate_evil;
CREATE TYPE lair.word AS ENUM ('attack');
CREATE FUNCTION lair.as_text(lair.word) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    c refcursor := 'open';
BEGIN
    PERFORM den.spy('cast'), set_config('search_path', 'lair, pg_catalog', false);
    OPEN c FOR SELECT den.spy('cursor of a cast');
    RETURN 'attack';
END $$;
CREATE CAST (lair.word AS text) WITH FUNCTION lair.as_text(lair.word);
CREATE TABLE lair.with_cast AS SELECT 'attack'::lair.word AS version_num;
CREATE TABLE lair.with_policy AS SELECT 'attack' AS version_num;
ALTER TABLE lair.with_policy ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY policy ON lair.with_policy USING (den.spy('policy'));
CREATE TABLE lair.with_index AS SELECT 'attack' AS version_num;
CREATE INDEX ON lair.with_index ((version_num || den.spy_number(1, 'version index')));
RESET SESSION AUTHORIZATION;
INSERT INTO den.armed VALUES (true);
BEGIN;
\set VERBOSITY default
SAVEPOINT before;
SELECT migrate_adopt('lair.with_cast', 'evil');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT migrate_adopt('lair.with_policy', 'evil');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO before;
SELECT migrate_adopt('lair.with_index', 'evil');
CALL den.victim_goes_on();
COMMIT;
CALL den.victim_goes_on();
TABLE leftovers;
TABLE den.caught;
-- Only what the owner of the prefix may read.
CREATE TABLE public.secret AS SELECT 'attack' AS version_num;
SELECT migrate_adopt('public.secret', 'evil');
CREATE TABLE lair.padded (version_num character(10));
INSERT INTO lair.padded VALUES ('attack');
GRANT SELECT (version_num) ON lair.padded TO regress_migrate_evil;
SELECT migrate_adopt('lair.padded', 'evil');
\c contrib_regression
DROP DATABASE regress_migrate_attacks;
DROP ROLE regress_migrate_evil, regress_migrate_victim;
