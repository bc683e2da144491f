\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
--
-- Contamination: the query module shares its database with a storage element.  A generator
-- compared the whole database with the models of query, and wrote the removal of all other
-- tables below the one change that was meant.  Running that must fail, and lose nothing.
--

CREATE SCHEMA store;
SET search_path = store, public;

SELECT migrate_create_prefix('storage_elem_01');
SELECT migrate_register('s1', prefix => 'storage_elem_01', message => 'file store', up => $$
CREATE TYPE storage_elem_01_file_state AS ENUM ('PERMANENT', 'TEMPORARY');
CREATE TABLE storage_elem_01_files (
    file_id integer PRIMARY KEY,
    filename text NOT NULL,
    state storage_elem_01_file_state NOT NULL DEFAULT 'PERMANENT');
CREATE INDEX ix_storage_elem_01_files_state ON storage_elem_01_files (state);
CREATE INDEX idx_filename ON storage_elem_01_files (filename);
CREATE TABLE storage_elem_01_wal (transaction_id integer PRIMARY KEY, status text);
CREATE TABLE storage_elem_01_config (id serial PRIMARY KEY, is_master boolean);
$$, down => $$
DROP TABLE storage_elem_01_config;
DROP TABLE storage_elem_01_wal;
DROP TABLE storage_elem_01_files;
$$);
SELECT revision, statements FROM migrate_upgrade(prefix => 'storage_elem_01');
INSERT INTO storage_elem_01_files VALUES (1, 'a.txt'), (2, 'b.txt'), (3, 'c.txt');
INSERT INTO storage_elem_01_wal VALUES (1, 'done');

SELECT migrate_create_prefix('query', naming => 'any');
SELECT migrate_register('q1', prefix => 'query', message => 'statistics', up => $$
CREATE TABLE download_statistics (id integer PRIMARY KEY, file_id integer);
$$, down => $$
DROP TABLE download_statistics;
$$);
SELECT revision, statements FROM migrate_upgrade(prefix => 'query');

-- All that a refused revision could have changed.
CREATE FUNCTION public.state() RETURNS TABLE (kind text, name text, what text)
LANGUAGE sql AS $$
SELECT 'relation' AS kind, c.relname::text AS name, c.relkind::text AS what
  FROM pg_class AS c WHERE c.relnamespace = 'store'::regnamespace AND c.relkind IN ('r', 'i', 'S')
 UNION ALL
SELECT 'type', t.typname, t.typtype::text
  FROM pg_type AS t WHERE t.typnamespace = 'store'::regnamespace AND t.typtype = 'e'
 UNION ALL
SELECT 'column', a.attrelid::regclass::text, a.attname
  FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
 WHERE c.relnamespace = 'store'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
   AND NOT a.attisdropped
 UNION ALL SELECT 'version', prefix, revision FROM migrate.version
 UNION ALL SELECT 'log', prefix || ' ' || revision, direction FROM migrate.log
 UNION ALL SELECT 'object', prefix || ' ' || coalesce(revision, ''), identity FROM migrate.object
$$;
CREATE TABLE public.state_before AS SELECT * FROM public.state();
SELECT kind, count(*) FROM public.state_before GROUP BY kind ORDER BY kind;

--
-- The text is valid SQL, so it can be registered.
--
SELECT migrate_register('q2', prefix => 'query', message => 'address of the client', up => $$
-- what the author wanted
ALTER TABLE download_statistics ADD COLUMN client_address text;

-- what the generator added
DROP TABLE storage_elem_01_config;
DROP INDEX idx_filename;
DROP INDEX ix_storage_elem_01_files_state;
DROP TABLE storage_elem_01_files;
DROP TABLE storage_elem_01_wal;
$$, down => $$
CREATE TABLE storage_elem_01_files (file_id integer PRIMARY KEY, filename text NOT NULL);
ALTER TABLE download_statistics DROP COLUMN client_address;
$$);
-- Running it is refused at the first foreign table, which is named with its prefix.
SELECT revision FROM migrate_upgrade(prefix => 'query');
\echo :LAST_ERROR_SQLSTATE
-- The whole step is undone, the wanted column included; no record is lost.
SELECT prefix, current, heads, pending FROM migrate_status();
SELECT * FROM state() EXCEPT TABLE state_before;
TABLE state_before EXCEPT SELECT * FROM state();
SELECT count(*) FROM storage_elem_01_files;
SELECT count(*) FROM storage_elem_01_wal;

