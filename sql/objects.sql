\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- migrate.object: what revisions made, under the name that it has now.

\i :source/test/fixtures/look.sql
-- Notes whose names lead to nothing, or to something else than is noted.
CREATE FUNCTION look.stale_notes() RETURNS TABLE (type text, identity text)
    LANGUAGE plpgsql AS $$
DECLARE
    note record;
    address record;
BEGIN
    FOR note IN SELECT * FROM migrate.object WHERE class_oid <> 'pg_enum'::regclass::bigint LOOP
        BEGIN
            address := pg_get_object_address(note.type, note.object_names,
                                             note.object_arguments);
        EXCEPTION WHEN OTHERS THEN
            address := NULL;
        END;
        IF address IS NULL
           OR (address.classid::bigint, address.objid::bigint, address.objsubid::bigint)
              IS DISTINCT FROM (note.class_oid, note.object_oid, note.object_subid)
           OR (pg_identify_object(address.classid, address.objid, address.objsubid)).identity
              <> note.identity
        THEN
            type := note.type;
            identity := note.identity;
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;

--
-- One of every kind.  Parts that go without saying (columns and constraints of a table
-- made by the same revision, indexes of constraints, row types, arrays) have no note.
--
SELECT migrate_register('kinds_1', $up$
CREATE SCHEMA archive;
CREATE TYPE mode AS ENUM ('RW', 'RO');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TYPE span AS RANGE (subtype = date);
CREATE SEQUENCE numbers;
CREATE TABLE files (
    id serial PRIMARY KEY,
    name varchar(100) UNIQUE,
    size bigint CHECK (size >= 0),
    number integer GENERATED ALWAYS AS IDENTITY
);
CREATE TABLE archive.files (LIKE files INCLUDING ALL);
CREATE INDEX ix_files_size ON files (size);
CREATE VIEW big_files AS SELECT id, name FROM files WHERE size > 1000;
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM files;
CREATE UNIQUE INDEX ux_totals ON totals (n);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql RETURN $1 * 2;
CREATE FUNCTION twice(mode) RETURNS integer LANGUAGE sql RETURN 2;
CREATE PROCEDURE tidy() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
CREATE FUNCTION same(mode, mode) RETURNS boolean LANGUAGE sql RETURN $1 = $2;
CREATE OPERATOR <%> (LEFTARG = mode, RIGHTARG = mode, FUNCTION = same);
CREATE CAST (mode AS integer) WITH FUNCTION twice(mode);
CREATE TRIGGER files_touch BEFORE UPDATE ON files FOR EACH ROW EXECUTE FUNCTION touch();
CREATE RULE no_delete AS ON DELETE TO files DO INSTEAD NOTHING;
CREATE POLICY files_read ON files FOR SELECT USING (true);
CREATE STATISTICS files_stat ON name, size FROM files;
CREATE COLLATION plain FROM "C";
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
CREATE PUBLICATION files_out FOR TABLE files;
$up$, $down$
DROP PUBLICATION files_out;
DROP TEXT SEARCH CONFIGURATION words;
DROP COLLATION plain;
DROP CAST (mode AS integer);
DROP OPERATOR <%> (mode, mode);
DROP AGGREGATE total(integer);
DROP PROCEDURE tidy();
DROP FUNCTION twice(integer), twice(mode), same(mode, mode);
DROP MATERIALIZED VIEW totals;
DROP VIEW big_files;
DROP SCHEMA archive CASCADE;
DROP TABLE files;
DROP FUNCTION touch();
DROP SEQUENCE numbers;
DROP TYPE span, pair;
DROP DOMAIN positive;
DROP TYPE mode;
$down$);
SET client_min_messages = error; -- a server may warn of its wal_level
SELECT revision FROM migrate_upgrade();
SET client_min_messages = warning;
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
-- The downgrade empties it.
SELECT revision, dropped_types FROM migrate_downgrade();
RESET client_min_messages;
SELECT * FROM look.notes;
SELECT look.clean();

