\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
--
-- The fence: a revision changes nothing that belongs to another prefix, and makes no name
-- that it may not make.  All runs as a superuser here, so that no missing right can stand in
-- for the fence.
--
\pset tuples_only on

CREATE SCHEMA fence;
CREATE SCHEMA fence_far;
SET search_path = fence, public;

SELECT migrate_create_prefix('storage_elem_01');
SELECT migrate_create_prefix('query');

SELECT migrate_register('s1', prefix => 'storage_elem_01', up => $$
CREATE TYPE storage_elem_01_state AS ENUM ('active', 'deleted');
CREATE TYPE storage_elem_01_pair AS (a integer, b integer);
CREATE DOMAIN storage_elem_01_size AS bigint CONSTRAINT positive CHECK (VALUE >= 0);
CREATE TABLE storage_elem_01_files (
    id integer PRIMARY KEY,
    name text,
    state storage_elem_01_state NOT NULL DEFAULT 'active');
CREATE INDEX ix_name ON storage_elem_01_files (name);
INSERT INTO storage_elem_01_files VALUES (1, 'one'), (2, 'two');
CREATE TABLE storage_elem_01_days (day date) PARTITION BY RANGE (day);
CREATE VIEW storage_elem_01_names AS SELECT id, name FROM storage_elem_01_files;
CREATE MATERIALIZED VIEW storage_elem_01_total AS SELECT count(*) AS n FROM storage_elem_01_files;
CREATE SEQUENCE storage_elem_01_numbers;
CREATE FUNCTION storage_elem_01_touch() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RETURN NEW; END';
CREATE FUNCTION storage_elem_01_one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TRIGGER touch BEFORE UPDATE ON storage_elem_01_files
    FOR EACH ROW EXECUTE FUNCTION storage_elem_01_touch();
CREATE POLICY everyone ON storage_elem_01_files USING (true);
CREATE RULE quiet AS ON INSERT TO storage_elem_01_days DO ALSO NOTHING;
CREATE TABLE fence_far.storage_elem_01_far (id integer);
$$);
SELECT revision, statements FROM migrate_upgrade(prefix => 'storage_elem_01');

SELECT migrate_register('q1', prefix => 'query', up => $$
CREATE TABLE query_stats (id integer PRIMARY KEY, file_id integer);
INSERT INTO query_stats VALUES (1, 1);
CREATE TABLE query_days (day date) PARTITION BY RANGE (day);
CREATE TYPE query_kind AS ENUM ('a', 'b');
CREATE FUNCTION query_default() RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT 'x' $f$;
CREATE SEQUENCE query_numbers;
$$);
SELECT revision, statements FROM migrate_upgrade(prefix => 'query');

-- Made by hand: the one has a reserved name, the others are nobody's.
CREATE TABLE storage_elem_01_manual (id integer);
CREATE TABLE legacy (id integer);
CREATE TABLE fence_far.storage_elem_01_moved (id integer);
-- Reading is allowed, so the storage element may use what query made.
ALTER TABLE storage_elem_01_files ADD COLUMN kind query_kind;
ALTER TABLE storage_elem_01_files ALTER COLUMN name SET DEFAULT query_default();
CREATE VIEW storage_elem_01_use AS SELECT id FROM query_stats;
CREATE FUNCTION storage_elem_01_kind(query_kind) RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- All that a revision could have changed.
CREATE FUNCTION public.state() RETURNS TABLE (kind text, name text, what text)
LANGUAGE sql AS $$
SELECT 'relation' AS kind, c.oid::regclass::text AS name,
       concat_ws(' ', c.relkind, c.relacl, c.relrowsecurity, c.reloptions) AS what
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname ~ '^fence'
 UNION ALL
SELECT 'column', a.attrelid::regclass::text,
       concat_ws(' ', a.attname, a.atttypid::regtype, a.attnotnull, a.attacl,
                 pg_get_expr(d.adbin, d.adrelid))
  FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE n.nspname ~ '^fence' AND a.attnum > 0
 UNION ALL
SELECT 'type', t.oid::regtype::text,
       concat_ws(' ', t.typtype, t.typacl, t.typdefault, t.typnotnull,
                 (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum AS e
                   WHERE e.enumtypid = t.oid))
  FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace WHERE n.nspname ~ '^fence'
 UNION ALL
