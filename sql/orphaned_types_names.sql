\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- Orphaned types by every name that PostgreSQL allows: quoted, long, not ASCII, in other
-- schemas, and the same name more than once.
SET client_encoding = 'UTF8';

\i :source/test/fixtures/look.sql

--
-- Names that need quotes, recorded as they are made.
--
SELECT migrate_register('names_1', $up$
CREATE TYPE "UserRole" AS ENUM ('ADMIN');
CREATE TYPE "user role" AS ENUM ('ADMIN');
CREATE TYPE "user.role" AS ENUM ('ADMIN');
CREATE TYPE "user""role""" AS ENUM ('ADMIN');
CREATE TYPE "user'role" AS ENUM ('ADMIN');
CREATE TYPE "back\slash" AS ENUM ('ADMIN');
CREATE TYPE "{a,b}" AS ENUM ('ADMIN');
CREATE TYPE "роль_пользователя" AS ENUM ('АДМИН', 'ГОСТЬ');
CREATE TYPE "Straße" AS ENUM ('ß');
CREATE TYPE "役割🙂" AS ENUM ('管理者');
CREATE TYPE "select" AS ENUM ('ADMIN');
CREATE TYPE "%s %n $1" AS ENUM ('ADMIN');
CREATE TABLE users (a "UserRole", b "user role"[], c "роль_пользователя");
$up$, 'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT * FROM look.notes;
SELECT unnest(dropped_types) FROM migrate.log
    WHERE revision = 'names_1' AND direction = 'downgrade';
-- Again, from a stamp: the names come from the text.
SELECT revision FROM migrate_upgrade();
SELECT look.clean();
CREATE TYPE "UserRole" AS ENUM ('ADMIN');
CREATE TYPE "user""role""" AS ENUM ('ADMIN');
CREATE TYPE "роль_пользователя" AS ENUM ('АДМИН', 'ГОСТЬ');
CREATE TYPE userrole AS ENUM ('ADMIN');
SELECT migrate_register('names_2', $up$
CREATE TYPE "UserRole" AS ENUM ('ADMIN');
CREATE TYPE "user""role""" AS ENUM ('ADMIN');
CREATE TYPE "роль_пользователя" AS ENUM ('АДМИН', 'ГОСТЬ');
$up$, '');
SELECT revision FROM migrate_stamp('{head}');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- Unquoted names are folded, and found however they are written.
CREATE TYPE user_role AS ENUM ('ADMIN');
SELECT migrate_register('names_3', $$CREATE TYPE User_ROLE AS ENUM ('ADMIN')$$, '');
SELECT revision FROM migrate_stamp('{head}');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- In messages, names and labels stand as they are, too.
SELECT migrate_register('names_4', $up$
CREATE TYPE "роль ""A""" AS ENUM ('АДМИН');
ALTER TYPE "роль ""A""" ADD VALUE 'it''s "me"';
$up$, '');
SELECT revision FROM migrate_upgrade();
CREATE TABLE users ("column ""x""" "роль ""A""");
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();

--
-- The longest names: 63 bytes are kept whole, a longer one is cut as the server cuts it.
--
SELECT migrate_register('long_1', $up$
CREATE TYPE a23456789_123456789_123456789_123456789_123456789_123456789_123 AS ENUM ('A');
CREATE TYPE "б_23456789_123456789_123456789_123456789_123456789_123456789_1" AS ENUM ('Б');
CREATE TYPE b23456789_123456789_123456789_123456789_123456789_123456789_123_cut AS ENUM ('A');
$up$, '');
SELECT revision FROM migrate_upgrade();
SELECT name, octet_length(name) FROM look.types;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- Stamped: the name in the text is the longer one.
CREATE TYPE b23456789_123456789_123456789_123456789_123456789_123456789_123 AS ENUM ('A');
SELECT migrate_register('long_2', $up$
CREATE TYPE b23456789_123456789_123456789_123456789_123456789_123456789_123_cut AS ENUM ('A');
$up$, '');
SELECT revision FROM migrate_stamp('{head}');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();

--
-- A type that the revision makes in another schema is the revision's, too.
--
CREATE SCHEMA "Other Schema";
SELECT migrate_register('schema_1', $up$
CREATE TYPE "Other Schema".user_role AS ENUM ('ADMIN');
CREATE TABLE users (role "Other Schema".user_role);
$up$, 'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
-- And when it was only stamped.
CREATE TYPE "Other Schema".user_role AS ENUM ('ADMIN');
CREATE TABLE users (role "Other Schema".user_role);
SELECT revision FROM migrate_stamp('{head}');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();

--
-- One name in two schemas: only the one that the revision made is dropped.
--
CREATE TYPE "Other Schema".user_role AS ENUM ('STRANGER');
SELECT migrate_register('twice_1', $up$
CREATE TYPE user_role AS ENUM ('ADMIN');
CREATE TABLE users (role user_role);
$up$, 'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- Both made by the revision.
SELECT migrate_register('twice_2', $up$
CREATE TYPE user_role AS ENUM ('ADMIN');
CREATE TYPE "Other Schema".user_role AS ENUM ('ADMIN');
CREATE TABLE users (a user_role, b "Other Schema".user_role);
$up$, 'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- The down text drops the revision's own: the stranger further down the search_path
-- that bears its name is not meant, used or not.
SELECT migrate_register('twice_3', $up$
CREATE TYPE user_role AS ENUM ('ADMIN');
$up$, 'DROP TYPE user_role');
SELECT migrate_set_option('search_path', 'public, "Other Schema"', '');
CREATE TYPE "Other Schema".user_role AS ENUM ('STRANGER');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
-- Not even when the revision was only stamped, and there is nothing of its own.
SELECT revision FROM migrate_stamp('{head}');
CREATE TYPE user_role AS ENUM ('ADMIN');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- A text that sets the search_path makes its types there.
SELECT migrate_register('twice_4', $up$
SET search_path = "Other Schema";
CREATE TYPE user_role AS ENUM ('ADMIN');
$up$, '');
CREATE TYPE user_role AS ENUM ('STRANGER');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();

--
-- Names of the server's own types.
--
SELECT migrate_register('builtin_1', $up$
CREATE TYPE line AS ENUM ('RED', 'BLUE');
CREATE TYPE public.name AS ENUM ('FIRST', 'LAST');
CREATE TABLE users (a public.line, b public.name);
$up$, 'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
-- Dropped by the down text: nothing to report, and certainly not about pg_catalog's.
SELECT migrate_register('builtin_1', $up$
CREATE TYPE line AS ENUM ('RED', 'BLUE');
$up$, 'DROP TYPE public.line');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- Only stamped.
SELECT migrate_register('builtin_3', $$CREATE TYPE line AS ENUM ('RED', 'BLUE')$$, '');
CREATE TYPE public.line AS ENUM ('RED', 'BLUE');
SELECT revision FROM migrate_stamp('{head}');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- The name of a table is the name of its row type, which is no type of a revision.
CREATE TABLE user_role (id integer);
SELECT migrate_register('builtin_2', $$CREATE TYPE user_role AS ENUM ('ADMIN')$$, '');
SELECT revision FROM migrate_stamp('{head}');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT to_regclass('user_role');
DROP TABLE user_role;
SELECT look.clean();

--
-- @prefix@ and @schema@ in a text stand for names, in what it made and in what is dropped.
--
CREATE SCHEMA "Ze Schema";
SELECT migrate_create_prefix('elem', schema => 'Ze Schema');
SELECT migrate_register('place_1', $up$
CREATE TYPE @prefix@_mode AS ENUM ('RW');
CREATE TYPE @schema@."@prefix@_Kind" AS ENUM ('A');
$up$, '', prefix => 'elem');
SELECT revision FROM migrate_upgrade(prefix => 'elem');
SELECT * FROM look.types;
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'elem');
SELECT * FROM look.types;
CREATE TYPE "Ze Schema".elem_mode AS ENUM ('RW');
CREATE TYPE "Ze Schema"."elem_Kind" AS ENUM ('A');
SELECT revision FROM migrate_stamp('{head}', prefix => 'elem');
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'elem');
SELECT * FROM look.types;
SELECT migrate_drop_prefix('elem');

DROP SCHEMA "Other Schema", "Ze Schema";
DROP SCHEMA look CASCADE;
DROP EXTENSION migrate CASCADE;
