\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
--
-- Templates: one history, run by several prefixes, each with names, rows and owner of its own.
--
\pset null -

CREATE ROLE regress_migrate_author;
CREATE ROLE regress_migrate_elem;
CREATE ROLE regress_migrate_stranger;
GRANT regress_migrate_elem TO regress_migrate_author;
CREATE SCHEMA tpl;
CREATE SCHEMA "Second Floor";
GRANT ALL ON SCHEMA tpl, "Second Floor"
    TO regress_migrate_author, regress_migrate_elem, regress_migrate_stranger;
SET search_path = tpl, public;

SELECT migrate_create_prefix('storage_elem', owner => 'regress_migrate_author');
SELECT migrate_register('s1', prefix => 'storage_elem', message => 'files', up => $up$
CREATE TYPE @prefix@_state AS ENUM ('active', 'deleted');
CREATE TABLE @schema@.@prefix@_files (
    id integer PRIMARY KEY,
    state @schema@.@prefix@_state NOT NULL DEFAULT 'active',
    mail text DEFAULT 'nobody@example.org @prefix @schema prefix@ @@prefix@@');
CREATE INDEX ix_@prefix@_files_state ON @prefix@_files (state);
$up$, down => $down$
DROP TABLE @schema@.@prefix@_files;
$down$);

--
-- Three instances, in two schemas; one of the names of the schemas needs quotes.
--
SELECT migrate_create_prefix('storage_elem_01', 'regress_migrate_elem', 'tpl',
                             template => 'storage_elem');
SELECT migrate_create_prefix('storage_elem_02', 'regress_migrate_author', 'Second Floor',
                             template => 'storage_elem');
SELECT migrate_create_prefix('storage_elem_03', 'regress_migrate_author', 'tpl',
                             template => 'storage_elem');
SELECT name, owner, schema, template FROM migrate.prefix ORDER BY name;
-- Each has the template's revisions before it, and has applied nothing.
SELECT prefix, template, current, heads, pending FROM migrate_status();
SELECT prefix, revision, message, is_applied FROM migrate_history(prefix => 'storage_elem_02');
SELECT prefix, revision, direction FROM migrate_plan(prefix => 'storage_elem_03');

SELECT prefix, revision, statements FROM migrate_upgrade(prefix => 'storage_elem_01');
SELECT prefix, revision, statements FROM migrate_upgrade(prefix => 'storage_elem_02');
-- Names, schema and owner are each instance's own; the third has not run, nor the template.
CREATE VIEW tpl.made AS
SELECT n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relname LIKE '%storage_elem%' AND c.relkind IN ('r', 'i')
 UNION ALL
SELECT n.nspname, t.typname, pg_get_userbyid(t.typowner)
  FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
 WHERE t.typname LIKE '%storage_elem%' AND t.typtype = 'e';
SELECT * FROM made ORDER BY schema COLLATE "C", name COLLATE "C";
-- Only the two whole marks were replaced.
SELECT column_default FROM information_schema.columns
 WHERE table_name LIKE 'storage\_elem\_0_\_files' AND column_name = 'mail'
 ORDER BY table_name;
-- So are rows, log and records.
SELECT prefix, revision FROM migrate.version ORDER BY prefix;
SELECT prefix, revision, direction, statements, role FROM migrate.log ORDER BY prefix;
SELECT prefix, type, identity, revision FROM migrate.object
 ORDER BY prefix, type, identity COLLATE "C";
SELECT prefix, current, pending FROM migrate_status();
-- The log keeps the checksum of the text that ran, marks replaced: it differs by instance.
SELECT count(DISTINCT checksum) FROM migrate.log;

--
-- The same revision may not reach for its neighbour: instances are fenced off too.
--
SELECT migrate_register('s2', 'ALTER TABLE tpl.storage_elem_01_files ADD COLUMN size bigint',
                        prefix => 'storage_elem');
SELECT revision FROM migrate_upgrade(prefix => 'storage_elem_02');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate.version ORDER BY prefix;

--
-- A revision that is applied nowhere may change; a new one is pending in all instances.
--
SELECT migrate_register('s2', 'ALTER TABLE @schema@.@prefix@_files ADD COLUMN size bigint',
                        'ALTER TABLE @schema@.@prefix@_files DROP COLUMN size',
                        prefix => 'storage_elem');
SELECT prefix, current, heads, pending FROM migrate_status();
SELECT prefix, revision FROM migrate_upgrade(prefix => 'storage_elem_02');
SELECT prefix, current, heads, pending FROM migrate_status();

--
-- Applied in one instance only: the text is immutable for all.
--
SELECT migrate_register('s2', 'ALTER TABLE @schema@.@prefix@_files ADD COLUMN size text',
                        'ALTER TABLE @schema@.@prefix@_files DROP COLUMN size',
                        prefix => 'storage_elem');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_unregister('s2', 'storage_elem');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('s1', '', prefix => 'storage_elem');
SELECT up FROM migrate.revision WHERE prefix = 'storage_elem' AND id = 's2';
-- The same content is no change.
SELECT migrate_register('s2', 'ALTER TABLE @schema@.@prefix@_files ADD COLUMN size bigint',
                        'ALTER TABLE @schema@.@prefix@_files DROP COLUMN size',
                        prefix => 'storage_elem');
