\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
CREATE FUNCTION show_rows(wanted text DEFAULT '') RETURNS text
LANGUAGE sql AS $$
    SELECT coalesce(string_agg(revision, ' ' ORDER BY revision), '(none)')
    FROM migrate.version WHERE prefix = wanted $$;
-- Two lines, one with a fork; a table is made by the first revision only, to see that no stamp
-- runs anything.
SELECT migrate_register('a1', 'CREATE TABLE a ()', 'DROP TABLE a', down_revision => '{}'),
       migrate_register('b1', 'SELECT 1', 'SELECT 1', down_revision => '{a1}'),
       migrate_register('c1', 'SELECT 1', 'SELECT 1', down_revision => '{a1}',
                        branch_labels => '{shop}'),
       migrate_register('c2', 'SELECT 1', 'SELECT 1', down_revision => '{c1}'),
       migrate_register('p1', 'SELECT 1', 'SELECT 1', down_revision => '{}',
                        branch_labels => '{plug}'),
       migrate_register('p2', 'SELECT 1', 'SELECT 1', down_revision => '{p1}',
                        depends_on => '{b1}');
-- Several targets at once; what another one needs is no row.
SELECT prefix, revision FROM migrate_stamp('{b1,c1,p1}');
SELECT prefix, revision FROM migrate_stamp('{p2}');
SELECT prefix, revision FROM migrate_stamp('{c2}');
SELECT prefix, revision FROM migrate_stamp('{c2}');
SELECT prefix, revision FROM migrate_stamp('{a1,p1}', true);
SELECT prefix, revision FROM migrate_stamp('{shop,b1}');
-- A target above rows of its line takes their place; one below does, too.
SELECT prefix, revision FROM migrate_stamp('{c2}');
SELECT prefix, revision FROM migrate_stamp('{a1}');
-- Relative ones, and heads.
SELECT prefix, revision FROM migrate_stamp('{shop@+1}');
SELECT prefix, revision FROM migrate_stamp('{heads}');
SELECT prefix, revision FROM migrate_stamp('{shop@head-1}');
-- The base of one line leaves the others; base leaves nothing.
SELECT prefix, revision FROM migrate_stamp('{heads}', true);
SELECT prefix, revision FROM migrate_stamp('{plug@base}');
SELECT prefix, revision FROM migrate_stamp('{shop@base}');
SELECT prefix, revision FROM migrate_stamp('{c2,p2}', true);
SELECT prefix, revision FROM migrate_stamp('{base}');
SELECT show_rows();
-- No target: nothing changes, unless the rows are purged.
SELECT prefix, revision FROM migrate_stamp('{c2}');
SELECT prefix, revision FROM migrate_stamp('{}');
SELECT prefix, revision FROM migrate_stamp('{}', true);
SELECT show_rows();
-- Nothing of all that ran anything, made anything, or brought anything under a revision.
SELECT to_regclass('a') AS a, (SELECT count(*) FROM migrate.object) AS objects,
       count(*) FILTER (WHERE direction <> 'stamp') AS runs, sum(statements) AS statements,
       count(checksum) AS texts
