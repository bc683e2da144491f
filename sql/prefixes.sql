\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
--
-- Prefixes: several independent histories in one database.
--
\pset null -

CREATE ROLE regress_migrate_storage;
CREATE ROLE regress_migrate_query;
CREATE ROLE regress_migrate_reader;
CREATE ROLE regress_migrate_root SUPERUSER;
CREATE ROLE regress_migrate_storage_member IN ROLE regress_migrate_storage;
CREATE SCHEMA pfx;
GRANT CREATE, USAGE ON SCHEMA pfx TO regress_migrate_storage;
GRANT USAGE ON SCHEMA pfx TO regress_migrate_query, regress_migrate_reader;
SET search_path = pfx, public;

--
-- In an empty database the functions return no rows for the default prefix, and make nothing.
--
SELECT * FROM migrate_current();
SELECT * FROM migrate_heads();
SELECT * FROM migrate_history();
SELECT * FROM migrate_status();
SELECT * FROM migrate_plan();
SELECT * FROM migrate_upgrade();
SELECT count(*) FROM migrate.prefix;

--
-- The first registration makes the default prefix, for the role that registers.
--
SELECT migrate_register('r1', 'CREATE TABLE first_table (id integer)', 'DROP TABLE first_table');
SELECT name, owner = current_user AS is_mine, schema, naming, isolation FROM migrate.prefix;
SELECT prefix, current, heads, pending FROM migrate_status();
-- It is a prefix as any other: it can be dropped, and made by nothing but a registration.
SELECT migrate_drop_prefix('');
SELECT migrate_create_prefix('');
SELECT count(*) FROM migrate.prefix;
-- A role without CREATE on the current schema cannot make it.
SET ROLE regress_migrate_query;
SELECT migrate_register('r1', '');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
-- Nor does a registration that fails leave one behind.
SELECT migrate_register('r1', 'CREATE TABEL first_table (id integer)');
SELECT count(*) FROM migrate.prefix;

--
-- Names: a lower-case letter, then lower-case letters, digits, underscores; 40 bytes.
--
SELECT migrate_create_prefix(NULL);
SELECT migrate_create_prefix('Query');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create_prefix('1query');
SELECT migrate_create_prefix('_query');
SELECT migrate_create_prefix('que-ry');
SELECT migrate_create_prefix('que ry');
SELECT migrate_create_prefix(E'query\n');
SELECT migrate_create_prefix(U&'qu\00e9ry');
SELECT migrate_create_prefix('a' || repeat('b', 40));
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM migrate.prefix;
SELECT migrate_create_prefix('a' || repeat('b', 39));
SELECT migrate_create_prefix('a');
SELECT name FROM migrate.prefix ORDER BY name;
SELECT migrate_drop_prefix(name) FROM migrate.prefix ORDER BY name;

--
-- Owner, schema, naming rule and template must be good ones.
--
SELECT migrate_create_prefix('bad', owner => 'regress_migrate_nobody');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create_prefix('bad', owner => NULL);
SELECT migrate_create_prefix('bad', owner => '');
SELECT migrate_create_prefix('bad', schema => 'pfx_nowhere');
\echo :LAST_ERROR_SQLSTATE
SET search_path = '';
SELECT public.migrate_create_prefix('bad');
SET search_path = pfx, public;
SELECT migrate_create_prefix('bad', naming => 'free');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create_prefix('bad', naming => NULL);
SELECT migrate_create_prefix('bad', template => 'nothing');
-- The owner needs CREATE on the schema.
SELECT migrate_create_prefix('bad', owner => 'regress_migrate_query');
\echo :LAST_ERROR_SQLSTATE
-- The caller must be able to become the owner.
SET ROLE regress_migrate_query;
SELECT migrate_create_prefix('bad', owner => 'regress_migrate_storage');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SELECT count(*) FROM migrate.prefix;

--
-- Three prefixes in one database: each its own history, rows and objects.
--
SET ROLE regress_migrate_storage_member;
SELECT migrate_create_prefix('storage_elem_01', owner => 'regress_migrate_storage');
RESET ROLE;
SELECT migrate_create_prefix('storage_elem_01');
\echo :LAST_ERROR_SQLSTATE
GRANT CREATE ON SCHEMA pfx TO regress_migrate_query;
SET ROLE regress_migrate_query;
SELECT migrate_create_prefix('query');
RESET ROLE;
SELECT migrate_create_prefix('admin', owner => 'regress_migrate_root', naming => 'any');
SELECT name, owner, schema, naming, template, search_path, isolation
  FROM migrate.prefix ORDER BY name;