SELECT 'function', p.oid::regprocedure::text, concat_ws(' ', p.prosrc, p.proacl, p.provolatile)
  FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname ~ '^fence'
 UNION ALL
SELECT 'constraint', c.conname, pg_get_constraintdef(c.oid)
  FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace
 WHERE n.nspname ~ '^fence'
 UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
 UNION ALL SELECT 'policy', tablename || ' ' || policyname, qual FROM pg_policies
 UNION ALL SELECT 'rule', tablename || ' ' || rulename, definition FROM pg_rules
            WHERE schemaname ~ '^fence'
 UNION ALL SELECT 'parent', inhrelid::regclass::text, inhparent::regclass::text FROM pg_inherits
            JOIN pg_class ON oid = inhrelid WHERE relnamespace = 'fence'::regnamespace
 UNION ALL SELECT 'statistics', stxname, '' FROM pg_statistic_ext
 UNION ALL SELECT 'comment', o.identity, d.description FROM pg_description AS d,
            pg_identify_object(d.classoid, d.objoid, d.objsubid) AS o WHERE o.schema ~ '^fence'
 UNION ALL SELECT 'depends', o.identity, d.deptype::text FROM pg_depend AS d,
            pg_identify_object(d.classid, d.objid, d.objsubid) AS o
            WHERE d.refclassid = 'pg_extension'::regclass AND o.schema ~ '^fence'
 UNION ALL SELECT 'row', 'files', f::text FROM storage_elem_01_files AS f
 UNION ALL SELECT 'row', 'total', t::text FROM storage_elem_01_total AS t
 UNION ALL SELECT 'row', 'stats', s::text FROM query_stats AS s
 UNION ALL SELECT 'row', 'numbers', last_value::text FROM storage_elem_01_numbers
 UNION ALL SELECT 'prefix', name, isolation FROM migrate.prefix
 UNION ALL SELECT 'version', prefix, revision FROM migrate.version
 UNION ALL SELECT 'log', prefix || ' ' || revision, direction FROM migrate.log
 UNION ALL SELECT 'object', prefix || ' ' || coalesce(revision, ''), identity FROM migrate.object
$$;
CREATE TABLE public.state_before AS SELECT * FROM public.state();

-- Registers `up`, runs it, says what came of it, and takes all back.
CREATE FUNCTION public.attempt(up text, prefix text DEFAULT 'query') RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    message text; detail text; place text;
BEGIN
    PERFORM migrate_register('try', attempt.up, prefix => attempt.prefix);
    PERFORM migrate_upgrade(prefix => attempt.prefix);
    RAISE SQLSTATE 'ZZZZZ';
EXCEPTION
    WHEN SQLSTATE 'ZZZZZ' THEN RETURN '  allowed';
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
            place = PG_EXCEPTION_CONTEXT;
        RETURN concat_ws(E'\n', '  ' || SQLSTATE || ' ' || message, '  ' || nullif(detail, ''),
                         '  ' || substring(place, 'revision "[^\n]*'));
END $$;

--
-- A refusal as a client sees it: object, prefix, statement, and what to do.
--
SELECT migrate_register('q2', prefix => 'query', up => $$
INSERT INTO query_stats VALUES (2, 2);

ALTER TABLE storage_elem_01_files
    ADD COLUMN downloads integer;
$$);
SELECT revision FROM migrate_upgrade(prefix => 'query');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('q2', prefix => 'query', up => 'CREATE TABLE storage_elem_01_mine ();');
SELECT revision FROM migrate_upgrade(prefix => 'query');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('q2', prefix => 'query', up => 'CREATE TABLE mine ();');
SELECT revision FROM migrate_upgrade(prefix => 'query');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_unregister('q2', prefix => 'query');