-- Once the instance has left it, it may change again.
SELECT prefix, revision FROM migrate_downgrade(prefix => 'storage_elem_02');
SELECT migrate_register('s2', 'ALTER TABLE @schema@.@prefix@_files ADD COLUMN size numeric',
                        'ALTER TABLE @schema@.@prefix@_files DROP COLUMN size',
                        prefix => 'storage_elem');
SELECT prefix, revision FROM migrate_upgrade(prefix => 'storage_elem_01');
SELECT table_name, column_name, data_type FROM information_schema.columns
 WHERE table_name LIKE 'storage\_elem\_0_\_files' AND column_name = 'size';
SELECT prefix, current, pending FROM migrate_status();

--
-- A downgrade takes back one instance's objects, and its orphaned type, and no other's.
--
SELECT prefix, revision, dropped_types FROM migrate_downgrade('base', prefix => 'storage_elem_01');
SELECT * FROM made ORDER BY schema COLLATE "C", name COLLATE "C";
SELECT prefix, revision FROM migrate.version ORDER BY prefix;
SELECT prefix, revision, direction FROM migrate.log WHERE prefix = 'storage_elem_02'
 ORDER BY started_at;
SELECT prefix, revision, statements FROM migrate_upgrade('s1', prefix => 'storage_elem_01');

--
-- Revisions are registered in the template, never in an instance.
--
SELECT migrate_register('x1', '', prefix => 'storage_elem_01');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('s1', 'SELECT 1', prefix => 'storage_elem_01');
SELECT migrate_create('text', prefix => 'storage_elem_01');
SELECT migrate_unregister('s2', 'storage_elem_01');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, id FROM migrate.revision ORDER BY ordinal;

--
-- A template is a prefix too, and can run its revisions itself.
--
SELECT prefix, revision FROM migrate_upgrade('s1', prefix => 'storage_elem');
SELECT name, owner FROM made WHERE name LIKE 'storage\_elem\_files%' ORDER BY name COLLATE "C";
SELECT prefix, revision FROM migrate_downgrade('base', prefix => 'storage_elem');

--
-- A template of a template is refused, and so is one that is not there.
--
SELECT migrate_create_prefix('storage_elem_04', template => 'storage_elem_01');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create_prefix('storage_elem_04', template => 'storage_elem_04');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create_prefix('storage_elem_04', template => '');

--
-- Who writes the template decides what runs as the instance's owner, so they must be able to
-- become that role.
--
SELECT migrate_create_prefix('storage_elem_04', 'regress_migrate_stranger', 'tpl',
                             template => 'storage_elem');
\echo :LAST_ERROR_SQLSTATE
-- Nor do texts of a role run as a superuser.
CREATE ROLE regress_migrate_root SUPERUSER;
SET ROLE regress_migrate_root;
SELECT migrate_create_prefix('storage_elem_04', template => 'storage_elem');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SELECT migrate_set_owner('storage_elem_03', 'regress_migrate_stranger');
\echo :LAST_ERROR_SQLSTATE
SELECT name, owner FROM migrate.prefix ORDER BY name;
-- The right is asked for at each run: here it is taken away in between, ...
REVOKE regress_migrate_elem FROM regress_migrate_author;
SELECT prefix, revision FROM migrate_upgrade(prefix => 'storage_elem_01');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_downgrade(prefix => 'storage_elem_01');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate.version ORDER BY prefix;
GRANT regress_migrate_elem TO regress_migrate_author;
SELECT prefix, revision FROM migrate_upgrade(prefix => 'storage_elem_01');
-- ... and here the template gets another owner.
SELECT migrate_set_owner('storage_elem', 'regress_migrate_stranger');
SELECT prefix, revision FROM migrate_upgrade(prefix => 'storage_elem_03');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_set_owner('storage_elem', 'regress_migrate_author');

--
-- The owner of an instance may run the texts, not write them.
--
SET ROLE regress_migrate_elem;
SELECT prefix, revision FROM migrate_downgrade(prefix => 'storage_elem_01');
SELECT prefix, revision FROM migrate_upgrade(prefix => 'storage_elem_01');
SELECT migrate_register('x1', 'SELECT 1', prefix => 'storage_elem');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;

--
-- A template with instances stays, also by force; an instance goes alone.
--
SELECT migrate_drop_prefix('storage_elem');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_drop_prefix('storage_elem', force => true);
SELECT migrate_drop_prefix('storage_elem_03');
SELECT migrate_drop_prefix('storage_elem_02');
SELECT migrate_drop_prefix('storage_elem_02', force => true);
SELECT name FROM migrate.prefix ORDER BY name;
SELECT prefix, id FROM migrate.revision ORDER BY ordinal;
SELECT prefix, revision FROM migrate_downgrade('base', prefix => 'storage_elem_01');
SELECT migrate_drop_prefix('storage_elem_01');
SELECT migrate_drop_prefix('storage_elem');
SELECT count(*) FROM migrate.prefix;

DROP EXTENSION migrate;
SET client_min_messages = warning;
DROP SCHEMA tpl, "Second Floor" CASCADE;
DROP ROLE regress_migrate_author, regress_migrate_elem, regress_migrate_stranger,
          regress_migrate_root;