--
-- So is each part of it, written alone, qualified or not.
--
SELECT migrate_register('q2', prefix => 'query', up => $$
DROP INDEX idx_filename;
$$);
SELECT revision FROM migrate_upgrade(prefix => 'query');
SELECT migrate_register('q2', prefix => 'query', up => $$
ALTER TABLE download_statistics ADD COLUMN client_address text;
DROP TABLE store.storage_elem_01_wal, download_statistics;
$$);
SELECT revision FROM migrate_upgrade(prefix => 'query');
SELECT migrate_register('q2', prefix => 'query', up => $$
DROP TABLE IF EXISTS storage_elem_01_files CASCADE;
$$);
SELECT revision FROM migrate_upgrade(prefix => 'query');
SELECT migrate_register('q2', prefix => 'query', up => $$
DROP TYPE storage_elem_01_file_state CASCADE;
$$);
SELECT revision FROM migrate_upgrade(prefix => 'query');
SELECT migrate_register('q2', prefix => 'query', up => $$
ALTER TABLE storage_elem_01_files ALTER COLUMN filename TYPE varchar(500);
$$);
SELECT revision FROM migrate_upgrade(prefix => 'query');
SELECT migrate_register('q2', prefix => 'query', up => $$
DROP SEQUENCE storage_elem_01_config_id_seq CASCADE;
$$);
SELECT revision FROM migrate_upgrade(prefix => 'query');
SELECT * FROM state() EXCEPT TABLE state_before;
TABLE state_before EXCEPT SELECT * FROM state();

--
-- A clean revision before it, in the same call, is undone as well: one call, one transaction.
--
SELECT migrate_register('q2', prefix => 'query', up => $$
ALTER TABLE download_statistics ADD COLUMN client_address text;
$$, down => $$
ALTER TABLE download_statistics DROP COLUMN client_address;
$$);
SELECT migrate_register('q3', prefix => 'query', up => $$
CREATE TABLE popular (file_id integer);

DROP TABLE storage_elem_01_wal;
$$, down => $$
DROP TABLE popular;
$$);
SELECT revision FROM migrate_upgrade(prefix => 'query');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM state() EXCEPT TABLE state_before;
TABLE state_before EXCEPT SELECT * FROM state();
-- Alone, the clean one runs.
SELECT revision, statements FROM migrate_upgrade('q2', prefix => 'query');
SELECT * FROM state() EXCEPT TABLE state_before ORDER BY 1, 2, 3;
TABLE state_before EXCEPT SELECT * FROM state() ORDER BY 1, 2, 3;

--
-- A revision that was never applied can be taken back, and written anew without the rest.
--
SELECT migrate_unregister('q3', prefix => 'query');
SELECT migrate_register('q3', prefix => 'query', up => $$
CREATE TABLE popular (file_id integer);
$$, down => $$
DROP TABLE popular;
CREATE TABLE storage_elem_01_old (id integer);
DROP TABLE storage_elem_01_wal;
$$);
SELECT revision, statements FROM migrate_upgrade(prefix => 'query');

--
-- A contaminated down text is refused in the same way: the revision stays applied.
--
SELECT revision FROM migrate_downgrade(prefix => 'query');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate.version ORDER BY prefix;
SELECT relname FROM pg_class WHERE relnamespace = 'store'::regnamespace AND relkind = 'r'
 ORDER BY relname;

--
-- The storage element itself may still do all of it.
--
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'storage_elem_01');
SELECT prefix, revision FROM migrate.version ORDER BY prefix;
SELECT relname FROM pg_class WHERE relnamespace = 'store'::regnamespace AND relkind = 'r'
 ORDER BY relname;

DROP EXTENSION migrate;
DROP TABLE public.state_before;
DROP FUNCTION public.state;
SET client_min_messages = warning;
DROP SCHEMA store CASCADE;