--
-- Names that are reserved for another prefix in its schema cannot be made.
--
SELECT attempt('CREATE TABLE storage_elem_01 (id integer)');
SELECT attempt('CREATE TABLE storage_elem_01_new (id integer)');
SELECT attempt('CREATE TABLE storage_elem_01_new AS SELECT 1 AS x');
SELECT attempt('SELECT 1 AS x INTO storage_elem_01_new');
SELECT attempt('CREATE VIEW storage_elem_01_new AS SELECT 1');
SELECT attempt('CREATE MATERIALIZED VIEW storage_elem_01_new AS SELECT 1');
SELECT attempt('CREATE SEQUENCE storage_elem_01_new');
SELECT attempt('CREATE TYPE storage_elem_01_new AS ENUM ()');
SELECT attempt('CREATE TYPE storage_elem_01_new AS (x integer)');
SELECT attempt('CREATE DOMAIN storage_elem_01_new AS text');
SELECT attempt($$CREATE FUNCTION storage_elem_01_new() RETURNS int LANGUAGE sql AS 'SELECT 1'$$);
-- The same names are free in another schema, and a longer name is another name.
SELECT migrate_create_prefix('free', naming => 'any');
SELECT attempt('CREATE TABLE fence_far.storage_elem_01_new (id integer)', 'free');
SELECT attempt('CREATE TABLE storage_elem_011 (); CREATE TABLE "Storage_elem_01_x" ()', 'free');
SELECT attempt('CREATE TABLE storage_elem_01_new (id integer)', 'free');
SELECT attempt('CREATE TABLE whatever (id integer)', 'free');
-- The longest prefix that fits a name reserves it.
SELECT migrate_create_prefix('storage');
SELECT attempt('CREATE TABLE storage_elem_01_new (id integer)', 'storage');
SELECT attempt('CREATE TABLE storage_elem_01_new (id integer)', 'storage_elem_01');
SELECT attempt('CREATE TABLE storage_elem_02 (id integer)', 'storage');
SELECT migrate_drop_prefix('storage');

--
-- The naming rule `prefixed` holds in all schemas, for schemas too, and not for `any`.
--
SELECT attempt('CREATE TABLE plain (id integer)');
SELECT attempt('CREATE TABLE queryx (id integer)');
SELECT attempt('CREATE TABLE fence_far.plain (id integer)');
SELECT attempt('CREATE TYPE plain AS ENUM ()');
SELECT attempt('CREATE SCHEMA plain');
SELECT attempt('CREATE TABLE query (id integer); CREATE TABLE query_ (id integer)');
SELECT attempt('CREATE SCHEMA query; CREATE TABLE query.query_new (id integer)');
SELECT attempt('CREATE SCHEMA plain; CREATE TYPE plain.plain AS ENUM ()', 'free');
-- What belongs to an own table takes any name, also one that looks like another prefix's.
SELECT attempt($$
CREATE TABLE query_new (
    id serial CONSTRAINT storage_elem_01_pk PRIMARY KEY,
    n integer GENERATED ALWAYS AS IDENTITY,
    parent integer CONSTRAINT storage_elem_01_fk REFERENCES query_stats,
    CONSTRAINT storage_elem_01_check CHECK (id > 0));
CREATE INDEX ix_anything ON query_new (n);
CREATE INDEX storage_elem_01_ix ON query_new (n);
CREATE SEQUENCE anything OWNED BY query_new.id;
CREATE STATISTICS whatever ON id, n FROM query_new;
CREATE FUNCTION query_new_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER storage_elem_01_tr BEFORE INSERT ON query_new
    FOR EACH ROW EXECUTE FUNCTION query_new_trigger();
CREATE POLICY storage_elem_01_policy ON query_new;
CREATE RULE storage_elem_01_rule AS ON DELETE TO query_new DO INSTEAD NOTHING;
$$);