--
-- Columns and constraints that a later revision adds are its own.
--
SELECT migrate_register('add_1', $up$
CREATE TABLE users (id integer PRIMARY KEY, name text);
CREATE TABLE parted (id integer) PARTITION BY RANGE (id);
$up$, 'DROP TABLE parted; DROP TABLE users');
SELECT migrate_register('add_2', $up$
ALTER TABLE users
    ADD COLUMN email text UNIQUE,
    ADD COLUMN boss integer REFERENCES users (id),
    ADD CONSTRAINT users_name_check CHECK (name <> '');
ALTER TABLE parted ADD COLUMN email text;
CREATE INDEX ix_users_name ON users (name);
$up$, $down$
ALTER TABLE parted DROP COLUMN email;
DROP INDEX ix_users_name;
ALTER TABLE users DROP CONSTRAINT users_name_check, DROP COLUMN boss, DROP COLUMN email;
$down$);
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
-- A forgotten one is named.
SELECT revision FROM migrate_upgrade('add_1');
SELECT migrate_unregister('add_2');
SELECT migrate_register('add_3', $up$
ALTER TABLE users ADD COLUMN email text;
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
$up$, 'ALTER TABLE users DROP CONSTRAINT users_email_key');
SELECT revision FROM migrate_upgrade();
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
-- It goes with its table.
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT look.clean();

--
-- A name that changes is changed in the notes, and in those of all that bears it.
--
SELECT migrate_register('name_1', $up$
CREATE SCHEMA before;
CREATE TYPE before.mode AS ENUM ('RW', 'RO');
CREATE TABLE before.files (id integer, mode before.mode);
CREATE INDEX ix_files_id ON before.files (id);
CREATE FUNCTION before.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION before.rank(before.mode) RETURNS integer LANGUAGE sql RETURN 1;
CREATE TRIGGER files_touch BEFORE UPDATE ON before.files
    FOR EACH ROW EXECUTE FUNCTION before.touch();
CREATE POLICY files_read ON before.files USING (true);
$up$, $down$
DROP SCHEMA before CASCADE;
$down$);
SELECT migrate_register('name_2', $up$
ALTER TABLE before.files ADD COLUMN owner text;
ALTER TABLE before.files ADD CONSTRAINT files_owner_check CHECK (owner <> '');
$up$, 'ALTER TABLE before.files DROP COLUMN owner');
SELECT migrate_register('name_3', $up$
ALTER TABLE before.files RENAME COLUMN owner TO holder;
ALTER TABLE before.files RENAME CONSTRAINT files_owner_check TO files_holder_check;
ALTER TABLE before.files RENAME TO documents;
ALTER INDEX before.ix_files_id RENAME TO ix_documents_id;
ALTER TRIGGER files_touch ON before.documents RENAME TO documents_touch;
ALTER POLICY files_read ON before.documents RENAME TO documents_read;
ALTER TYPE before.mode RENAME TO state;
ALTER FUNCTION before.touch() RENAME TO touched;
$up$, $down$
ALTER FUNCTION before.touched() RENAME TO touch;
ALTER TYPE before.state RENAME TO mode;
ALTER POLICY documents_read ON before.documents RENAME TO files_read;
ALTER TRIGGER documents_touch ON before.documents RENAME TO files_touch;
ALTER INDEX before.ix_documents_id RENAME TO ix_files_id;
ALTER TABLE before.documents RENAME TO files;
ALTER TABLE before.files RENAME CONSTRAINT files_holder_check TO files_owner_check;
ALTER TABLE before.files RENAME COLUMN holder TO owner;
$down$);
SELECT migrate_register('name_4', 'ALTER SCHEMA before RENAME TO after',
                        'ALTER SCHEMA after RENAME TO before');
SELECT migrate_register('name_5', $up$
ALTER TABLE after.documents SET SCHEMA public;
ALTER FUNCTION after.rank(after.state) SET SCHEMA public;
$up$, $down$
ALTER FUNCTION rank(after.state) SET SCHEMA after;
ALTER TABLE documents SET SCHEMA after;
$down$);
SELECT revision FROM migrate_upgrade('name_2');
SELECT * FROM look.notes;
SELECT revision FROM migrate_upgrade('name_3');
SELECT * FROM look.notes;
SELECT revision FROM migrate_upgrade('name_4');
SELECT * FROM look.notes;
SELECT revision FROM migrate_upgrade('name_5');
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
SELECT revision FROM migrate_downgrade('name_2');
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
SET client_min_messages = warning;
SELECT revision, dropped_types FROM migrate_downgrade('base');
RESET client_min_messages;
SELECT * FROM look.notes;
SELECT look.clean();
-- Two that swap their names keep their makers.
SELECT migrate_register('swap_1', 'CREATE TABLE a (id integer)', 'DROP TABLE a');
SELECT migrate_register('swap_2', 'CREATE TABLE b (id integer)', 'DROP TABLE b');
SELECT migrate_register('swap_3', $up$
ALTER TABLE a RENAME TO c;
ALTER TABLE b RENAME TO a;
ALTER TABLE c RENAME TO b;
$up$, $down$
ALTER TABLE a RENAME TO c;
ALTER TABLE b RENAME TO a;
ALTER TABLE c RENAME TO b;
$down$);
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
SELECT revision FROM migrate_downgrade('base');
SELECT * FROM look.notes;
SELECT look.clean();

