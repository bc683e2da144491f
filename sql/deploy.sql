-- CALL migrate_deploy and migrate_revert: a transaction per revision.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE DATABASE regress_migrate_deploy;
\c regress_migrate_deploy
CREATE EXTENSION migrate;
SET migrate.progress = none; -- its NOTICEs tell how long things take

SELECT migrate_register('users', $$
CREATE TYPE user_status_enum AS ENUM ('active');
CREATE TABLE users (id int PRIMARY KEY, status user_status_enum NOT NULL);
$$, 'DROP TABLE users');
SELECT migrate_register('blocked', $$ALTER TYPE user_status_enum ADD VALUE 'blocked'$$, '');
SELECT migrate_register('first', $$INSERT INTO users VALUES (1, 'blocked')$$,
    'DELETE FROM users WHERE id = 1');

-- In one transaction the new label cannot be used; after a commit it can.
CALL migrate_deploy('users');
SELECT count(*) FROM migrate_upgrade();
CALL migrate_deploy();
SELECT revision, is_head FROM migrate_current();
TABLE users;
SELECT revision, direction, outcome, statements FROM migrate.log ORDER BY started_at;
SELECT count(DISTINCT transaction_id) AS transactions FROM migrate.log;

-- Nothing to do: no error, no lock, nothing in the log.
CALL migrate_deploy();
CALL migrate_deploy('users');
CALL migrate_deploy('heads', prefix => '');
SELECT count(*) FROM migrate.log;
SELECT count(*) FROM pg_locks WHERE locktype = 'object' AND pid = pg_backend_pid();

-- Targets are those of upgrade and downgrade.
CALL migrate_revert();
SELECT revision FROM migrate_current();
CALL migrate_deploy('+1');
CALL migrate_revert('users');
SELECT revision FROM migrate_current();
CALL migrate_revert('base');
SELECT count(*) FROM migrate_current();
SELECT to_regclass('users'), to_regtype('user_status_enum');
CALL migrate_deploy('nowhere');
CALL migrate_deploy(NULL);
CALL migrate_deploy(prefix => 'nowhere');
CALL migrate_revert('+1');
CALL migrate_deploy('-1');

-- Revisions before one that fails stay; the failure is on record.
SELECT migrate_register('wrong', $$
CREATE TABLE half (i int);
SELECT 1 /
       0;
$$, 'DROP TABLE half');
SELECT migrate_register('last', 'CREATE TABLE last (i int)', 'DROP TABLE last');
CALL migrate_deploy();
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_current();
SELECT to_regclass('half');
SELECT revision, direction, outcome, statements, error_sqlstate, error_message, error_statement,
    error_line, duration > '0' AS took_time, role = current_user AS is_me
FROM migrate.log WHERE outcome = 'failed';
SELECT state, current, pending, last_run, running_revision, running_pid, leftovers FROM migrate_status();
TABLE migrate.run;
SELECT count(*) FROM pg_locks WHERE locktype = 'object' AND pid = pg_backend_pid();
-- A failure does not change what is known of earlier runs.
SELECT revision, is_applied, applied_by IS NOT NULL AS has_run FROM migrate_history();
SELECT migrate_register('wrong', 'CREATE TABLE half (i int)', 'DROP TABLE half');
CALL migrate_deploy();
SELECT revision FROM migrate_current();
CALL migrate_revert('first');

-- An error with a HINT of its own also says what stays.
SELECT migrate_register('hinted', 'SELECT statu FROM users', '', down_revision => '{last}');
CALL migrate_deploy();
CALL migrate_deploy();
SELECT migrate_unregister('hinted');
CALL migrate_revert('first');

-- It cannot run in a transaction of somebody else.
BEGIN;
CALL migrate_deploy();
ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
SELECT 1 \; CALL migrate_deploy();
DO $$ BEGIN CALL migrate_deploy(); END $$;
CREATE PROCEDURE wrapper() LANGUAGE plpgsql AS $$ BEGIN COMMIT; CALL migrate_deploy(); END $$;
CALL wrapper();
CREATE FUNCTION wrapper_function() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL migrate_revert(); END $$;
SELECT wrapper_function();
CREATE PROCEDURE sql_wrapper() LANGUAGE sql AS $$ CALL migrate_deploy() $$;
CALL sql_wrapper();
SELECT revision FROM migrate_current();

-- Nor can a revision call it.
SELECT migrate_register('nested', 'CALL migrate_deploy()', '', down_revision => '{first}');
CALL migrate_deploy('nested');
SELECT migrate_unregister('nested');

-- The NOTICEs, without their times.
SET migrate.progress = statement;
\set VERBOSITY sqlstate
CALL migrate_deploy();
CALL migrate_revert('first');
SET migrate.progress = revision;
CALL migrate_deploy();
SELECT count(*) FROM migrate_downgrade('first');
SET migrate.progress = auto;
CALL migrate_deploy();
SELECT count(*) FROM migrate_downgrade('first');
SET migrate.progress = none;
\set VERBOSITY default
SET migrate.progress = 'all';