--
-- ALTER.
--
SELECT attempt('ALTER TABLE storage_elem_01_files ADD COLUMN x integer');
SELECT attempt('ALTER TABLE storage_elem_01_files DROP COLUMN name');
SELECT attempt('ALTER TABLE storage_elem_01_files ALTER COLUMN name SET NOT NULL');
SELECT attempt('ALTER TABLE storage_elem_01_files ALTER COLUMN name TYPE varchar(9)');
SELECT attempt('ALTER TABLE storage_elem_01_files DISABLE TRIGGER touch');
SELECT attempt('ALTER TABLE storage_elem_01_files ENABLE ROW LEVEL SECURITY');
SELECT attempt('ALTER TABLE storage_elem_01_files OWNER TO CURRENT_USER');
SELECT attempt('ALTER TABLE storage_elem_01_files SET (fillfactor = 50)');
SELECT attempt('ALTER TABLE storage_elem_01_files RENAME COLUMN name TO title');
SELECT attempt('ALTER TABLE storage_elem_01_manual ADD COLUMN x integer');
SELECT attempt('ALTER TABLE fence_far.storage_elem_01_far ADD COLUMN x integer');
SELECT attempt('ALTER INDEX ix_name RENAME TO ix_query');
SELECT attempt('ALTER INDEX ix_name SET (fillfactor = 50)');
SELECT attempt('ALTER SEQUENCE storage_elem_01_numbers RESTART WITH 100');
SELECT attempt('ALTER SEQUENCE storage_elem_01_numbers OWNED BY query_stats.id');
SELECT attempt($$ALTER TYPE storage_elem_01_state ADD VALUE 'new'$$);
SELECT attempt($$ALTER TYPE storage_elem_01_state RENAME VALUE 'active' TO 'live'$$);
SELECT attempt('ALTER TYPE storage_elem_01_pair ADD ATTRIBUTE c integer');
SELECT attempt('ALTER TYPE storage_elem_01_pair RENAME ATTRIBUTE a TO z');
SELECT attempt('ALTER DOMAIN storage_elem_01_size SET DEFAULT 1');
SELECT attempt('ALTER DOMAIN storage_elem_01_size ADD CHECK (VALUE < 9)');
SELECT attempt('ALTER DOMAIN storage_elem_01_size DROP CONSTRAINT positive');
SELECT attempt('ALTER DOMAIN storage_elem_01_size RENAME CONSTRAINT positive TO negative');
SELECT attempt('ALTER VIEW storage_elem_01_names ALTER COLUMN id SET DEFAULT 3');
SELECT attempt($$CREATE OR REPLACE VIEW storage_elem_01_names AS
    SELECT id, name FROM storage_elem_01_files WHERE id > 1$$);
SELECT attempt('ALTER FUNCTION storage_elem_01_one() STABLE');
SELECT attempt('ALTER FUNCTION storage_elem_01_one() DEPENDS ON EXTENSION plpgsql');
SELECT attempt($$CREATE OR REPLACE FUNCTION storage_elem_01_one() RETURNS integer
    LANGUAGE sql AS 'SELECT 2'$$);
SELECT attempt('ALTER TRIGGER touch ON storage_elem_01_files RENAME TO t2');
SELECT attempt('ALTER POLICY everyone ON storage_elem_01_files USING (false)');
SELECT attempt('ALTER RULE quiet ON storage_elem_01_days RENAME TO loud');
SELECT attempt('ALTER EXTENSION plpgsql ADD FUNCTION storage_elem_01_one()');

--
-- RENAME and SET SCHEMA: neither out of another prefix's names, nor into them.
--
SELECT attempt('ALTER TABLE storage_elem_01_files RENAME TO query_files');
SELECT attempt('ALTER TYPE storage_elem_01_state RENAME TO query_state');
SELECT attempt('ALTER FUNCTION storage_elem_01_one() RENAME TO query_one');
SELECT attempt('ALTER TABLE query_stats RENAME TO storage_elem_01_stats');
SELECT attempt('ALTER TYPE query_kind RENAME TO storage_elem_01_query_kind');
SELECT attempt('ALTER FUNCTION query_default() RENAME TO storage_elem_01_default');
SELECT attempt('ALTER TABLE query_stats RENAME TO stats');
SELECT attempt('ALTER TABLE legacy RENAME TO legacy2');
SELECT attempt('ALTER TABLE storage_elem_01_files SET SCHEMA fence_far');
SELECT attempt('ALTER TYPE storage_elem_01_state SET SCHEMA fence_far');
SELECT attempt('ALTER FUNCTION storage_elem_01_one() SET SCHEMA fence_far');
SELECT attempt('ALTER TABLE fence_far.storage_elem_01_moved SET SCHEMA fence');
SELECT attempt('ALTER TABLE fence_far.storage_elem_01_moved SET SCHEMA fence', 'free');
SELECT attempt($$CREATE TABLE fence_far.storage_elem_01_new (id integer);
ALTER TABLE fence_far.storage_elem_01_new SET SCHEMA fence$$, 'free');
SELECT attempt('CREATE TABLE y (id integer); ALTER TABLE y RENAME TO storage_elem_01_y', 'free');
SELECT attempt('ALTER TABLE query_stats RENAME TO query; ALTER TABLE query SET SCHEMA fence_far');

