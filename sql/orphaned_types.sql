\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- Orphaned types: what a downgrade drops by itself, what it keeps, and what it says.

\i :source/test/fixtures/look.sql

--
-- The seven types of the ArtStore: the down text forgets them all, and still the way
-- up is free again.
--
SELECT migrate_register('art_1', $up$
CREATE TYPE service_account_role_enum AS ENUM ('ADMIN', 'USER', 'AUDITOR', 'READONLY');
CREATE TYPE service_account_status_enum AS ENUM ('ACTIVE', 'SUSPENDED', 'EXPIRED', 'DELETED');
CREATE TYPE storage_mode_enum AS ENUM ('EDIT', 'RW', 'RO', 'AR');
CREATE TYPE storage_status_enum AS ENUM ('ONLINE', 'OFFLINE', 'DEGRADED', 'MAINTENANCE');
CREATE TYPE storage_type_enum AS ENUM ('LOCAL', 'S3');
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'OPERATOR', 'USER');
CREATE TYPE user_status_enum AS ENUM ('ACTIVE', 'INACTIVE', 'LOCKED', 'DELETED');
CREATE TABLE users (id integer, role user_role_enum, status user_status_enum);
CREATE TABLE service_accounts (id uuid, role service_account_role_enum,
    status service_account_status_enum DEFAULT 'ACTIVE');
CREATE TABLE storage_elements (id integer, mode storage_mode_enum,
    storage_type storage_type_enum, status storage_status_enum);
CREATE INDEX idx_storage_mode_status ON storage_elements (mode, status) WHERE mode <> 'AR';
$up$, $down$
DROP TABLE storage_elements;
DROP TABLE service_accounts;
DROP TABLE users;
$down$);
SELECT prefix, revision, direction, statements, dropped_types FROM migrate_upgrade();
SELECT * FROM look.types;
SELECT prefix, revision, direction, statements, dropped_types FROM migrate_downgrade('base');
SELECT * FROM look.types;
SELECT * FROM look.tables;
SELECT * FROM look.notes;
SELECT prefix, revision, direction, statements, dropped_types FROM migrate_upgrade();
SELECT count(*) FROM look.types;
SELECT prefix, revision, direction, statements, dropped_types FROM migrate_downgrade('base');
-- The audit log names them, too.
SELECT direction, outcome, statements, dropped_types FROM migrate.log
    WHERE revision = 'art_1' ORDER BY started_at;
SELECT * FROM migrate.version;
SELECT look.clean();

--
-- A down text that drops its types itself: nothing is left to do, and nothing is said.
--
SELECT migrate_register('proper_1', $up$
CREATE TYPE storage_type_enum AS ENUM ('LOCAL', 'S3');
CREATE TABLE storage_elements (storage_type storage_type_enum);
$up$, $down$
DROP TABLE storage_elements;
DROP TYPE storage_type_enum;
$down$);
SELECT revision FROM migrate_upgrade();
SELECT revision, statements, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();

--
-- One type, two revisions: it stays for as long as the one that made it is applied.
--
SELECT migrate_register('share_1', $up$
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'OPERATOR', 'USER');
CREATE TABLE users (role user_role_enum);
$up$, 'DROP TABLE users');
SELECT migrate_register('share_2', 'CREATE TABLE guests (role user_role_enum)',
                        'DROP TABLE guests');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT * FROM look.notes;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();

--
-- Made by one revision, first used by the next: the downgrade of the next takes its last
-- user away, but the type is not its to drop.
--
SELECT migrate_register('first_1', $$CREATE TYPE storage_mode_enum AS ENUM ('RW', 'RO')$$, '');
SELECT migrate_register('first_2', 'CREATE TABLE storage_elements (mode storage_mode_enum)',
                        'DROP TABLE storage_elements');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT * FROM look.types;
SELECT look.clean();
-- The same when the first was only stamped: its text says that the type is its own.
SELECT migrate_register('text_1', $$CREATE TYPE storage_mode_enum AS ENUM ('RW', 'RO')$$, '');
SELECT migrate_register('text_2', 'CREATE TABLE storage_elements (mode storage_mode_enum)',
                        'DROP TABLE storage_elements');
CREATE TYPE storage_mode_enum AS ENUM ('RW', 'RO');
SELECT revision FROM migrate_stamp('{text_1}');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- And when the text makes it inside of a DO block, which finds it there already.
SELECT migrate_register('block_1', $up$
DO $do$ BEGIN
    CREATE TYPE storage_mode_enum AS ENUM ('RW', 'RO');
EXCEPTION WHEN duplicate_object THEN NULL;
END $do$;
$up$, '');
SELECT migrate_register('block_2', 'CREATE TABLE storage_elements (mode storage_mode_enum)',
                        'DROP TABLE storage_elements');