-- What a text sets ends with it; what it reads of the step is its application name.
SELECT migrate_register('settings', $$
SET work_mem = '5MB';
SET TIME ZONE 'Antarctica/Troll';
CREATE TABLE seen AS SELECT current_setting('work_mem') AS work_mem,
    current_setting('lock_timeout') AS lock_timeout,
    current_setting('statement_timeout') AS statement_timeout,
    current_setting('application_name') AS application_name,
    current_setting('search_path') AS search_path;
$$, 'DROP TABLE seen', 'feat(seen): what is set', down_revision => '{first}');
CREATE TEMP TABLE settings_before AS SELECT name, setting, source FROM pg_settings;
CALL migrate_deploy('settings');
TABLE seen;
SELECT * FROM (SELECT name, setting, source FROM pg_settings EXCEPT TABLE settings_before) AS changed;
SELECT application_name = current_setting('application_name') AS is_callers FROM migrate.log
WHERE revision = 'settings';
CALL migrate_revert('settings-1');
-- Timeouts: of the call, of the prefix, of the session.
SELECT migrate_set_option('lock_timeout', '3s', '');
SELECT migrate_set_option('statement_timeout', '1h', '');
SET lock_timeout = '7s';
CALL migrate_deploy('settings');
SELECT lock_timeout, statement_timeout FROM seen;
CALL migrate_revert('settings-1');
SET migrate.lock_timeout = '4s';
SET migrate.statement_timeout = '2h';
CALL migrate_deploy('settings');
SELECT lock_timeout, statement_timeout FROM seen;
CALL migrate_revert('settings-1');
RESET migrate.lock_timeout;
RESET migrate.statement_timeout;
SELECT migrate_set_option('lock_timeout', NULL, '');
SELECT migrate_set_option('statement_timeout', NULL, '');
CALL migrate_deploy('settings');
SELECT lock_timeout, statement_timeout FROM seen;
CALL migrate_revert('settings-1');
RESET lock_timeout;
-- A statement that takes longer than it may.  What is said of statements counts in place of what
-- the session says of the whole call.
SELECT migrate_register('slow', 'SELECT pg_sleep(60)', '', down_revision => '{first}');
SET statement_timeout = '1min';
SET migrate.statement_timeout = '50ms';
CALL migrate_deploy('slow');
\echo :LAST_ERROR_SQLSTATE
SET migrate.statement_timeout = '1min';
SET statement_timeout = '100ms';
SELECT migrate_register('slow', 'SELECT pg_sleep(0.3)', '', down_revision => '{first}');
CALL migrate_deploy('slow');
\echo :LAST_ERROR_SQLSTATE
RESET statement_timeout;
RESET migrate.statement_timeout;
SELECT revision, outcome FROM migrate.log WHERE revision = 'slow' ORDER BY started_at;

-- Statements that return rows hold nothing when they are done: the server would warn at the commit.
SELECT migrate_create_prefix('rows');
SELECT migrate_register('returning', $$
CREATE TABLE rows_seen (a integer);
INSERT INTO rows_seen VALUES (1) RETURNING a;
WITH added AS (INSERT INTO rows_seen VALUES (2) RETURNING a) SELECT * FROM added;
UPDATE rows_seen SET a = a + 1 RETURNING (SELECT count(*) FROM rows_seen);
EXPLAIN (COSTS off) SELECT 1;
SHOW work_mem;
DECLARE seen CURSOR FOR SELECT * FROM rows_seen;
FETCH seen;
$$, 'DROP TABLE rows_seen', prefix => 'rows');
CALL migrate_deploy(prefix => 'rows');
TABLE rows_seen;

-- A trigger's function runs when the statement has ended its last transaction.
CREATE FUNCTION watch_commands() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count(*) FROM pg_event_trigger_ddl_commands();
END $$;
CREATE EVENT TRIGGER watch_commands ON ddl_command_end EXECUTE FUNCTION watch_commands();
SELECT migrate_create_prefix('watched');
SELECT migrate_register('w1', $$
CREATE TABLE watched_t (i int);
CREATE INDEX CONCURRENTLY watched_i ON watched_t (i);
REINDEX TABLE CONCURRENTLY watched_t;
DROP INDEX CONCURRENTLY watched_i;
CREATE INDEX CONCURRENTLY watched_i ON watched_t (i);
VACUUM watched_t;
$$, 'DROP INDEX CONCURRENTLY watched_i; DROP TABLE watched_t', prefix => 'watched');
CALL migrate_deploy(prefix => 'watched');
SELECT type, identity, revision FROM migrate.object WHERE prefix = 'watched' ORDER BY 2;
CALL migrate_revert(prefix => 'watched');
DROP EVENT TRIGGER watch_commands;

\c contrib_regression
DROP DATABASE regress_migrate_deploy;