--
-- DROP, also where it cascades from what is one's own or nobody's.
--
SET client_min_messages = warning;
SELECT attempt('DROP TABLE storage_elem_01_files');
SELECT attempt('DROP TABLE storage_elem_01_files CASCADE');
SELECT attempt('DROP TABLE IF EXISTS query_stats, fence.storage_elem_01_days CASCADE');
SELECT attempt('DROP TABLE storage_elem_01_manual');
SELECT attempt('DROP TABLE fence_far.storage_elem_01_far');
SELECT attempt('DROP INDEX ix_name');
SELECT attempt('DROP VIEW storage_elem_01_names');
SELECT attempt('DROP MATERIALIZED VIEW storage_elem_01_total');
SELECT attempt('DROP SEQUENCE storage_elem_01_numbers');
SELECT attempt('DROP TYPE storage_elem_01_state CASCADE');
SELECT attempt('DROP TYPE storage_elem_01_pair');
SELECT attempt('DROP DOMAIN storage_elem_01_size');
SELECT attempt('DROP FUNCTION storage_elem_01_one()');
SELECT attempt('DROP TRIGGER touch ON storage_elem_01_files');
SELECT attempt('DROP POLICY everyone ON storage_elem_01_files');
SELECT attempt('DROP RULE quiet ON storage_elem_01_days');
SELECT attempt('ALTER TABLE storage_elem_01_files DROP CONSTRAINT storage_elem_01_files_pkey');
SELECT attempt('DROP SCHEMA fence_far CASCADE');
SELECT attempt('DROP TABLE query_stats CASCADE');
SELECT attempt('ALTER TABLE query_stats DROP COLUMN id CASCADE');
SELECT attempt('DROP FUNCTION query_default() CASCADE');
DROP FUNCTION storage_elem_01_kind(query_kind);
SELECT attempt('DROP TYPE query_kind CASCADE');
CREATE FUNCTION storage_elem_01_kind(query_kind) RETURNS integer LANGUAGE sql AS 'SELECT 1';
RESET client_min_messages;

--
-- Rows: INSERT, UPDATE, DELETE, MERGE, COPY FROM, TRUNCATE, REFRESH, also through a view.
--
SELECT attempt('INSERT INTO storage_elem_01_files VALUES (3)');
SELECT attempt('INSERT INTO storage_elem_01_files VALUES (1) ON CONFLICT DO NOTHING');
SELECT attempt($$INSERT INTO storage_elem_01_files VALUES (1)
    ON CONFLICT (id) DO UPDATE SET name = 'x'$$);
SELECT attempt('UPDATE storage_elem_01_files SET name = NULL');
SELECT attempt('UPDATE storage_elem_01_files SET name = NULL WHERE false');
SELECT attempt('DELETE FROM storage_elem_01_files');
SELECT attempt('WITH d AS (DELETE FROM storage_elem_01_files RETURNING id) SELECT id FROM d');
SELECT attempt($$MERGE INTO storage_elem_01_files AS f USING query_stats AS s ON f.id = s.file_id
    WHEN MATCHED THEN UPDATE SET name = 'x'$$);
SELECT attempt($$MERGE INTO storage_elem_01_files AS f USING query_stats AS s ON f.id = s.file_id
    WHEN MATCHED THEN DELETE$$);
SELECT attempt($$MERGE INTO storage_elem_01_files AS f USING query_stats AS s ON f.id = -1
    WHEN NOT MATCHED THEN INSERT VALUES (9)$$);
SELECT attempt($$COPY storage_elem_01_files FROM PROGRAM 'echo 3'$$);
SELECT attempt($$COPY storage_elem_01_files FROM STDIN$$);
SELECT attempt('TRUNCATE storage_elem_01_files');
SELECT attempt('TRUNCATE query_stats, storage_elem_01_manual');
SELECT attempt('REFRESH MATERIALIZED VIEW storage_elem_01_total');
SELECT attempt($$UPDATE storage_elem_01_names SET name = 'x'$$);
SELECT attempt($$CREATE VIEW query_names AS SELECT id, name FROM storage_elem_01_files;
UPDATE query_names SET name = 'x'$$);
SELECT attempt($$CREATE RULE also AS ON INSERT TO query_stats
    DO ALSO DELETE FROM storage_elem_01_files;
INSERT INTO query_stats VALUES (2, 2)$$);