CREATE TYPE storage_mode_enum AS ENUM ('RW', 'RO');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT * FROM look.types;
SELECT look.clean();

--
-- A table outside still uses the type: it is kept, and the NOTICE says what uses it.
--
SELECT migrate_register('kept_1', $up$
CREATE TYPE user_status_enum AS ENUM ('ACTIVE', 'LOCKED');
CREATE TABLE users (status user_status_enum);
$up$, 'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
CREATE TABLE outside (a user_status_enum, b user_status_enum[]);
CREATE FUNCTION outside_fn(user_status_enum) RETURNS integer LANGUAGE sql RETURN 1;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT * FROM look.tables;
SELECT * FROM look.notes;
SELECT dropped_types FROM migrate.log WHERE revision = 'kept_1' AND direction = 'downgrade';
SELECT look.clean();

--
-- Arrays, domains, composites and ranges over the type, and functions that take it.
--
-- An array column alone is a use.
SELECT migrate_register('array_1', $up$
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
CREATE TABLE users (roles user_role_enum[]);
$up$, 'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
CREATE TABLE outside (roles user_role_enum[]);
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
DROP TABLE outside;
DROP TYPE user_role_enum;
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- Types that use each other go together, those outside of the chain stay.
SELECT migrate_register('chain_1', $up$
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'OPERATOR', 'USER');
CREATE DOMAIN staff_role AS user_role_enum CHECK (VALUE <> 'USER');
CREATE DOMAIN chief_role AS staff_role DEFAULT 'ADMIN';
CREATE TYPE membership AS (role user_role_enum, roles staff_role[]);
CREATE TYPE role_range AS RANGE (subtype = user_role_enum);
CREATE TABLE users (m membership, r role_range, c chief_role);
$up$, 'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.types;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT * FROM look.notes;
-- Something outside uses the composite: it stays, and what it is made of.
SELECT revision FROM migrate_upgrade();
CREATE TABLE outside (m membership);
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- A function of the revision that goes with it is no obstacle, one that is forgotten is.
SELECT migrate_register('func_1', $up$
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
CREATE FUNCTION role_rank(user_role_enum) RETURNS integer LANGUAGE sql RETURN 1;
CREATE FUNCTION best_role() RETURNS SETOF user_role_enum LANGUAGE sql
    AS $$SELECT 'USER'::user_role_enum$$;
$up$, 'DROP FUNCTION role_rank(user_role_enum); DROP FUNCTION best_role()');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT migrate_register('func_1', $up$
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
CREATE FUNCTION role_rank(user_role_enum) RETURNS integer LANGUAGE sql RETURN 1;
$up$, '');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();

--
-- Types of an extension are the extension's, whoever created it.
--
SELECT migrate_register('ext_1', $up$
CREATE EXTENSION citext;
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
CREATE TABLE users (name citext, role user_role_enum);
$up$, 'DROP TABLE users');
SELECT migrate_register('ext_2', 'CREATE TABLE guests (name citext)', 'DROP TABLE guests');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT to_regtype('citext');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT to_regtype('citext'), to_regtype('user_role_enum');
DROP EXTENSION citext;
SELECT look.clean();
-- Made by hand before, and used by the revision's table only.
CREATE EXTENSION seg;
SELECT migrate_register('ext_3', 'CREATE TABLE samples (value seg)', 'DROP TABLE samples');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT to_regtype('seg');
DROP EXTENSION seg;
SELECT look.clean();

--
-- Types of another prefix: whether a revision of it made them, or its name reserves them.
--
SELECT migrate_create_prefix('storage_elem_01');
SELECT migrate_register('elem_1', $up$
CREATE TYPE @prefix@_mode AS ENUM ('EDIT', 'RW');
$up$, '', prefix => 'storage_elem_01');
SELECT revision FROM migrate_upgrade(prefix => 'storage_elem_01');
CREATE TYPE storage_elem_01_kind AS ENUM ('A', 'B');
SELECT migrate_register('other_1', $up$
CREATE TABLE overview (mode storage_elem_01_mode, kind storage_elem_01_kind);
$up$, 'DROP TABLE overview');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
-- And the other way round: a prefix leaves alone what does not bear its name.
CREATE TYPE elsewhere AS ENUM ('A');
SELECT migrate_register('elem_2', $up$
CREATE TABLE @prefix@_files (e elsewhere, kind @prefix@_kind);
$up$, 'DROP TABLE @prefix@_files', prefix => 'storage_elem_01');
SELECT revision FROM migrate_upgrade(prefix => 'storage_elem_01');
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'storage_elem_01');
SELECT * FROM look.types;
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'storage_elem_01');
SELECT * FROM look.types;
SELECT migrate_drop_prefix('storage_elem_01');
SELECT look.clean();

