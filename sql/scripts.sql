-- The scripts of migrate_sql, run in another database: they leave the rows that a run by the
-- server leaves, and the session as it was.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
\set register 'SELECT count(migrate_register(id, up, down, '''', parents, needs, labels)) FROM (VALUES (1, ''c1'', ''CREATE TABLE core (i int)'', ''DROP TABLE core'', ''{}''::text[], ''{}''::text[], ''{core}''::text[]), (2, ''c2'', ''ALTER TABLE core ADD a int'', ''ALTER TABLE core DROP a'', ''{c1}'', ''{}'', ''{}''), (3, ''p1'', ''CREATE TABLE plug (i int)'', ''DROP TABLE plug'', ''{}'', ''{}'', ''{plug}''), (4, ''p2'', ''CREATE VIEW plugged AS SELECT a FROM core'', ''DROP VIEW plugged'', ''{p1}'', ''{c2}'', ''{}''), (5, ''p3'', ''ALTER TABLE plug ADD b int'', ''ALTER TABLE plug DROP b'', ''{p2}'', ''{}'', ''{}''), (6, ''q1'', ''CREATE TABLE third ()'', ''DROP TABLE third'', ''{}'', ''{}'', ''{third}''), (7, ''$migrate$'', '''', '''', ''{q1}'', ''{}'', ''{}'')) v (n, id, up, down, parents, needs, labels)'
:register;
SELECT migrate_set_option('lock_timeout', '7s');
CREATE DATABASE regress_migrate_elsewhere;
-- All up, plug back, third back; each also by the server itself, to compare with.  psql keeps the
-- scripts while it is connected elsewhere.
SELECT migrate_sql('base:heads') AS up, migrate_sql('plug@head:plug@base') AS plug_down,
       migrate_sql('third@head:q1') AS third_down, migrate_sql('core@head:c1') AS core_down \gset
SELECT revision FROM migrate_upgrade('heads');
SELECT revision FROM migrate_current();
SELECT revision FROM migrate_downgrade('plug@base');
SELECT revision FROM migrate_downgrade('third@q1');
SELECT revision FROM migrate_current();
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1;
\set here :DBNAME
\c regress_migrate_elsewhere
SET client_min_messages = warning;
CREATE EXTENSION migrate;
:register;
SET search_path TO pg_temp, public;
SET lock_timeout = '3s';
\set ECHO none
BEGIN;
:up
-- in the same transaction, and behind it
SHOW search_path;
SHOW lock_timeout;
COMMIT;
\set ECHO all
SHOW search_path;
SELECT revision FROM migrate_current();
-- What the script takes back is needed by p2, which it does not know of: nothing happens.
\set ECHO none
BEGIN;
DROP VIEW plugged; -- or the down text would fail by itself
:core_down
ROLLBACK;
\set ECHO all
SELECT revision FROM migrate_current();
\set ECHO none
BEGIN;
:plug_down
:third_down
SHOW search_path;
SHOW lock_timeout;
COMMIT;
\set ECHO all
SELECT revision FROM migrate_current();
SELECT revision, direction, outcome FROM migrate.log ORDER BY outcome, revision;
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1;
\c :here
DROP DATABASE regress_migrate_elsewhere;
SELECT revision FROM migrate_downgrade('base');
DROP EXTENSION migrate;