--
-- COMMENT and GRANT.
--
SELECT attempt($$COMMENT ON TABLE storage_elem_01_files IS 'mine'$$);
SELECT attempt($$COMMENT ON COLUMN storage_elem_01_files.name IS 'mine'$$);
SELECT attempt($$COMMENT ON INDEX ix_name IS 'mine'$$);
SELECT attempt($$COMMENT ON TYPE storage_elem_01_pair IS 'mine'$$);
SELECT attempt($$COMMENT ON FUNCTION storage_elem_01_one() IS 'mine'$$);
SELECT attempt($$COMMENT ON TRIGGER touch ON storage_elem_01_files IS 'mine'$$);
SELECT attempt($$COMMENT ON CONSTRAINT positive ON DOMAIN storage_elem_01_size IS 'mine'$$);
SELECT attempt('GRANT SELECT ON storage_elem_01_files TO PUBLIC');
SELECT attempt('GRANT SELECT (name) ON query_stats, storage_elem_01_files TO PUBLIC');
SELECT attempt('REVOKE ALL ON storage_elem_01_files FROM PUBLIC');
SELECT attempt('GRANT USAGE ON SEQUENCE storage_elem_01_numbers TO PUBLIC');
SELECT attempt('GRANT EXECUTE ON FUNCTION storage_elem_01_one() TO PUBLIC');
SELECT attempt('GRANT USAGE ON TYPE storage_elem_01_state TO PUBLIC');
SELECT attempt('GRANT SELECT ON ALL TABLES IN SCHEMA fence_far TO PUBLIC');
SELECT attempt('GRANT USAGE ON ALL SEQUENCES IN SCHEMA fence TO PUBLIC');

--
-- Parts of a foreign table, and foreign keys, inheritance and partitions across prefixes.
--
SELECT attempt('CREATE INDEX query_ix ON storage_elem_01_files (name)');
SELECT attempt($$CREATE TRIGGER query_trigger BEFORE INSERT ON storage_elem_01_files
    EXECUTE FUNCTION storage_elem_01_touch()$$);
SELECT attempt($$CREATE OR REPLACE TRIGGER touch BEFORE INSERT ON storage_elem_01_files
    EXECUTE FUNCTION storage_elem_01_touch()$$);
SELECT attempt('CREATE POLICY query_policy ON storage_elem_01_files');
SELECT attempt('CREATE RULE query_rule AS ON INSERT TO storage_elem_01_files DO INSTEAD NOTHING');
SELECT attempt('CREATE STATISTICS query_statistics ON id, name FROM storage_elem_01_files');
SELECT attempt('CREATE SEQUENCE query_new OWNED BY storage_elem_01_files.id');
SELECT attempt('ALTER SEQUENCE query_numbers OWNED BY storage_elem_01_files.id');
SELECT attempt('ALTER TABLE storage_elem_01_files ADD CONSTRAINT query_check CHECK (id > 0)');
SELECT attempt('CREATE TABLE query_new (f integer REFERENCES storage_elem_01_files)');
SELECT attempt($$ALTER TABLE query_stats
    ADD FOREIGN KEY (file_id) REFERENCES storage_elem_01_files$$);