--
-- Only stamped, then downgraded: nothing is recorded, so the up text says what it made.
--
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
CREATE DOMAIN user_email AS text;
CREATE TYPE user_name AS (first text, last text);
CREATE TYPE user_span AS RANGE (subtype = date);
CREATE TABLE users (role user_role_enum, email user_email, name user_name, span user_span);
SELECT migrate_register('stamp_1', $up$
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
CREATE DOMAIN user_email AS text;
CREATE TYPE user_name AS (first text, last text);
CREATE TYPE user_span AS RANGE (subtype = date);
CREATE TABLE users (role user_role_enum, email user_email, name user_name, span user_span);
$up$, 'DROP TABLE users');
SELECT revision FROM migrate_stamp('{head}');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.clean();

--
-- Made in a DO block or by a function: recorded like any other.
--
SELECT migrate_register('do_1', $up$
DO $do$
BEGIN
    FOR i IN 1..2 LOOP
        EXECUTE format('CREATE TYPE mode_%s AS ENUM (%L)', i, 'RW');
    END LOOP;
END $do$;
CREATE TABLE storage_elements (a mode_1, b mode_2);
$up$, 'DROP TABLE storage_elements');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();

--
-- A type that nobody brought: made by hand, in the schema of the prefix.
--
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
SELECT migrate_register('hand_1', 'CREATE TABLE users (role user_role_enum)', 'DROP TABLE users');
SELECT migrate_register('hand_2', 'CREATE TABLE guests (role user_role_enum)',
                        'DROP TABLE guests');
