\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- A few revisions that must look the same at the end of this test as here.
SELECT migrate_register('alpha', 'CREATE TABLE t (i int)', 'DROP TABLE t');
SELECT migrate_register('beta', 'ALTER TABLE t ADD j int', 'ALTER TABLE t DROP j');
SELECT migrate_register('betamax', 'ALTER TABLE t ADD k int', NULL, branch_labels => '{video}');
SELECT revision FROM migrate_upgrade('beta');
CREATE TABLE before AS
    SELECT (SELECT md5(string_agg(r::text, ',' ORDER BY ordinal))
            FROM migrate.revision r) AS revisions,
           (SELECT count(*) FROM migrate.log) AS log,
           (SELECT count(*) FROM migrate.object) AS objects,
           (SELECT string_agg(revision, ',' ORDER BY revision) FROM migrate.version) AS rows;
-- Names that do not exist, with those that are near in the hint.
SELECT * FROM migrate_upgrade('alhpa');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_downgrade('alpah');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_upgrade('vidoe@head');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_upgrade('something else entirely');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_upgrade('zzzzzz');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_stamp('{alfa}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_show('bet');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_show('gamma');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_plan('gamma');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_history('gamma:');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_unregister('gamma');
\echo :LAST_ERROR_SQLSTATE
-- A beginning that several ids share; an exact id is no such case.
SELECT * FROM migrate_upgrade('b');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_show('beta');
-- An unknown prefix makes nothing, in every function that takes one.
SELECT * FROM migrate_upgrade(prefix => 'nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_downgrade(prefix => 'nobody');
SELECT migrate_register('x', '', prefix => 'nobody');
SELECT migrate_create('x', prefix => 'nobody');
SELECT migrate_unregister('x', 'nobody');
SELECT * FROM migrate_stamp('{head}', prefix => 'nobody');
SELECT * FROM migrate_current('nobody');
SELECT * FROM migrate_heads('nobody');
SELECT * FROM migrate_history(prefix => 'nobody');
SELECT * FROM migrate_show('x', 'nobody');
SELECT * FROM migrate_plan(prefix => 'nobody');
SELECT * FROM migrate_status('nobody');
SELECT migrate_set_option('work_mem', '1MB', 'nobody');
SELECT migrate_set_owner('nobody', current_user);
SELECT migrate_drop_prefix('nobody');
\echo :LAST_ERROR_SQLSTATE
-- Names of prefixes.
SELECT migrate_create_prefix('Upper');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create_prefix('1st');
SELECT migrate_create_prefix('with space');
SELECT migrate_create_prefix('quo"te');
SELECT migrate_create_prefix('');
SELECT migrate_create_prefix(repeat('x', 41));
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create_prefix('p', naming => 'strict');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create_prefix('p', owner => 'regress_migrate_nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create_prefix('p', schema => 'no_schema');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create_prefix('p', template => 'nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) AS prefixes FROM migrate.prefix;
-- NULL where a value is needed names the argument.
SELECT migrate_register(NULL, '');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('x', NULL);
SELECT migrate_register('x', '', message => NULL);
SELECT migrate_register('x', '', depends_on => NULL);
SELECT migrate_register('x', '', branch_labels => NULL);
SELECT migrate_register('x', '', down_revision => '{NULL}');
SELECT migrate_register('x', '', depends_on => '{NULL}');
SELECT migrate_register('x', '', branch_labels => '{NULL}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('x', '', down_revision => '{{alpha},{beta}}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create(NULL);
SELECT migrate_create('x', NULL);
SELECT migrate_unregister(NULL);
SELECT * FROM migrate_upgrade(NULL);
SELECT * FROM migrate_downgrade(NULL);
SELECT * FROM migrate_stamp(NULL);
SELECT * FROM migrate_stamp('{NULL}');
SELECT * FROM migrate_show(NULL);
SELECT * FROM migrate_plan(NULL);
SELECT migrate_create_prefix(NULL);
SELECT migrate_create_prefix('p', NULL);
SELECT migrate_create_prefix('p', naming => NULL);
SELECT migrate_create_prefix('p', schema => NULL);
SELECT migrate_drop_prefix(NULL);
SELECT migrate_set_owner(NULL, current_user);
SELECT migrate_set_owner('', NULL);
SELECT migrate_set_option(NULL, '1MB');
\echo :LAST_ERROR_SQLSTATE
-- NULL where it means the default is fine.
SELECT count(*) FROM migrate_current(NULL);
SELECT count(*) FROM migrate_heads(NULL);
SELECT count(*) FROM migrate_history(NULL, NULL);
SELECT count(*) FROM migrate_plan('head', NULL, NULL);
SELECT count(*) FROM migrate_status(NULL);
-- Empty arguments.
SELECT migrate_register('', '');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('x', '', down_revision => '{""}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('x', '', branch_labels => '{""}');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_upgrade('');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_downgrade('');
SELECT * FROM migrate_show('');
SELECT * FROM migrate_history('');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_plan('');
SELECT * FROM migrate_stamp('{""}');
SELECT migrate_unregister('');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_set_option('', '');
\echo :LAST_ERROR_SQLSTATE
-- Characters that mean something in targets, and those that nobody sees.
SELECT migrate_register('a@b', '');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('a-b', '');
SELECT migrate_register('a+b', '');
SELECT migrate_register('a:b', '');
SELECT migrate_register('a b', '');
SELECT migrate_register(E'a\tb', '');
SELECT migrate_register(E'a\x01b', '');
SELECT migrate_register(U&'a\00A0b', '');
SELECT migrate_register(U&'a\200Bb', '');
SELECT migrate_register('x', '', branch_labels => '{a@b}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('head', '');
SELECT migrate_register('base', '');
SELECT migrate_register('x', '', branch_labels => '{heads}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register(repeat('x', 256), '');
\echo :LAST_ERROR_SQLSTATE
-- Other letters are fine.
BEGIN;
SELECT migrate_register(U&'gr\00F6\00DFer/v1.0_"x"''', '');
SELECT revision FROM migrate_heads();
SELECT migrate_register(repeat('x', 255), '');
ROLLBACK;
-- Targets that are none.
SELECT * FROM migrate_upgrade('beta;');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_upgrade('beta+');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_upgrade('beta+x');
SELECT * FROM migrate_upgrade('+1x');
SELECT * FROM migrate_upgrade('+99999999999');
SELECT * FROM migrate_upgrade('@head');
SELECT * FROM migrate_upgrade('video@');
SELECT * FROM migrate_upgrade('a@b@c');
SELECT * FROM migrate_upgrade('alpha:beta');
SELECT * FROM migrate_upgrade('current');
SELECT * FROM migrate_history('alpha');
SELECT * FROM migrate_history('a:b:c');
SELECT * FROM migrate_plan('head', 'sideways');
\echo :LAST_ERROR_SQLSTATE
-- Parents: missing, itself.
SELECT migrate_register('gamma', '', down_revision => '{delta}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('gamma', '', down_revision => '{gamma}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('gamma', '', depends_on => '{gamma}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('gamma', '', depends_on => '{delta}');
\echo :LAST_ERROR_SQLSTATE
-- A circle by replacing.
BEGIN;
SELECT migrate_register('gamma', '');
SELECT migrate_register('delta', '');
SELECT migrate_register('gamma', '', down_revision => '{delta}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- Another text for an id that is applied.
SELECT migrate_register('alpha', 'CREATE TABLE t (i bigint)', 'DROP TABLE t');
\echo :LAST_ERROR_SQLSTATE
-- A syntax error anywhere is told at registration, with line and column; also in a down text.
SELECT migrate_register('gamma', $$
CREATE TABLE ok ();
CREATE TABLE also_ok ();
SELECT 1 FORM t;
$$, '');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('gamma', '', E'DROP TABLE t;\nDROP TABEL t');
SELECT migrate_register('gamma', 'SELECT (1');
SELECT migrate_register('gamma', 'SELECT ''never closed');
SELECT migrate_register('gamma', 'DO $$ never closed');
SELECT migrate_register('gamma', '/* never closed');
\echo :LAST_ERROR_SQLSTATE
-- Transaction control beyond BEGIN ... COMMIT around whole blocks.
SELECT migrate_register('gamma', E'SELECT 1;\nSAVEPOINT s');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('gamma', 'ROLLBACK TO s');
SELECT migrate_register('gamma', 'RELEASE s');
SELECT migrate_register('gamma', 'COMMIT');
SELECT migrate_register('gamma', 'END');
SELECT migrate_register('gamma', 'ROLLBACK');
SELECT migrate_register('gamma', 'ABORT');
SELECT migrate_register('gamma', 'BEGIN; SELECT 1');
SELECT migrate_register('gamma', 'BEGIN; BEGIN; COMMIT; COMMIT');
SELECT migrate_register('gamma', 'BEGIN; SELECT 1; ROLLBACK');
SELECT migrate_register('gamma', 'COMMIT; BEGIN');
SELECT migrate_register('gamma', 'BEGIN; COMMIT AND CHAIN; COMMIT');
SELECT migrate_register('gamma', 'BEGIN ISOLATION LEVEL SERIALIZABLE; COMMIT');
SELECT migrate_register('gamma', 'BEGIN READ ONLY; COMMIT');
SELECT migrate_register('gamma', 'PREPARE TRANSACTION ''x''');
SELECT migrate_register('gamma', 'COMMIT PREPARED ''x''');
\echo :LAST_ERROR_SQLSTATE
-- What talks to the client, or stays in the session.
SELECT migrate_register('gamma', E'SELECT 1;\n  COPY t FROM STDIN');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('gamma', 'COPY t TO STDOUT');
SELECT migrate_register('gamma', 'COPY (SELECT 1) TO STDOUT');
SELECT migrate_register('gamma', E'COPY t FROM STDIN;\n1\n2\n\\.\n');
SELECT migrate_register('gamma', E'\\set ON_ERROR_STOP on\nSELECT 1');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('gamma', E'SELECT 1;\n\\echo done');
SELECT migrate_register('gamma', 'LISTEN x');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('gamma', 'UNLISTEN *');
SELECT migrate_register('gamma', 'PREPARE p AS SELECT 1');
SELECT migrate_register('gamma', 'EXECUTE p');
SELECT migrate_register('gamma', 'DEALLOCATE ALL');
SELECT migrate_register('gamma', 'DISCARD ALL');
SELECT migrate_register('gamma', 'LOAD ''migrate''');
\echo :LAST_ERROR_SQLSTATE
-- The same in a down text names the down text.
SELECT migrate_register('gamma', '', E'\n\nVACUUM; DISCARD TEMP');
-- Nothing of all that was registered, and nothing happened.
SELECT id FROM migrate.revision ORDER BY ordinal;
-- What refuses a transaction may be registered; a run is refused, before anything runs.
BEGIN;
SELECT migrate_register('gamma', E'CREATE TABLE early ();\nCREATE INDEX CONCURRENTLY x ON t (i)',
                        '', down_revision => '{beta}');
SELECT migrate_register('delta', 'SELECT 1', 'VACUUM t', down_revision => '{gamma}');
SELECT id, up_transactional AS up, down_transactional AS down
FROM migrate.revision ORDER BY ordinal;
SELECT revision, is_transactional FROM migrate_plan('delta');
SAVEPOINT s;
SELECT revision FROM migrate_upgrade('delta');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT to_regclass('early') AS early;
SELECT revision FROM migrate_stamp('{delta}');
SAVEPOINT s;
SELECT revision FROM migrate_downgrade('beta');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
CREATE FUNCTION try_upgrade(up text, OUT state text, OUT message text, OUT detail text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM migrate_register('gamma', up, '', down_revision => '{beta}');
    PERFORM migrate_upgrade('gamma');
    state := 'it ran';
    RAISE unique_violation; -- take it back
EXCEPTION WHEN unique_violation THEN
    NULL;
WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL;
END $$;
SELECT t AS text, state, message FROM unnest(ARRAY[
    'DROP INDEX CONCURRENTLY x', 'REINDEX INDEX CONCURRENTLY x', 'REINDEX (CONCURRENTLY) TABLE t',
    'REINDEX SCHEMA public', 'VACUUM', 'VACUUM FULL t', 'CLUSTER', 'CREATE DATABASE d',
    'DROP DATABASE d', 'ALTER DATABASE d SET TABLESPACE x', 'CREATE TABLESPACE x LOCATION ''/x''',
    'DROP TABLESPACE x', 'ALTER SYSTEM SET work_mem = 1',
    'ALTER TABLE t DETACH PARTITION p CONCURRENTLY']) WITH ORDINALITY AS texts (t, n),
    LATERAL try_upgrade(t) ORDER BY n;
-- What only fails when it runs: transaction control hidden in a DO block or a procedure, COPY in
-- EXECUTE, parameters, SET TRANSACTION, what DO can hide of the rest.
SELECT t AS text, state, message FROM unnest(ARRAY[
    'DO $$ BEGIN COMMIT; END $$', 'DO $$ BEGIN ROLLBACK; END $$',
    'DO $$ BEGIN EXECUTE ''SAVEPOINT s''; END $$', 'DO $$ BEGIN EXECUTE ''BEGIN''; END $$',
    'DO $$ BEGIN EXECUTE ''COPY t FROM STDIN''; END $$',
    'DO $$ BEGIN EXECUTE ''COPY t TO STDOUT''; END $$', 'DO $$ BEGIN EXECUTE ''VACUUM''; END $$',
    'DO $$ BEGIN EXECUTE ''DISCARD ALL''; END $$', 'SELECT $1', 'DELETE FROM t WHERE i = $1',
    'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'])
    WITH ORDINALITY AS texts (t, n), LATERAL try_upgrade(t) ORDER BY n;
-- Nor may a text reach for what the extension itself consists of, though a superuser owns both.
SELECT t AS text, state LIKE 'MG%' AS is_refused FROM unnest(ARRAY[
    'DELETE FROM migrate.version', 'UPDATE migrate.revision SET up = ''''',
    'ALTER TABLE migrate.version ADD x int', 'DROP TABLE migrate.version CASCADE',
    'DROP EXTENSION migrate']) WITH ORDINALITY AS texts (t, n), LATERAL try_upgrade(t) ORDER BY n;
DROP FUNCTION try_upgrade;
-- Comments only, blanks only, semicolons only, nothing at all: a step without statements.
BEGIN;
SELECT migrate_register('empty1', '', '', down_revision => '{beta}');
SELECT migrate_register('empty2', E'-- only a comment\n/* and another one */', ';;',
                        down_revision => '{empty1}');
SELECT migrate_register('empty3', E' \n\t ; ', '-- nothing', down_revision => '{empty2}');
SELECT revision, statements FROM migrate_upgrade('empty3');
SELECT revision, statements FROM migrate_downgrade('beta');
ROLLBACK;
-- Without a down text there is no way back: refused before anything runs, the revision is named.
BEGIN;
SELECT migrate_register('above', 'CREATE TABLE above ()', 'DROP TABLE above');
SELECT revision FROM migrate_upgrade();
SAVEPOINT s;
SELECT revision FROM migrate_downgrade('alpha');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT to_regclass('above') AS above;
SELECT revision, is_reversible FROM migrate_plan('alpha');
SELECT revision FROM migrate_downgrade('betamax');
ROLLBACK;
-- A text of ten megabytes and a message of a hundred kilobytes.
BEGIN;
SELECT migrate_register('big', repeat(E'-- padding line\n', 700000) || 'CREATE TABLE big ();',
                        repeat(' ', 10000000) || 'DROP TABLE big', repeat('m', 102400),
                        down_revision => '{beta}');
SELECT migrate_register('big', repeat(E'-- padding line\n', 700000) || 'CREATE TABLE big ();',
                        repeat(' ', 10000000) || 'DROP TABLE big', repeat('m', 102400),
                        down_revision => '{beta}');
SELECT revision, statements, length(message) AS message FROM migrate_upgrade('big');
SELECT to_regclass('big') AS big;
SELECT octet_length(up) AS up, octet_length(down) AS down FROM migrate_show('big');
SELECT revision, statements FROM migrate_downgrade('beta');
SELECT to_regclass('big') AS big;
ROLLBACK;
-- Characters that are harmless in SQL's strings, and a message with any.
BEGIN;
SELECT migrate_register('odd', $$ SELECT E'\n', '%s %d %n', '\' $$, '',
                        E'100 % \\ \n ''quoted'' %s', down_revision => '{beta}');
SELECT revision, message FROM migrate_upgrade('odd');
ROLLBACK;
-- A row whose revision is gone: nothing runs, and the answer says what to do.
BEGIN;
DELETE FROM migrate.revision WHERE id IN ('beta', 'betamax');
SAVEPOINT s;
SELECT * FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT * FROM migrate_upgrade('alpha');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT * FROM migrate_downgrade();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT * FROM migrate_stamp('{alpha}');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT * FROM migrate_plan();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT migrate_register('alpha', 'SELECT 1');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT migrate_unregister('alpha');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
-- One can still look: how else would one find out.
SELECT revision, is_missing FROM migrate_current();
SELECT prefix, current, heads, pending FROM migrate_status();
SELECT revision, is_head FROM migrate_history();
ROLLBACK TO s;
SELECT revision FROM migrate_heads();
ROLLBACK TO s;
SELECT revision, up FROM migrate_show('alpha');
ROLLBACK TO s;
-- Both ways out work: to register the revision again, and to purge.
SELECT migrate_register('beta', 'ALTER TABLE t ADD j int', 'ALTER TABLE t DROP j',
                        down_revision => '{alpha}');
SELECT revision, is_missing FROM migrate_current();
SELECT revision FROM migrate_downgrade();
ROLLBACK TO s;
SELECT revision FROM migrate_stamp('{alpha}', true);
SELECT revision, is_missing FROM migrate_current();
ROLLBACK;
-- A parent that is gone.
BEGIN;
DELETE FROM migrate.revision WHERE id = 'alpha';
SELECT * FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- A text that was changed behind the back is checked again before it runs.
BEGIN;
UPDATE migrate.revision SET up = 'CREATE TABLE early (); COMMIT' WHERE id = 'betamax';
SELECT * FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
UPDATE migrate.revision SET up = 'CREATE TABLE early (); VACUUM' WHERE id = 'betamax';
SELECT * FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
UPDATE migrate.revision SET up = E'SELECT 1;\nSELEKT 2' WHERE id = 'betamax';
SELECT * FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- Options.
SELECT migrate_set_option('isolation', 'maybe');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_set_option('search_path', 'a,,b');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_set_option('role', 'postgres');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_set_option('Transaction_Read_Only', 'on');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_set_option('no_such_setting', '1');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_set_option('work_mem', 'much');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_set_option('shared_buffers', '1GB');
\echo :LAST_ERROR_SQLSTATE
-- Everything is as it was at the beginning.
SELECT b.revisions = md5(string_agg(r::text, ',' ORDER BY ordinal)) AS same_revisions,
       b.log = (SELECT count(*) FROM migrate.log) AS same_log,
       b.objects = (SELECT count(*) FROM migrate.object) AS same_objects,
       b.rows = (SELECT string_agg(revision, ',' ORDER BY revision)
                 FROM migrate.version) AS same_rows
FROM migrate.revision r, before b GROUP BY b.revisions, b.log, b.objects, b.rows;
SELECT settings, isolation FROM migrate.prefix;
SELECT to_regclass('early') AS early, to_regclass('ok') AS ok;
DROP TABLE before;
DROP EXTENSION migrate;
DROP TABLE t;