--
-- What is dropped has no note any more, by whatever revision and way.
--
SELECT migrate_register('drop_1', $up$
CREATE TYPE mode AS ENUM ('RW');
CREATE TABLE users (id integer PRIMARY KEY, mode mode);
CREATE INDEX ix_users_mode ON users (mode);
CREATE VIEW everybody AS SELECT id FROM users;
CREATE TABLE guests (id integer REFERENCES users);
$up$, 'DROP TABLE guests; DROP TABLE IF EXISTS users CASCADE');
SELECT migrate_register('drop_2', $up$
ALTER TABLE users ADD COLUMN email text;
ALTER TYPE mode ADD VALUE 'RO';
$up$, '');
SELECT migrate_register('drop_3', $up$
DROP TABLE users CASCADE;
DROP TYPE mode;
$up$, NULL);
SELECT revision FROM migrate_upgrade('drop_2');
SELECT * FROM look.notes;
SET client_min_messages = warning;
SELECT revision FROM migrate_upgrade('drop_3');
RESET client_min_messages;
SELECT * FROM look.notes;
SELECT look.clean();
-- Dropped and made again by one text; dropped by hand, outside of every revision.
SELECT migrate_register('drop_4', $up$
CREATE TABLE users (id integer);
DROP TABLE users;
CREATE TABLE users (id bigint);
CREATE TABLE gone (id integer);
DROP TABLE gone;
$up$, 'DROP TABLE IF EXISTS users');
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
DROP TABLE users;
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT look.clean();