SELECT p, migrate_register('a1', 'CREATE TABLE @prefix@_one (id integer)',
                           'DROP TABLE @prefix@_one', prefix => p)
  FROM unnest('{storage_elem_01, query, admin}'::text[]) AS p;
SELECT migrate_register('b1', 'CREATE TABLE @prefix@_two (id integer)',
                        'DROP TABLE @prefix@_two', prefix => 'query');
SELECT prefix, revision, statements FROM migrate_upgrade(prefix => 'query');
SELECT prefix, revision, statements FROM migrate_upgrade(prefix => 'storage_elem_01');
SELECT prefix, revision FROM migrate.version ORDER BY prefix, revision;
SELECT prefix, current, heads, pending FROM migrate_status();
SELECT relname, pg_get_userbyid(relowner) AS owner FROM pg_class
 WHERE relnamespace = 'pfx'::regnamespace ORDER BY relname;
SELECT prefix, revision, direction, role FROM migrate.log ORDER BY prefix, started_at;
SELECT prefix, type, identity, revision FROM migrate.object ORDER BY prefix, identity;
-- Going back in one moves no other.
SELECT prefix, revision, direction FROM migrate_downgrade('base', prefix => 'query');
SELECT prefix, revision FROM migrate.version ORDER BY prefix, revision;
SELECT relname FROM pg_class WHERE relnamespace = 'pfx'::regnamespace ORDER BY relname;

--
-- NULL means the setting migrate.prefix, and without it the default prefix.
--
SET migrate.prefix = 'query';
SELECT prefix, revision FROM migrate_upgrade('+1');
SELECT prefix, revision FROM migrate_current();
SELECT prefix, revision FROM migrate_heads();
SELECT prefix, revision, is_applied FROM migrate_history();
SELECT prefix, revision, direction FROM migrate_plan();
SELECT prefix, revision FROM migrate_show('b1');
SELECT migrate_register('c1', '', '');
SELECT migrate_unregister('c1');
SELECT prefix, revision FROM migrate_stamp('{b1}');
SELECT prefix, revision FROM migrate_stamp('{a1}');
-- An argument beats the setting.
SELECT prefix, revision FROM migrate_current('storage_elem_01');
-- An empty setting means the default prefix, which still does not exist.
SET migrate.prefix = '';
SELECT prefix, revision FROM migrate_current();
RESET migrate.prefix;
SELECT prefix, revision FROM migrate_current();
-- A service gets its own history by the setting of its role.
ALTER ROLE CURRENT_USER IN DATABASE :"DBNAME" SET migrate.prefix = 'storage_elem_01';
\c -
\pset null -
SET search_path = pfx, public;
SELECT prefix, revision FROM migrate_current();
SELECT prefix, revision, direction FROM migrate_downgrade();
SELECT prefix, revision, direction FROM migrate_upgrade();
ALTER ROLE CURRENT_USER IN DATABASE :"DBNAME" RESET migrate.prefix;
\c -
\pset null -
SET search_path = pfx, public;
SELECT prefix, revision FROM migrate_current();

--
-- An unknown prefix is refused by every function: a mistyped name makes nothing.
--
SELECT migrate_register('a1', '', prefix => 'qeury');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create('text', prefix => 'qeury');
SELECT migrate_unregister('a1', prefix => 'qeury');
SELECT * FROM migrate_upgrade(prefix => 'qeury');
SELECT * FROM migrate_downgrade(prefix => 'qeury');
SELECT * FROM migrate_stamp('{a1}', prefix => 'qeury');
SELECT * FROM migrate_current('qeury');
SELECT * FROM migrate_heads('qeury');
SELECT * FROM migrate_history(prefix => 'qeury');
SELECT * FROM migrate_show('a1', 'qeury');
SELECT * FROM migrate_plan(prefix => 'qeury');
SELECT * FROM migrate_status('qeury');
SELECT migrate_set_option('isolation', 'off', 'qeury');
SELECT migrate_set_owner('qeury', 'regress_migrate_query');
SELECT migrate_drop_prefix('qeury');
SELECT migrate_drop_prefix('qeury', force => true);
-- So is one that the setting names.
SET migrate.prefix = 'qeury';
SELECT * FROM migrate_upgrade();
SELECT * FROM migrate_current();
SELECT migrate_register('a1', '');
RESET migrate.prefix;
SELECT name FROM migrate.prefix ORDER BY name;