FROM migrate.log;
-- Every change of a row has an entry, and a stamp that changes nothing has none.
SELECT prefix, revision FROM migrate_stamp('{c2,b1}', true);
TRUNCATE migrate.log;
SELECT prefix, revision FROM migrate_stamp('{c2}');
SELECT count(*) AS log FROM migrate.log;
SELECT prefix, revision FROM migrate_stamp('{a1}');
SELECT revision, direction, outcome, role = current_user AS mine FROM migrate.log
ORDER BY outcome, revision;
-- What is no target is refused, and changes nothing, also behind one that is.
SELECT prefix, revision FROM migrate_stamp('{b1,nothing}');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_stamp('{head}');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_stamp('{nothing}', true);
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_stamp('{b1,NULL}');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_stamp(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_stamp('{+0}');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_stamp('{b1}', prefix => 'nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT show_rows();
-- A row that no revision has stops everything but a purge.
INSERT INTO migrate.version VALUES ('', 'gone');
SELECT prefix, revision FROM migrate_stamp('{b1}');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision, is_missing FROM migrate_current();
SELECT prefix, revision FROM migrate_stamp('{b1}', true);
SELECT revision, outcome FROM migrate.log WHERE revision = 'gone';
SELECT show_rows();
-- After a stamp an upgrade runs what is above, and no more.
SELECT prefix, revision FROM migrate_stamp('{a1}', true);
SELECT revision FROM migrate_upgrade('shop@head');
SELECT to_regclass('a') AS a, show_rows();
-- A stamp belongs to its transaction.
BEGIN;
SELECT prefix, revision FROM migrate_stamp('{heads}');
ROLLBACK;
SELECT show_rows();
-- Adopt: what another tool's table says becomes the rows, whatever they were.
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('b1');
SELECT prefix, revision FROM migrate_adopt('alembic_version');
SELECT show_rows();
-- Two heads.
INSERT INTO alembic_version VALUES ('c2');
SELECT prefix, revision FROM migrate_adopt('public.alembic_version');
SELECT show_rows();
SELECT count(*) FROM migrate.log WHERE revision = 'c2' AND outcome = 'stamped'
    AND transaction_id = (SELECT max(transaction_id::text::bigint)::text::xid8 FROM migrate.log);
-- The table is read, and stays as it is.
SELECT version_num FROM alembic_version ORDER BY 1;
-- A row that is not registered, and two: nothing is stamped.
INSERT INTO alembic_version VALUES ('elsewhere');
SELECT prefix, revision FROM migrate_adopt('alembic_version');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO alembic_version VALUES ('nowhere');
SELECT prefix, revision FROM migrate_adopt('alembic_version');
\echo :LAST_ERROR_SQLSTATE
SELECT show_rows();
-- The rows are ids: neither the start of one nor a label nor a word is taken for one.
UPDATE alembic_version SET version_num = CASE version_num WHEN 'elsewhere' THEN 'p' ELSE 'shop' END
WHERE version_num LIKE '%where';
SELECT prefix, revision FROM migrate_adopt('alembic_version');
\echo :LAST_ERROR_SQLSTATE
DELETE FROM alembic_version;
INSERT INTO alembic_version VALUES ('heads');
SELECT prefix, revision FROM migrate_adopt('alembic_version');
\echo :LAST_ERROR_SQLSTATE
SELECT show_rows();
-- An empty table says that nothing is applied.
DELETE FROM alembic_version;
SELECT prefix, revision FROM migrate_adopt('alembic_version');
SELECT show_rows();
-- A null says nothing: that is no empty table.
SELECT prefix, revision FROM migrate_stamp('{b1}');
CREATE TABLE null_version (version_num text);
INSERT INTO null_version VALUES (NULL);
SELECT prefix, revision FROM migrate_adopt('null_version');
\echo :LAST_ERROR_SQLSTATE
SELECT show_rows();
DROP TABLE null_version;
SELECT prefix, revision FROM migrate_stamp('{base}');
-- No such table, schema or column; a view is no version table.
SELECT prefix, revision FROM migrate_adopt('no_table');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_adopt('no_schema.alembic_version');
\echo :LAST_ERROR_SQLSTATE
CREATE TABLE other_version (version text);
SELECT prefix, revision FROM migrate_adopt('other_version');
\echo :LAST_ERROR_SQLSTATE
CREATE VIEW version_view AS SELECT 'b1'::text AS version_num;
SELECT prefix, revision FROM migrate_adopt('version_view');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_adopt('');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_adopt(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_adopt('alembic_version; DROP TABLE other_version');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_adopt('alembic_version', 'nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT show_rows(), to_regclass('other_version') AS other_version;
-- A prefix of its own, from a table with a name that must be quoted in another schema.
CREATE SCHEMA "Old Tool";
CREATE TABLE "Old Tool"."Version" (version_num text);
INSERT INTO "Old Tool"."Version" VALUES ('s1');
SELECT migrate_create_prefix('store');
SELECT migrate_register('s1', 'CREATE TABLE @prefix@_s ()', 'DROP TABLE @prefix@_s',
                        prefix => 'store'),
       migrate_register('s2', '', '', prefix => 'store');
SELECT prefix, revision FROM migrate_adopt('"Old Tool"."Version"', 'store');
SELECT show_rows(), show_rows('store'), to_regclass('store_s') AS store_s;
-- What follows is run; what was adopted is not.
SELECT revision FROM migrate_upgrade('head', 'store');
SELECT to_regclass('store_s') AS store_s;
-- The prefix of the session, as a service has it, holds for stamps too.
SET migrate.prefix = 'store';
SELECT prefix, revision FROM migrate_stamp('{s1}');
SELECT prefix, revision FROM migrate_adopt('"Old Tool"."Version"');
RESET migrate.prefix;
SELECT show_rows(), show_rows('store');
DROP TABLE alembic_version, other_version;
DROP VIEW version_view;
DROP SCHEMA "Old Tool" CASCADE;
DROP EXTENSION migrate;
-- Scripts, for databases that are changed without a call of migrate_upgrade: every statement of
-- the texts, and the rows in the end.  \gexec runs what migrate_sql returns, and ECHO none keeps
-- psql from printing it a second time.
CREATE EXTENSION migrate;
SELECT migrate_register('r1', 'CREATE TYPE mood AS ENUM (''ok'', ''bad'');
CREATE TABLE r (i int, m mood)', 'DROP TABLE r', E'first\nand second line'),
       migrate_register('r2', 'BEGIN;
ALTER TABLE r ADD j int; -- a column
COMMIT;', 'BEGIN;
ALTER TABLE r DROP j;
COMMIT', 'wrapped'),
       migrate_register('r3', 'CREATE FUNCTION r_count() RETURNS bigint LANGUAGE sql
AS $body$ SELECT count(*) FROM r; $body$;
INSERT INTO r (i, m) VALUES (1, ''ok''); -- semicolon; in a comment', 'DELETE FROM r;
DROP FUNCTION r_count() /* the last one */ -- no semicolon', 'comments'),
       migrate_register('r4', '-- nothing', '/* nothing */', 'empty'),
       migrate_register('r5', 'CREATE TYPE extra AS ENUM (''x''); CREATE TYPE kept AS ENUM (''y'');
CREATE DOMAIN small AS int CHECK (VALUE < 10)', '', 'types that nothing uses');
\pset tuples_only on
SELECT migrate_sql('base:r3');
SELECT migrate_sql('r3:r1');
SELECT migrate_sql('r3:r4');
-- A range without a step is the rows alone, or nothing.
SELECT migrate_sql('r3:r3');
SELECT migrate_sql('base:base');
\pset tuples_only off
-- It was written, and nothing ran.
SELECT to_regclass('r') AS r, to_regtype('mood') AS mood, (SELECT count(*) FROM migrate.log) AS log,
       show_rows();
-- Up: what the script makes is what an upgrade makes.
\set ECHO none
BEGIN;
SELECT migrate_sql('base:head') \gexec
COMMIT;
\set ECHO all
SELECT show_rows(), r_count(), to_regtype('mood') AS mood, to_regtype('extra') AS extra;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = 'r'::regclass AND attnum > 0 ORDER BY attnum;
SELECT revision FROM migrate_upgrade();
-- Down: the texts, and the ENUM types that they forgot, but not those in use.
CREATE TABLE user_of_kept (k kept);
SET client_min_messages = warning;
\set ECHO none
BEGIN;
SELECT migrate_sql('head:r4') \gexec
COMMIT;
\set ECHO all
SELECT show_rows(), to_regtype('extra') AS extra, to_regtype('kept') AS kept,
       to_regtype('small') AS small, to_regtype('mood') AS mood;
RESET client_min_messages;
DROP TABLE user_of_kept;
DROP TYPE kept;
\set ECHO none
BEGIN;
SELECT migrate_sql('r4:base') \gexec
COMMIT;
\set ECHO all
SELECT show_rows(), to_regclass('r') AS r, to_regproc('r_count') AS r_count,
       to_regtype('mood') AS mood;
-- In two parts, the second of which begins where the database is.
\set ECHO none
BEGIN;
SELECT migrate_sql('base:r1') \gexec
SELECT public.migrate_sql('current:r3') \gexec
COMMIT;
\set ECHO all
SELECT show_rows(), r_count();
SELECT revision FROM migrate_downgrade('base');
SELECT to_regclass('r') AS r, to_regtype('mood') AS mood;
-- The search_path of the script is not left behind in the session, nor lost before the end.
SHOW search_path;
-- The script leaves the rows of other lines alone: they are as applied as before.
SELECT migrate_register('q1', 'CREATE TABLE q ()', 'DROP TABLE q', down_revision => '{}',
                        branch_labels => '{other}');
SELECT revision FROM migrate_upgrade('q1');
\set ECHO none
BEGIN;
SELECT migrate_sql('base:r1') \gexec
COMMIT;
\set ECHO all
SELECT show_rows(), to_regclass('q') AS q, to_regclass('r') AS r;
SELECT prefix, revision FROM migrate_stamp('{q1,r1}', true);
SELECT revision FROM migrate_downgrade('base');
SELECT migrate_unregister('q1');
-- The script drops the type that its revision made, not one of the same name that somebody else
-- has further down the path; and it says nothing where the down text dropped the type itself.
CREATE SCHEMA "My Types";
CREATE TYPE color AS ENUM ('of somebody else');
SELECT migrate_create_prefix('types', schema => 'My Types', naming => 'any');
SELECT migrate_register('t1', 'CREATE TYPE color AS ENUM (''red'')', 'DROP TYPE color',
                        prefix => 'types');
SELECT revision FROM migrate_upgrade('head', 'types');
SELECT typnamespace::regnamespace FROM pg_type WHERE typname = 'color' ORDER BY 1;
\set ECHO none
BEGIN;
SELECT migrate_sql('t1:base', 'types') \gexec
COMMIT;
\set ECHO all
SELECT typnamespace::regnamespace FROM pg_type WHERE typname = 'color' ORDER BY 1;
SELECT show_rows('types');
-- What migrate_set_option set for the prefix holds in the script as well, and not behind it.
SELECT migrate_set_option('migrate.word', 'it''s said', 'types');
SELECT migrate_register('t2',
                        'CREATE TABLE said AS SELECT current_setting(''migrate.word'') AS word',
                        'DROP TABLE said', down_revision => '{}', prefix => 'types');
\set ECHO none
BEGIN;
SELECT migrate_sql('base:t2', 'types') \gexec
COMMIT;
\set ECHO all
SELECT word, coalesce(current_setting('migrate.word', true), '') = '' AS is_over
FROM "My Types".said;
SELECT show_rows('types');
DROP TYPE public.color;
DROP SCHEMA "My Types" CASCADE;
SELECT migrate_drop_prefix('types', true);
-- @prefix@ and @schema@ are replaced, and quotes are where they must be.
CREATE SCHEMA "The Store";
SELECT migrate_create_prefix('store', schema => 'The Store');
SELECT migrate_register('s1', 'CREATE TABLE @schema@.@prefix@_s (i int)',
                        'DROP TABLE @schema@.@prefix@_s', prefix => 'store'),
       migrate_register('it''s', 'CREATE TABLE @prefix@_t ()', 'DROP TABLE @prefix@_t',
                        prefix => 'store');
\set ECHO none
BEGIN;
SELECT migrate_sql(':', 'store') \gexec
COMMIT;
\set ECHO all
SELECT show_rows('store'), show_rows();
SELECT relname FROM pg_class WHERE relnamespace = '"The Store"'::regnamespace ORDER BY 1;
\set ECHO none
BEGIN;
SELECT migrate_sql('heads:base', 'store') \gexec
COMMIT;
\set ECHO all
SELECT show_rows('store');
SELECT relname FROM pg_class WHERE relnamespace = '"The Store"'::regnamespace ORDER BY 1;
-- What has no way back, and what refuses a transaction, is not written.
SELECT migrate_register('r6', 'SELECT 1', NULL, 'no way back');
SELECT migrate_sql('r6:r4');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('r7', 'CREATE INDEX CONCURRENTLY ON r (i)', 'SELECT 1', 'alone');
SELECT migrate_sql('r6:r7');
\echo :LAST_ERROR_SQLSTATE
-- Neither is in the way of a range without it.
SELECT migrate_sql('r4:r5') LIKE '%CREATE TYPE extra%' AS is_written;
-- What is no range, or leads from nowhere.
SELECT migrate_sql('r1');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_sql('nothing:r1');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_sql('r1:r2', 'nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_sql(NULL);
\echo :LAST_ERROR_SQLSTATE
DROP EXTENSION migrate;
DROP SCHEMA "The Store";
DROP FUNCTION show_rows;