SELECT revision FROM migrate_upgrade();
-- Its last user but one goes: it stays.
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
-- Its last user goes.
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- The last user was a column, an array, a domain, a composite or a function.
CREATE TYPE role_a AS ENUM ('A');
CREATE TYPE role_b AS ENUM ('B');
CREATE TYPE role_c AS ENUM ('C');
CREATE TYPE role_d AS ENUM ('D');
CREATE TYPE role_e AS ENUM ('E');
CREATE TABLE users (id integer);
SELECT migrate_register('hand_3', $up$
ALTER TABLE users ADD COLUMN a role_a, ADD COLUMN b role_b[];
CREATE DOMAIN domain_c AS role_c;
CREATE TYPE composite_d AS (d role_d);
CREATE FUNCTION function_e(role_e) RETURNS integer LANGUAGE sql RETURN 1;
$up$, $down$
DROP FUNCTION function_e(role_e);
DROP TYPE composite_d;
DROP DOMAIN domain_c;
ALTER TABLE users DROP COLUMN a, DROP COLUMN b;
$down$);
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- No user of it went: an unused type is nobody's business.
CREATE TYPE unused AS ENUM ('A');
SELECT migrate_register('hand_4', 'CREATE TABLE users (id integer)', 'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- The text of an applied revision of another prefix makes it: it stays.
SELECT migrate_create_prefix('query', naming => 'any');
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
SELECT migrate_register('query_1', $$CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER')$$, '',
                        prefix => 'query');
SELECT revision FROM migrate_stamp('{head}', prefix => 'query');
SELECT migrate_register('hand_9', 'CREATE TABLE users (role user_role_enum)', 'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'query');
SELECT * FROM look.types;
SELECT migrate_drop_prefix('query');
SELECT look.clean();
-- The text of an applied revision works on it: it stays.
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
SELECT migrate_register('hand_5', $$ALTER TYPE user_role_enum ADD VALUE 'GUEST'$$, '');
SELECT migrate_register('hand_6', 'CREATE TABLE users (role user_role_enum)', 'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- In another schema than the prefix's: it stays.
CREATE SCHEMA elsewhere;
CREATE TYPE elsewhere.user_role_enum AS ENUM ('ADMIN', 'USER');
SELECT migrate_register('hand_7', 'CREATE TABLE users (role elsewhere.user_role_enum)',
                        'DROP TABLE users');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
DROP SCHEMA elsewhere CASCADE;
SELECT look.clean();
-- The owner of the prefix may not drop it: it stays, and the downgrade goes on.
CREATE ROLE regress_migrate_orphan;
CREATE SCHEMA orphan;
GRANT CREATE, USAGE ON SCHEMA orphan TO regress_migrate_orphan;
CREATE TYPE orphan.orphan_role AS ENUM ('ADMIN', 'USER');
SELECT migrate_create_prefix('orphan', 'regress_migrate_orphan', 'orphan');
SELECT migrate_register('hand_8', 'CREATE TABLE orphan_users (role orphan_role)',
                        'DROP TABLE orphan_users', prefix => 'orphan');
SELECT revision FROM migrate_upgrade(prefix => 'orphan');
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'orphan');
SELECT * FROM look.types;
SELECT * FROM look.tables;
SELECT migrate_drop_prefix('orphan');
DROP SCHEMA orphan CASCADE;
DROP ROLE regress_migrate_orphan;

--
-- Swapping one type for another, as is done to take a label away.
--
SELECT migrate_register('swap_1', $up$
CREATE TYPE user_status_enum AS ENUM ('ACTIVE', 'INACTIVE', 'LOCKED');
CREATE TABLE users (status user_status_enum);
$up$, 'DROP TABLE users');
SELECT migrate_register('swap_2', $up$
ALTER TYPE user_status_enum RENAME TO user_status_enum_old;
CREATE TYPE user_status_enum AS ENUM ('ACTIVE', 'LOCKED');
ALTER TABLE users ALTER COLUMN status TYPE user_status_enum
    USING status::text::user_status_enum;
DROP TYPE user_status_enum_old;
$up$, $down$
ALTER TYPE user_status_enum RENAME TO user_status_enum_old;
CREATE TYPE user_status_enum AS ENUM ('ACTIVE', 'INACTIVE', 'LOCKED');
ALTER TABLE users ALTER COLUMN status TYPE user_status_enum
    USING status::text::user_status_enum;
DROP TYPE user_status_enum_old;
$down$);
SELECT revision FROM migrate_upgrade();
SELECT enum_range(NULL::user_status_enum);
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT enum_range(NULL::user_status_enum);
SELECT * FROM look.types;
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT * FROM look.types;
SELECT * FROM look.notes;
SELECT look.clean();
-- The way back forgets the type that it swapped out: the orphan has another name now,
-- and goes all the same, so that the swap can be done again.
SELECT migrate_register('swap_3', $up$
CREATE TYPE user_status_enum AS ENUM ('ACTIVE', 'INACTIVE', 'LOCKED');
CREATE TABLE users (status user_status_enum);
$up$, 'DROP TABLE users');
SELECT migrate_register('swap_4', $up$
ALTER TYPE user_status_enum RENAME TO user_status_enum_old;
CREATE TYPE user_status_enum AS ENUM ('ACTIVE', 'LOCKED');
ALTER TABLE users ALTER COLUMN status TYPE user_status_enum
    USING status::text::user_status_enum;
DROP TYPE user_status_enum_old;
$up$, $down$
ALTER TYPE user_status_enum RENAME TO user_status_enum_new;
CREATE TYPE user_status_enum AS ENUM ('ACTIVE', 'INACTIVE', 'LOCKED');
ALTER TABLE users ALTER COLUMN status TYPE user_status_enum
    USING status::text::user_status_enum;
$down$);
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT enum_range(NULL::user_status_enum);
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT * FROM look.types;
SELECT look.clean();
-- The way up forgets it, the way back takes it into use again.
SELECT migrate_register('swap_5', $up$
CREATE TYPE user_status_enum AS ENUM ('ACTIVE', 'INACTIVE', 'LOCKED');
CREATE TABLE users (status user_status_enum);
$up$, 'DROP TABLE users');
SELECT migrate_register('swap_6', $up$
ALTER TYPE user_status_enum RENAME TO user_status_enum_old;
CREATE TYPE user_status_enum AS ENUM ('ACTIVE', 'LOCKED');
ALTER TABLE users ALTER COLUMN status TYPE user_status_enum
    USING status::text::user_status_enum;
$up$, $down$
ALTER TABLE users ALTER COLUMN status TYPE user_status_enum_old
    USING status::text::user_status_enum_old;
ALTER TYPE user_status_enum RENAME TO user_status_enum_new;
ALTER TYPE user_status_enum_old RENAME TO user_status_enum;
$down$);
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.types;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT * FROM look.notes;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();

--
-- Dropped by one revision and made again by its down text: back where it was.
--
SELECT migrate_register('back_1', $$CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER')$$, '');
SELECT migrate_register('back_2', 'DROP TYPE user_role_enum',
                        $$CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER')$$);
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.types;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT * FROM look.types;
SELECT * FROM look.notes;
SELECT look.clean();

--
-- Two branches that both make it when it is missing: the last one to leave takes it along.
--
SELECT migrate_register('branch_a', $up$
DO $do$ BEGIN
    CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
EXCEPTION WHEN duplicate_object THEN NULL;
END $do$;
CREATE TABLE users (role user_role_enum);
$up$, 'DROP TABLE users', down_revision => '{}', branch_labels => '{a}');
SELECT migrate_register('branch_b', $up$
DO $do$ BEGIN
    CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
EXCEPTION WHEN duplicate_object THEN NULL;
END $do$;
CREATE TABLE guests (role user_role_enum);
$up$, 'DROP TABLE guests', down_revision => '{}', branch_labels => '{b}');
SELECT revision FROM migrate_upgrade('heads');
SELECT revision, dropped_types FROM migrate_downgrade('a@base');
SELECT * FROM look.types;
SELECT revision, dropped_types FROM migrate_downgrade('b@base');
SELECT * FROM look.types;
SELECT look.clean();

--
-- Labels cannot be dropped: those that stay are announced.
--
SELECT migrate_register('label_1', $up$
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
CREATE TABLE users (role user_role_enum);
$up$, 'DROP TABLE users');
SELECT migrate_register('label_2', $up$
ALTER TYPE user_role_enum ADD VALUE 'OPERATOR' BEFORE 'USER';
ALTER TYPE user_role_enum ADD VALUE IF NOT EXISTS 'GUEST';
ALTER TYPE user_role_enum ADD VALUE IF NOT EXISTS 'ADMIN';
$up$, '');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT enum_range(NULL::user_role_enum);
SELECT * FROM look.notes;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- Of a revision that was only stamped, its text says it.
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER', 'GUEST');
SELECT migrate_register('label_7', $$ALTER TYPE user_role_enum ADD VALUE 'GUEST'$$, '');
SELECT revision FROM migrate_stamp('{head}');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.clean();
-- A type that was renamed since keeps its labels, too.
SELECT migrate_register('label_3', $up$
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
CREATE TABLE users (role user_role_enum);
$up$, 'DROP TABLE users');
SELECT migrate_register('label_4', $$ALTER TYPE user_role_enum ADD VALUE 'GUEST'$$, '');
SELECT migrate_register('label_5', 'ALTER TYPE user_role_enum RENAME TO role_of_user', '');
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT revision, dropped_types FROM migrate_downgrade('label_3');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT look.clean();
-- Labels that go with their type, by the same down text, are not worth a word.
SELECT migrate_register('label_6', $up$
CREATE TYPE user_role_enum AS ENUM ('ADMIN');
ALTER TYPE user_role_enum ADD VALUE 'USER';
$up$, '');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT look.clean();

--
-- A down text that fails half-way changes nothing.
--
SELECT migrate_register('fail_1', $up$
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
CREATE TYPE user_status_enum AS ENUM ('ACTIVE');
CREATE TABLE users (role user_role_enum, status user_status_enum);
$up$, $down$
DROP TABLE users;
DROP TYPE user_status_enum;
DROP TABLE no_such_table;
$down$);
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM look.types;
SELECT * FROM look.tables;
SELECT * FROM look.notes;
SELECT revision FROM migrate.version WHERE prefix = '';
SELECT direction, outcome FROM migrate.log WHERE revision = 'fail_1';
-- The same when a later step fails: what the first one dropped is there again.
SELECT migrate_register('fail_2', $up$
CREATE TYPE storage_type_enum AS ENUM ('LOCAL', 'S3');
CREATE TABLE storage_elements (storage_type storage_type_enum);
$up$, 'DROP TABLE storage_elements');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade('base');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM look.types;
SELECT revision FROM migrate.version WHERE prefix = '';
-- And when the caller rolls back.
BEGIN;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
ROLLBACK;
SELECT * FROM look.types;
SELECT revision FROM migrate.version WHERE prefix = '';
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.clean();

--
-- What a down text forgets besides types is named by a WARNING, and is taken off the
-- record of the revision.
--
SELECT migrate_register('left_1', $up$
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'USER');
CREATE TYPE user_status_enum AS ENUM ('ACTIVE');
CREATE TABLE users (role user_role_enum, status user_status_enum);
CREATE TABLE guests (status user_status_enum);
CREATE VIEW admins AS SELECT FROM users WHERE role = 'ADMIN';
$up$, 'DROP TABLE guests');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.types;
SELECT * FROM look.tables;
SELECT * FROM look.notes;
SELECT revision FROM migrate.version;
SELECT look.clean();

--
-- Nothing is left behind.
--
SELECT * FROM look.types;
SELECT * FROM look.tables;
DROP SCHEMA look CASCADE;
DROP EXTENSION migrate CASCADE;