--
-- migrate_set_owner: a known role that may create in the schema, and that the caller and
-- the owner before it agree to.
--
SELECT migrate_set_owner('query', 'regress_migrate_nobody');
SELECT migrate_set_owner('query', NULL);
SELECT migrate_set_owner('query', 'regress_migrate_reader');
\echo :LAST_ERROR_SQLSTATE
SET ROLE regress_migrate_storage;
SELECT migrate_set_owner('query', 'regress_migrate_storage');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_set_owner('storage_elem_01', 'regress_migrate_query');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SELECT name, owner FROM migrate.prefix WHERE naming = 'prefixed' ORDER BY name;
SELECT migrate_set_owner('query', 'regress_migrate_storage');
SELECT name, owner FROM migrate.prefix WHERE name = 'query';
-- From now on its revisions run with the rights of the new owner.
SET ROLE regress_migrate_query;
SELECT revision FROM migrate_upgrade(prefix => 'query');
\echo :LAST_ERROR_SQLSTATE
SET ROLE regress_migrate_storage_member;
SELECT revision FROM migrate_upgrade(prefix => 'query');
RESET ROLE;
SELECT relname, pg_get_userbyid(relowner) AS owner FROM pg_class
 WHERE relname = 'query_two' AND relnamespace = 'pfx'::regnamespace;
-- An owner that is gone: nothing runs until a superuser names another.
CREATE ROLE regress_migrate_gone;
GRANT CREATE ON SCHEMA pfx TO regress_migrate_gone;
SELECT migrate_set_owner('query', 'regress_migrate_gone');
DROP OWNED BY regress_migrate_gone;
DROP ROLE regress_migrate_gone;
SELECT revision FROM migrate_downgrade(prefix => 'query');
\echo :LAST_ERROR_SQLSTATE
SET ROLE regress_migrate_query;
SELECT migrate_set_owner('query', 'regress_migrate_query');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SELECT migrate_set_owner('query', 'regress_migrate_storage');
SELECT name, owner FROM migrate.prefix WHERE name = 'query';

--
-- migrate_set_option: isolation, search_path and server settings, with values that hold.
--
SELECT migrate_set_option('isolation', 'of', 'query');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_set_option('search_path', 'pfx, "open', 'query');
SELECT migrate_set_option('nonsense', 'x', 'query');
SELECT migrate_set_option('lock_timeout', 'soon', 'query');
-- Identity is no setting, in whatever case it is written; nor is what a run decides.
SELECT migrate_set_option('role', 'regress_migrate_reader', 'query');
SELECT migrate_set_option('ROLE', 'regress_migrate_reader', 'query');
SELECT migrate_set_option('Transaction_Isolation', 'serializable', 'query');
SELECT isolation, search_path, settings FROM migrate.prefix WHERE name = 'query';
-- Names of options are written in any case; NULL takes a setting back.
SELECT migrate_set_option('lock_timeout', '3s', 'query');
SELECT migrate_set_option('LOCK_TIMEOUT', '4s', 'query');
SELECT migrate_set_option('Isolation', 'warn', 'query');
SELECT isolation, search_path, settings FROM migrate.prefix WHERE name = 'query';
SELECT migrate_set_option('lock_timeout', NULL, 'query');
SELECT migrate_set_option('isolation', 'error', 'query');
SELECT isolation, settings FROM migrate.prefix WHERE name = 'query';
-- A setting holds while the revisions run, and only then.
SELECT migrate_set_option('lock_timeout', '3s', 'storage_elem_01');
SELECT migrate_register('b1', $$
CREATE TABLE storage_elem_01_seen AS SELECT current_setting('lock_timeout') AS lock_timeout
$$, 'DROP TABLE storage_elem_01_seen', prefix => 'storage_elem_01');
SELECT revision FROM migrate_upgrade(prefix => 'storage_elem_01');
SELECT lock_timeout, current_setting('lock_timeout') AS now FROM storage_elem_01_seen;
-- A temporary table of the session never stands in for one that a text names, neither with
-- the search_path of the start nor with another.
CREATE TEMPORARY TABLE storage_elem_01_seen (lock_timeout text);
GRANT ALL ON storage_elem_01_seen TO PUBLIC;
SELECT migrate_register('c1', $$INSERT INTO storage_elem_01_seen VALUES ('c1')$$, '',
                        prefix => 'storage_elem_01');
SELECT revision FROM migrate_upgrade(prefix => 'storage_elem_01');
SELECT migrate_set_option('search_path', 'public, pfx', 'storage_elem_01');
SELECT search_path FROM migrate.prefix WHERE name = 'storage_elem_01';
SELECT migrate_register('d1', $$INSERT INTO storage_elem_01_seen VALUES ('d1')$$, '',
                        prefix => 'storage_elem_01');