SELECT attempt('ALTER TABLE storage_elem_01_files ADD FOREIGN KEY (id) REFERENCES query_stats');
SELECT attempt('CREATE TABLE query_new () INHERITS (storage_elem_01_manual)');
SELECT attempt('CREATE TABLE query_new (id integer);
ALTER TABLE query_new INHERIT storage_elem_01_manual');
SELECT attempt('CREATE TABLE query_new PARTITION OF storage_elem_01_days DEFAULT');
SELECT attempt('CREATE TABLE query_new (day date);
ALTER TABLE storage_elem_01_days ATTACH PARTITION query_new DEFAULT');
SELECT attempt('ALTER TABLE query_days ATTACH PARTITION storage_elem_01_days DEFAULT');

--
-- Hidden in a DO block, in EXECUTE, in a function, in a trigger of an own table.
--
SELECT attempt('DO $d$ BEGIN ALTER TABLE storage_elem_01_files ADD COLUMN x integer; END $d$');
SELECT attempt($q$DO $d$ BEGIN EXECUTE 'DROP INDEX ' || quote_ident('ix_name'); END $d$$q$);
SELECT attempt('DO $d$ BEGIN CREATE TABLE storage_elem_01_new (); END $d$');
SELECT attempt($$CREATE FUNCTION query_new() RETURNS void LANGUAGE plpgsql AS
    'BEGIN UPDATE storage_elem_01_files SET name = NULL; END';
SELECT query_new()$$);
SELECT attempt($$CREATE FUNCTION query_new() RETURNS void LANGUAGE sql AS
    'DELETE FROM storage_elem_01_files';
SELECT query_new()$$);
SELECT attempt($$CREATE PROCEDURE query_new() LANGUAGE plpgsql AS
    'BEGIN EXECUTE ''TRUNCATE storage_elem_01_files''; END';
CALL query_new()$$);
SELECT attempt($$CREATE FUNCTION query_new() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN DELETE FROM storage_elem_01_files; RETURN NULL; END';
CREATE TRIGGER t AFTER INSERT ON query_stats EXECUTE FUNCTION query_new();
INSERT INTO query_stats VALUES (2, 2)$$);
-- Nor may a revision call what changes prefixes: that would take the fence away.
SELECT attempt($$SELECT migrate_drop_prefix('storage_elem_01', force => true)$$);
SELECT attempt($$SELECT migrate_set_option('isolation', 'off', 'query')$$);
SELECT attempt($$SELECT migrate_set_owner('storage_elem_01', current_user)$$);
SELECT attempt($$SELECT migrate_create_prefix('new')$$);
SELECT attempt($$SELECT migrate_stamp('{base}', prefix => 'storage_elem_01')$$);

--
-- All those refusals have left schema, rows, log and records as they were.
--
SELECT migrate_drop_prefix('free');
SELECT * FROM state() EXCEPT TABLE state_before ORDER BY 1, 2, 3;
TABLE state_before EXCEPT SELECT * FROM state() ORDER BY 1, 2, 3;

--
-- A block that swallows the error goes on, but nothing foreign has changed.
--
SELECT migrate_register('q2', prefix => 'query', up => $$
DO $d$
DECLARE
    command text;
BEGIN
    FOREACH command IN ARRAY ARRAY[
        'DELETE FROM storage_elem_01_files',
        'TRUNCATE storage_elem_01_manual',
        'ALTER TABLE storage_elem_01_files ADD COLUMN x integer',
        'DROP INDEX ix_name',
        'COMMENT ON TABLE storage_elem_01_files IS ''mine''',
        'GRANT SELECT ON storage_elem_01_files TO PUBLIC']
    LOOP
        BEGIN
            EXECUTE command;
            RAISE WARNING 'done: %', command;
        EXCEPTION WHEN SQLSTATE 'MG009' THEN
            RAISE NOTICE 'swallowed: %', SQLERRM;
        END;
    END LOOP;
END $d$;
-- made and refused, one after the other
DO $d$
BEGIN
    CREATE TABLE storage_elem_01_new (id integer);
EXCEPTION WHEN SQLSTATE 'MG010' OR SQLSTATE 'MG009' THEN
    RAISE NOTICE 'swallowed: %', SQLERRM;
END $d$;
DO $d$
BEGIN
    CREATE INDEX query_ix ON storage_elem_01_files (name);
EXCEPTION WHEN SQLSTATE 'MG009' THEN
    RAISE NOTICE 'swallowed: %', SQLERRM;
END $d$;
$$);
SELECT revision, statements FROM migrate_upgrade(prefix => 'query');
SELECT * FROM state() EXCEPT TABLE state_before ORDER BY 1, 2, 3;
TABLE state_before EXCEPT SELECT * FROM state() ORDER BY 1, 2, 3;

--
-- Reading is allowed, and so is all that locks or copies without a change.
--
SELECT migrate_register('q3', prefix => 'query', up => $$
INSERT INTO query_stats SELECT id + 10, id FROM storage_elem_01_files;
SELECT id FROM storage_elem_01_files FOR UPDATE;
SELECT id FROM storage_elem_01_files FOR SHARE;
CREATE VIEW query_files AS SELECT id, name, state FROM storage_elem_01_files;
CREATE TABLE query_copy (LIKE storage_elem_01_files INCLUDING ALL);
INSERT INTO query_copy SELECT * FROM storage_elem_01_files;
CREATE TABLE query_typed (size storage_elem_01_size, pair storage_elem_01_pair);
MERGE INTO query_stats AS s USING storage_elem_01_files AS f ON f.id = s.file_id
    WHEN MATCHED THEN UPDATE SET file_id = f.id + 100;
CREATE FUNCTION query_count() RETURNS bigint LANGUAGE sql
    AS 'SELECT count(*) FROM storage_elem_01_files';
SELECT query_count(), storage_elem_01_one();
CREATE TRIGGER t BEFORE INSERT ON query_stats
    FOR EACH ROW EXECUTE FUNCTION storage_elem_01_touch();
$$);
SELECT revision, statements FROM migrate_upgrade(prefix => 'query');
SELECT id, file_id FROM query_stats ORDER BY id;
SELECT id, name FROM query_files ORDER BY id;
SELECT * FROM state() WHERE name LIKE '%storage_elem_01%' AND kind <> 'log'
EXCEPT TABLE state_before;

--
-- Objects of nobody may be changed, written and dropped by all.
--
SELECT migrate_register('q4', prefix => 'query', up => $$
ALTER TABLE legacy ADD COLUMN note text;
INSERT INTO legacy VALUES (1, 'by query');
ALTER TABLE fence_far.storage_elem_01_moved RENAME TO query_moved;
$$);
SELECT revision, statements FROM migrate_upgrade(prefix => 'query');
SELECT id, note FROM legacy;
SELECT migrate_register('s2', prefix => 'storage_elem_01', up => 'DROP TABLE legacy');
SELECT revision FROM migrate_upgrade(prefix => 'storage_elem_01');
SELECT to_regclass('legacy') IS NULL AS legacy_is_gone;

--
-- Who made an object owns it, whatever its name: here `late` comes after a table of that name.
--
SELECT migrate_register('d1', 'CREATE TABLE late_table (id integer)', 'DROP TABLE late_table');
SELECT revision FROM migrate_upgrade();
SELECT migrate_create_prefix('late');
SELECT attempt('DROP TABLE late_table', 'late');
SELECT attempt('CREATE TABLE late_new (id integer)', 'late');
SELECT attempt('ALTER TABLE late_table ADD COLUMN x integer', '');
SELECT attempt('CREATE TABLE late_new (id integer)', '');
SELECT attempt('ALTER TABLE storage_elem_01_files ADD COLUMN x integer', '');
SELECT revision FROM migrate_downgrade();
SELECT migrate_drop_prefix('late');

--
-- isolation = warn: the same is said as a warning, and runs.
--
SELECT migrate_set_option('isolation', 'warn', 'query');
SELECT migrate_register('q5', prefix => 'query', up => $$
COMMENT ON TABLE storage_elem_01_files IS 'seen by query';
UPDATE storage_elem_01_files SET name = 'three' WHERE id = 2;
CREATE TABLE storage_elem_01_of_query (id integer);
CREATE TABLE plain (id integer);
$$, down => 'DROP TABLE plain');
SELECT revision, statements FROM migrate_upgrade(prefix => 'query');
SELECT obj_description('storage_elem_01_files'::regclass);
SELECT id, name FROM storage_elem_01_files ORDER BY id;
-- What it made is its own, and so fenced off from the other side.
SELECT prefix, type, identity FROM migrate.object WHERE revision = 'q5' ORDER BY identity;
SELECT attempt('DROP TABLE storage_elem_01_of_query', 'storage_elem_01');

--
-- isolation = off: nothing is said.
--
SELECT migrate_set_option('isolation', 'off', 'query');
SELECT migrate_register('q6', prefix => 'query', up => $$
UPDATE storage_elem_01_files SET name = 'four' WHERE id = 2;
CREATE TABLE storage_elem_01_quiet (id integer);
CREATE TABLE plainer (id integer REFERENCES storage_elem_01_files);
DROP INDEX ix_name;
DROP VIEW storage_elem_01_names;
$$);
SELECT revision, statements FROM migrate_upgrade(prefix => 'query');
SELECT id, name FROM storage_elem_01_files ORDER BY id;
SELECT to_regclass('ix_name') IS NULL AND to_regclass('storage_elem_01_names') IS NULL AS dropped;
SELECT prefix, identity FROM migrate.object WHERE revision = 'q6' ORDER BY identity;
-- It is a matter of the prefix that runs, not of the one that is touched; and back it goes.
SELECT attempt('ALTER TABLE query_stats ADD COLUMN x integer', 'storage_elem_01');
SELECT migrate_set_option('isolation', 'error', 'query');
SELECT attempt('ALTER TABLE storage_elem_01_files ADD COLUMN x integer');

DROP EXTENSION migrate;
SET client_min_messages = warning;
DROP TABLE public.state_before;
DROP FUNCTION public.attempt, public.state;
DROP SCHEMA fence, fence_far CASCADE;