--
-- However an object is made, it is recorded: in a block, by a function, from a query.
--
SELECT migrate_register('ways_1', $up$
DO $do$
BEGIN
    CREATE TABLE by_block (id integer);
    EXECUTE 'CREATE TABLE by_execute (id integer)';
    CREATE TEMP TABLE passing (id integer);
    DROP TABLE passing;
END $do$;
CREATE FUNCTION make(name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    EXECUTE format('CREATE TABLE %I (id integer)', name);
END $fn$;
SELECT make('by_function');
CREATE TABLE by_query AS SELECT 1 AS id;
SELECT 1 AS id INTO by_into;
CREATE TABLE by_like (LIKE by_query);
CREATE TABLE by_inheritance () INHERITS (by_query);
$up$, $down$
DROP TABLE by_inheritance, by_like, by_into, by_query, by_function, by_execute, by_block;
DROP FUNCTION make(text);
$down$);
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT look.clean();

--
-- What a plpgsql block with EXCEPTION rolled back was never there; what it rolled back
-- the drop of is there still.
--
SELECT migrate_register('undo_1', $up$
CREATE TABLE stays (id integer);
CREATE TYPE mode AS ENUM ('RW');
$up$, 'DROP TABLE stays');
SELECT migrate_register('undo_2', $up$
DO $do$
BEGIN
    CREATE TABLE first (id integer);
    BEGIN
        CREATE TABLE never (id integer);
        CREATE TYPE never_type AS ENUM ('A');
        ALTER TYPE mode ADD VALUE 'NEVER';
        ALTER TABLE stays RENAME TO leaves;
        DROP TABLE leaves;
        RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN
        CREATE TABLE instead (id integer);
    END;
END $do$;
$up$, 'DROP TABLE instead; DROP TABLE first');
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT * FROM look.notes;
SELECT look.clean();
-- A label that comes at the second attempt.
SELECT migrate_register('undo_3', $$CREATE TYPE mode AS ENUM ('RW')$$, '');
SELECT migrate_register('undo_4', $up$
DO $do$
BEGIN
    ALTER TYPE mode ADD VALUE 'RO';
    RAISE division_by_zero;
EXCEPTION WHEN division_by_zero THEN NULL;
END $do$;
ALTER TYPE mode ADD VALUE 'RO';
$up$, '');
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT * FROM look.notes;
SELECT look.clean();

--
-- Partitions and what hangs on them.
--
SELECT migrate_register('part_1', $up$
CREATE TABLE events (id integer, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX ix_events_at ON events (at);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER events_touch BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
$up$, 'DROP TABLE events; DROP FUNCTION touch()');
SELECT migrate_register('part_2', $up$
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2002-01-01') TO ('2003-01-01');
CREATE TABLE events_3 (id integer NOT NULL, at date NOT NULL);
ALTER TABLE events ATTACH PARTITION events_3 FOR VALUES FROM ('2003-01-01') TO ('2004-01-01');
$up$, $down$
ALTER TABLE events DETACH PARTITION events_3;
DROP TABLE events_3;
DROP TABLE events_2;
$down$);
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes WHERE type <> 'index';
SELECT * FROM look.stale_notes();
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes WHERE type <> 'index';
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT look.clean();

--
-- OR REPLACE keeps the first maker.
--
SELECT migrate_register('replace_1', $up$
CREATE TABLE files (id integer);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION answer() RETURNS integer LANGUAGE sql AS 'SELECT 41';
CREATE VIEW listed AS SELECT id FROM files;
CREATE TRIGGER files_touch BEFORE UPDATE ON files FOR EACH ROW EXECUTE FUNCTION touch();
CREATE RULE no_delete AS ON DELETE TO files DO INSTEAD NOTHING;
$up$, 'DROP VIEW listed; DROP TABLE files; DROP FUNCTION answer(), touch()');
SELECT migrate_register('replace_2', $up$
CREATE OR REPLACE FUNCTION answer() RETURNS integer LANGUAGE sql AS 'SELECT 42';
CREATE OR REPLACE VIEW listed AS SELECT id, 1 AS one FROM files;
CREATE OR REPLACE TRIGGER files_touch BEFORE INSERT ON files
    FOR EACH ROW EXECUTE FUNCTION touch();
CREATE OR REPLACE RULE no_delete AS ON DELETE TO files DO INSTEAD SELECT 1;
CREATE OR REPLACE FUNCTION fresh() RETURNS integer LANGUAGE sql AS 'SELECT 1';
$up$, $down$
DROP FUNCTION fresh();
CREATE OR REPLACE RULE no_delete AS ON DELETE TO files DO INSTEAD NOTHING;
CREATE OR REPLACE TRIGGER files_touch BEFORE UPDATE ON files
    FOR EACH ROW EXECUTE FUNCTION touch();
DROP VIEW listed;
CREATE VIEW listed AS SELECT id FROM files;
CREATE OR REPLACE FUNCTION answer() RETURNS integer LANGUAGE sql AS 'SELECT 41';
$down$);
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT look.clean();

--
-- A rewrite of the table makes its indexes and constraints anew: they keep their maker,
-- and the way back leaves nothing that would have to be named.
--
SELECT migrate_register('rewrite_1', $up$
CREATE TABLE files (
    id integer PRIMARY KEY,
    name varchar(100) UNIQUE,
    size integer CHECK (size >= 0)
);
CREATE INDEX ix_files_size ON files (size);
CREATE INDEX ix_files_name ON files (lower(name));
CREATE STATISTICS files_stat ON name, size FROM files;
CREATE TABLE parts (file integer REFERENCES files (id));
$up$, 'DROP TABLE parts; DROP TABLE files');
SELECT migrate_register('rewrite_2', $up$
ALTER TABLE files
    ALTER COLUMN id TYPE bigint,
    ALTER COLUMN name TYPE text,
    ALTER COLUMN size TYPE bigint;
$up$, $down$
ALTER TABLE files
    ALTER COLUMN id TYPE integer,
    ALTER COLUMN name TYPE varchar(100),
    ALTER COLUMN size TYPE integer;
$down$);
SELECT revision FROM migrate_upgrade('rewrite_1');
SELECT * FROM look.notes;
SELECT revision FROM migrate_upgrade('rewrite_2');
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT look.clean();
-- The same when a revision replaces them by hand.
SELECT migrate_register('rewrite_3', $up$
CREATE TABLE files (id integer, size integer CONSTRAINT size_check CHECK (size >= 0));
CREATE INDEX ix_files_size ON files (size);
$up$, 'DROP TABLE files');
SELECT migrate_register('rewrite_4', $up$
ALTER TABLE files DROP CONSTRAINT size_check, ADD CONSTRAINT size_check CHECK (size > 0);
DROP INDEX ix_files_size;
CREATE INDEX ix_files_size ON files (size, id);
$up$, $down$
DROP INDEX ix_files_size;
CREATE INDEX ix_files_size ON files (size);
ALTER TABLE files DROP CONSTRAINT size_check, ADD CONSTRAINT size_check CHECK (size >= 0);
$down$);
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT look.clean();

--
-- Of an extension only the extension is recorded.
--
SELECT migrate_register('ext_1', $up$
CREATE EXTENSION hstore;
CREATE TABLE settings (value hstore);
$up$, 'DROP TABLE settings; DROP EXTENSION hstore');
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
SELECT * FROM look.stale_notes();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT look.clean();

--
-- A revision that fails, and one that its caller rolls back, leave no note.
--
SELECT migrate_register('fail_1', 'CREATE TABLE users (id integer); SELECT 1 / 0', '');
SELECT revision FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM look.notes;
SELECT migrate_register('fail_1', 'CREATE TABLE users (id integer)', 'DROP TABLE users');
BEGIN;
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
ROLLBACK;
SELECT * FROM look.notes;
-- Nor does what is made outside of revisions.
CREATE TABLE by_hand (id integer);
SELECT revision FROM migrate_upgrade();
ALTER TABLE users ADD COLUMN by_hand integer;
SELECT * FROM look.notes;
SELECT revision FROM migrate_downgrade();
SELECT * FROM look.notes;
SELECT to_regclass('by_hand');
SELECT look.clean();

--
-- Many revisions in one call leave the notes that they leave one by one.
--
CREATE PROCEDURE look.many() LANGUAGE sql AS $many$
    SELECT migrate_register('many_1', $$CREATE TYPE mood AS ENUM ('a'); CREATE TABLE one (id int, mood mood);
        CREATE FUNCTION made() RETURNS int LANGUAGE sql AS 'SELECT 1'$$);
    SELECT migrate_register('many_2', $$ALTER TYPE mood ADD VALUE 'x'; CREATE INDEX one_id ON one (id)$$);
    SELECT migrate_register('many_3', $$ALTER TYPE mood ADD VALUE IF NOT EXISTS 'x'; ALTER TABLE one ADD COLUMN more int$$);
    SELECT migrate_register('many_4', $$ALTER TYPE mood RENAME VALUE 'x' TO 'y'; ALTER TYPE mood ADD VALUE 'x'$$);
    SELECT migrate_register('many_5', $$DROP FUNCTION made(); DROP TABLE one; CREATE TABLE one (id int)$$);
    SELECT migrate_register('many_6', $$CREATE FUNCTION made() RETURNS int LANGUAGE sql AS 'SELECT 2';
        CREATE OR REPLACE FUNCTION made() RETURNS int LANGUAGE sql AS 'SELECT 3'$$);
    SELECT migrate_register('many_7', $$ALTER TABLE one RENAME TO two; CREATE TABLE one (id int);
        CREATE OR REPLACE FUNCTION made() RETURNS int LANGUAGE sql AS 'SELECT 4'$$);
    SELECT migrate_register('many_8', $$ALTER TABLE two ADD COLUMN more int; ALTER TABLE two DROP COLUMN more;
        ALTER TABLE two ADD COLUMN more int$$);
    SELECT migrate_register('many_9', $$ALTER TABLE two DROP COLUMN more; DROP TABLE one; ALTER TABLE two RENAME TO one$$);
$many$;
CALL look.many();
SELECT count(*) FROM migrate_upgrade();
SELECT * FROM look.stale_notes();
SELECT * FROM look.notes;
CREATE TABLE look.of_one_call AS SELECT * FROM look.notes;
SELECT look.clean();
DROP FUNCTION made();
CALL look.many();
DO $$ BEGIN FOR i IN 1 .. 9 LOOP PERFORM migrate_upgrade('+1'); END LOOP; END $$;
(TABLE look.notes EXCEPT TABLE look.of_one_call) UNION ALL (TABLE look.of_one_call EXCEPT TABLE look.notes);
SELECT look.clean();

-- What has the name of something that was dropped, but in another schema or of another kind, is the
-- work of the revision that made it.
CREATE SCHEMA look_2;
CREATE TABLE namesake (a int, b int);
CREATE STATISTICS namesake_s ON a, b FROM namesake;
CREATE INDEX namesake_b ON namesake (b);
SELECT migrate_register('namesake_1', 'DROP STATISTICS namesake_s; CREATE STATISTICS look_2.namesake_s ON a, b FROM namesake');
SELECT migrate_register('namesake_2', 'DROP INDEX namesake_b; CREATE SEQUENCE namesake_b OWNED BY namesake.b');
SELECT migrate_register('namesake_3', 'ALTER TABLE namesake ALTER a TYPE bigint; CREATE INDEX namesake_a ON namesake (a)');
SELECT migrate_register('namesake_4', 'DROP INDEX namesake_a; CREATE INDEX namesake_a ON namesake (b)');
SELECT revision FROM migrate_upgrade();
SELECT * FROM look.notes;
DROP TABLE namesake;
DROP SCHEMA look_2;

DROP SCHEMA look CASCADE;
DROP EXTENSION migrate CASCADE;