SELECT revision FROM migrate_upgrade(prefix => 'storage_elem_01');
SELECT count(*) FROM pg_temp.storage_elem_01_seen;
SELECT lock_timeout FROM pfx.storage_elem_01_seen ORDER BY lock_timeout COLLATE "C";
SELECT revision FROM migrate_downgrade('a1', prefix => 'storage_elem_01');
DROP TABLE pg_temp.storage_elem_01_seen;
SET ROLE regress_migrate_query;
SELECT migrate_set_option('isolation', 'off', 'query');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SELECT isolation FROM migrate.prefix WHERE name = 'query';

--
-- Everybody may see where a prefix stands, nobody but its owner the texts.
--
SET ROLE regress_migrate_reader;
SELECT prefix, current, heads, pending FROM migrate_status();
SELECT prefix, revision FROM migrate_current('query');
SELECT revision, is_applied FROM migrate_history(prefix => 'query');
SELECT prefix, revision FROM migrate.version ORDER BY prefix, revision;
SELECT prefix, id FROM migrate.revision ORDER BY prefix, ordinal;
SELECT up, down FROM migrate.revision;
SELECT revision FROM migrate_show('a1', 'query');
\echo :LAST_ERROR_SQLSTATE
SELECT client_address, error_message FROM migrate.log;
SET ROLE regress_migrate_storage;
SELECT revision, up, down FROM migrate_show('a1', 'query');
SELECT revision FROM migrate_show('a1', 'admin');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;

--
-- Nobody but the functions writes, not even the owner in a revision of its own.
--
SELECT r.rolname, c.relname, p.privilege
  FROM pg_roles AS r, pg_class AS c,
       unnest('{INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER}'::text[]) AS p (privilege)
 WHERE r.rolname LIKE 'regress\_migrate\_%' AND NOT r.rolsuper
   AND c.relnamespace = 'migrate'::regnamespace AND c.relkind = 'r'
   AND (has_table_privilege(r.rolname, c.oid, p.privilege)
        OR has_schema_privilege(r.rolname, 'migrate', 'CREATE'));
SET ROLE regress_migrate_storage;
UPDATE migrate.version SET revision = 'x';
SELECT migrate_register('w1', 'DELETE FROM migrate.version', prefix => 'query');
SELECT revision FROM migrate_upgrade(prefix => 'query');
SELECT migrate_unregister('w1', 'query');
RESET ROLE;
SELECT prefix, revision FROM migrate.version ORDER BY prefix, revision;

--
-- A prefix with applied revisions is dropped by force only; what it made stays.
--
SELECT migrate_drop_prefix('query');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate.version WHERE prefix = 'query';
SET ROLE regress_migrate_query;
SELECT migrate_drop_prefix('query', force => true);
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SELECT count(*) FROM migrate.revision WHERE prefix = 'query';
SELECT migrate_drop_prefix('query', force => true);
SELECT 'prefix' AS "left" FROM migrate.prefix WHERE name = 'query'
 UNION ALL SELECT 'revision' FROM migrate.revision WHERE prefix = 'query'
 UNION ALL SELECT 'version' FROM migrate.version WHERE prefix = 'query'
 UNION ALL SELECT 'object' FROM migrate.object WHERE prefix = 'query';
-- The log of what ran is kept.
SELECT revision, direction, outcome FROM migrate.log WHERE prefix = 'query' ORDER BY started_at;
SELECT relname FROM pg_class WHERE relnamespace = 'pfx'::regnamespace ORDER BY relname;
-- Numbers stand for prefixes in locks: no two share one, and none is guessed from a name.
SELECT count(*) > 1 AND count(DISTINCT number) = count(*) AND bool_and(number BETWEEN 0 AND 140737488355327) AS have_numbers
FROM migrate.prefix;
BEGIN;
SELECT migrate_set_option('isolation', 'error', 'storage_elem_01');
SELECT name, mode FROM migrate.prefix JOIN pg_locks
    ON objid::bigint = number & 4294967295 AND objsubid = number >> 32 AND classid = 'migrate.prefix'::regclass
WHERE locktype = 'object' AND pid = pg_backend_pid();
ROLLBACK;
-- Its neighbours are as they were.
SELECT prefix, current, heads, pending FROM migrate_status();
-- Without applied revisions it goes without force, registered texts and all.
SELECT prefix, revision FROM migrate_downgrade('base', prefix => 'storage_elem_01');
SELECT migrate_drop_prefix('storage_elem_01');
SELECT migrate_drop_prefix('admin');
SELECT count(*) FROM migrate.prefix;
SELECT count(*) FROM migrate.revision;

DROP EXTENSION migrate;
DROP SCHEMA pfx CASCADE;
DROP ROLE regress_migrate_storage_member, regress_migrate_storage, regress_migrate_query,
          regress_migrate_reader, regress_migrate_root;
