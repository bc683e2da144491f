-- A text that runs in an empty copy of a prefix's schemas: the model of what it makes is that of the
-- live schema which it has made, whichever way the schema is emptied, and nothing of it stays.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
SET client_min_messages = warning;
CREATE EXTENSION migrate;
CREATE SCHEMA tools;
SET search_path = public, tools;
CREATE FUNCTION tools.migrate_test_copy(prefix text, sql text, way text, key text DEFAULT NULL) RETURNS text
LANGUAGE c AS '$libdir/migrate';
CREATE EXTENSION citext;

-- Both ways at once: the lines in which they differ from the live model, which the last run noted.
CREATE FUNCTION tools.differences(sql text, of_prefix text DEFAULT '') RETURNS TABLE (way text, side text, line text)
LANGUAGE sql AS $$
    SELECT w.way, l.side, replace(l.line, E'\t', ' ')
    FROM (VALUES ('trade places'), ('step aside')) AS w (way),
         (SELECT string_agg(n.text, '') FROM migrate.noted_object AS n WHERE n.prefix = of_prefix) AS s (objects),
         migrate_test_copy(of_prefix, sql, w.way) AS m (model),
         LATERAL ((SELECT 'live' AS side, x FROM string_to_table(s.objects, E'\n') AS x
                   EXCEPT SELECT 'live', x FROM string_to_table(m.model, E'\n') AS x)
                  UNION ALL
                  (SELECT 'copy', x FROM string_to_table(m.model, E'\n') AS x
                   EXCEPT SELECT 'copy', x FROM string_to_table(s.objects, E'\n') AS x)) AS l (side, line)
    ORDER BY 1, 2, 3
$$;

CREATE ROLE regress_copy_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO regress_copy_reader;
COMMENT ON SCHEMA public IS 'the lab';
GRANT USAGE ON SCHEMA public TO regress_copy_reader;

-- As pg_dump writes it: names in full, an empty search_path, settings that switch limits off.
\set text `cat $PG_ABS_SRCDIR/test/fixtures/every_kind.sql`
SELECT migrate_register('a1', :'text', '');
SET client_min_messages = error;
SELECT revision FROM migrate_upgrade();
SET client_min_messages = warning;
SELECT count(DISTINCT split_part(line, E'\t', 1)) AS kinds FROM migrate.noted_object AS n, string_to_table(n.text, E'\n') AS line;
SELECT * FROM differences(:'text');
-- What differs is seen.
SELECT way, side, regexp_replace(line, ' (owner|definition|privileges) .*', '') AS line FROM differences(:'text' || $$; ALTER TABLE public.item ADD COLUMN more text;
    DROP VIEW public.cheap; COMMENT ON TABLE public.item IS 'another'$$);

-- The live tables are as they were, and usable, for the caller as well.
INSERT INTO public.item (code, state) VALUES ('a', 'open'), ('b', 'closed');
BEGIN;
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO public.item (code, state) VALUES ('c', 'open');
ALTER TABLE public.item ADD COLUMN own_change integer DEFAULT 7;
CREATE TEMP TABLE item (twin integer);
INSERT INTO pg_temp.item VALUES (42);
DECLARE rows CURSOR FOR SELECT code, own_change FROM public.item ORDER BY id;
FETCH rows;
PREPARE read AS SELECT count(*) FROM public.item;
EXECUTE read;
SELECT way, side, line FROM differences(:'text') ORDER BY 1, 2, 3;
FETCH ALL FROM rows;
EXECUTE read;
SELECT twin FROM item;
SELECT code, own_change FROM public.item ORDER BY id;
ROLLBACK;
-- No lock is left, on a live sequence, on one of the copy, or on anything else.
BEGIN;
SELECT length(migrate_test_copy('', 'CREATE TABLE public.item (id serial); INSERT INTO public.item DEFAULT VALUES;'
    'SELECT nextval(''public.item_id_seq''); ALTER SEQUENCE public.item_id_seq RESTART 5; SELECT nextval(''public.item_id_seq'');'
    'CREATE SEQUENCE public.gone; SELECT nextval(''public.gone''); DROP SEQUENCE public.gone', w)) > 0 AS ran
FROM unnest(ARRAY['trade places', 'step aside']) AS w;
SELECT DISTINCT l.locktype, l.mode, c.relname FROM pg_locks AS l LEFT JOIN pg_class AS c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND l.locktype IN ('relation', 'object')
  AND (c.oid IS NULL OR c.relnamespace = 'public'::regnamespace) ORDER BY 1, 2, 3;
ROLLBACK;
-- A call for each row that is drawn.
SELECT code, length(migrate_test_copy('', 'CREATE TABLE public.item (id integer)', 'trade places')) > 0 AS ran
FROM public.item ORDER BY id;
-- A temporary table of the caller is not what a text means by a name.
CREATE TEMP TABLE child (twin integer);
SELECT migrate_test_copy('', 'CREATE TABLE child (a integer); ALTER TABLE child ADD COLUMN b integer', w) ~ 'public.child.b' AS ran
FROM unnest(ARRAY['trade places', 'step aside']) AS w;
SELECT * FROM child;
DROP TABLE pg_temp.child;
-- Another isolation level.
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT code FROM public.item ORDER BY id;
SELECT count(*) FROM differences(:'text');
COMMIT;

-- Event triggers: as in a run, once for a statement of the text; our own doings are none.
CREATE FUNCTION tools.see() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN RAISE WARNING 'seen: % %', tg_event, tg_tag; END $$;
CREATE EVENT TRIGGER see_start ON ddl_command_start EXECUTE FUNCTION see();
CREATE EVENT TRIGGER see_end ON ddl_command_end EXECUTE FUNCTION see();
SELECT length(migrate_test_copy('', 'SET client_min_messages = warning; CREATE SEQUENCE public.s; DROP SEQUENCE public.s', w)) > 0 AS ran
FROM unnest(ARRAY['trade places', 'step aside']) AS w;
SELECT length(migrate_test_copy('', 'SET client_min_messages = warning', 'trade places')) > 0 AS ran;
DROP EVENT TRIGGER see_start;
DROP EVENT TRIGGER see_end;
-- One that writes a log may do so; a text may not, not even by a function of that name.
CREATE TABLE tools.ddl_log (tag text);
CREATE FUNCTION tools.write_log() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO tools.ddl_log VALUES (tg_tag); END $$;
CREATE EVENT TRIGGER write_log ON ddl_command_end EXECUTE FUNCTION write_log();
SELECT length(migrate_test_copy('', 'CREATE SEQUENCE public.s', 'trade places')) > 0 AS ran;
SELECT migrate_test_copy('', $$DO $d$ BEGIN CREATE SEQUENCE public.s; INSERT INTO tools.ddl_log VALUES ('x'); END $d$ $$, 'trade places');
DROP EVENT TRIGGER write_log;
SELECT * FROM tools.ddl_log;

-- As a deploy would: labels can be used, concurrent statements run in the transaction, temporary
-- tables are gone with it.
SELECT w, migrate_test_copy('', $$
    CREATE TYPE public.hue AS ENUM ('red');
    CREATE TABLE public.paint (hue public.hue);
    ALTER TYPE public.hue ADD VALUE 'blue';
    CREATE INDEX CONCURRENTLY paint_hue ON public.paint (hue);
    INSERT INTO public.paint VALUES ('blue');
    CREATE INDEX paint_blue ON public.paint (hue) WHERE hue = 'blue';
    REINDEX INDEX CONCURRENTLY public.paint_blue;
    CREATE TEMP TABLE work (a integer);
    DROP INDEX CONCURRENTLY public.paint_hue;
    VACUUM public.paint
$$, w) ~ 'public.paint_blue' AS ran FROM unnest(ARRAY['trade places', 'step aside']) AS w;
-- A deferred constraint is checked at the end of the text.
SELECT migrate_test_copy('', $$
    CREATE TABLE public.paint (a integer PRIMARY KEY, b integer REFERENCES public.paint DEFERRABLE INITIALLY DEFERRED);
    INSERT INTO public.paint VALUES (1, 2)
$$, 'trade places');
-- A label that the caller has added and not committed stays one that nobody may use.
BEGIN;
ALTER TYPE public.state ADD VALUE 'lost';
SELECT length(migrate_test_copy('', $$CREATE TYPE public.hue AS ENUM ('red'); ALTER TYPE public.hue ADD VALUE 'blue'$$, 'trade places')) > 0 AS ran;
SELECT 'lost'::public.state;
ROLLBACK;

-- What lies outside of the copy is neither changed nor locked.
CREATE SCHEMA outside;
CREATE TABLE outside.t (a integer PRIMARY KEY);
CREATE TYPE outside.kind AS ENUM ('a');
CREATE FUNCTION outside.writes() RETURNS void LANGUAGE sql AS 'INSERT INTO outside.t VALUES (1)';
CREATE FUNCTION tools.refused(of_prefix text, sql text) RETURNS TABLE (way text, message text) LANGUAGE plpgsql AS $$
BEGIN
    FOREACH way IN ARRAY ARRAY['trade places', 'step aside'] LOOP
        BEGIN
            PERFORM migrate_test_copy(of_prefix, sql, way);
            message := 'ran';
        EXCEPTION WHEN OTHERS THEN
            message := SQLSTATE || ' ' || regexp_replace(SQLERRM, 'aside [\d ]+', 'aside N');
        END;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT left(statement, 60) AS statement, r.* FROM unnest(ARRAY[
    'DROP SCHEMA outside CASCADE', 'DROP SCHEMA public CASCADE', 'ALTER SCHEMA outside RENAME TO elsewhere',
    'DROP OWNED BY CURRENT_USER', 'REASSIGN OWNED BY regress_copy_reader TO CURRENT_USER', 'CREATE ROLE regress_copy_other',
    'GRANT pg_monitor TO regress_copy_reader', 'DROP EXTENSION citext', 'ALTER DATABASE contrib_regression SET work_mem = 100',
    'ALTER TABLE outside.t ADD COLUMN b integer', 'DROP TABLE outside.t', 'LOCK TABLE outside.t',
    'TRUNCATE outside.t', 'INSERT INTO outside.t VALUES (1)', 'SELECT * FROM outside.t FOR UPDATE',
    'CREATE INDEX ON outside.t (a)', 'CREATE TABLE public.x (a integer REFERENCES outside.t)',
    'CREATE TABLE public.x (a integer); ALTER TABLE public.x ADD FOREIGN KEY (a) REFERENCES outside.t',
    'CREATE TABLE public.x () INHERITS (outside.t)', $$COMMENT ON TABLE outside.t IS 'x'$$,
    'GRANT SELECT ON outside.t TO regress_copy_reader', $$ALTER TYPE outside.kind ADD VALUE 'b'$$,
    $$DO $d$ BEGIN EXECUTE 'DROP TABLE outside.t'; END $d$ $$, 'SELECT outside.writes()',
    'CREATE VIEW public.x AS SELECT a FROM outside.t', 'ANALYZE outside.t',
    'COPY public.x FROM STDIN', 'COMMIT', 'DELETE FROM migrate.log']) WITH ORDINALITY AS s (statement, n),
    refused('', statement) AS r ORDER BY n, r.way DESC;

-- The text cannot reach the live objects by the other name of their schema.
CREATE ROLE regress_copy_owner;
GRANT CREATE, USAGE ON SCHEMA public TO regress_copy_owner;
SELECT migrate_create_prefix('lab', 'regress_copy_owner', 'public');
SELECT migrate_register('l1', 'CREATE TABLE public.lab_secret (a integer)', 'DROP TABLE public.lab_secret', prefix => 'lab');
SELECT revision FROM migrate_upgrade(prefix => 'lab');
SELECT * FROM refused('lab', $t$ DO $d$
    DECLARE place text := (SELECT nspname FROM pg_namespace WHERE nspname LIKE 'migrate aside %');
    BEGIN
        EXECUTE format('SELECT * FROM %I.%I', place, 'lab_secret');
    END $d$ $t$);
-- Objects of other prefixes stay where they are; those that a prefix with names of its own makes are
-- out of the way.
SELECT line FROM differences('CREATE TABLE public.lab_secret (a integer)', 'lab')
WHERE line !~ '^(schema|extension|default privileges)';
SELECT * FROM refused('', 'DROP TABLE public.lab_secret');
SELECT * FROM refused('lab', 'CREATE VIEW public.lab_items AS SELECT id FROM public.item');
-- An administrator may forbid it.
SET migrate.rehearsal = off;
SELECT * FROM refused('lab', 'SELECT 1');
RESET migrate.rehearsal;
-- Nothing is left of any of it.
SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1;
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname ~ 'paint|work|lab' ORDER BY 1;
-- The indexes of the catalogs agree with their tables.
CREATE EXTENSION amcheck;
SELECT c.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS a ON a.oid = c.relam,
LATERAL bt_index_check(c.oid, true) AS checked
WHERE a.amname = 'btree' AND c.relnamespace = 'pg_catalog'::regnamespace AND c.relname = 'pg_class_relname_nsp_index';
SELECT count(*) > 100 AS indexes FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS a ON a.oid = c.relam,
LATERAL bt_index_check(c.oid, true) AS checked
WHERE a.amname = 'btree' AND c.relnamespace = 'pg_catalog'::regnamespace AND i.indisvalid;
DROP EXTENSION migrate;
DROP PUBLICATION item_changes;
DROP FOREIGN DATA WRAPPER copy_wrapper CASCADE;
DROP SCHEMA public, tools, outside CASCADE;
DROP ROLE regress_copy_reader, regress_copy_owner;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
COMMENT ON SCHEMA public IS 'standard public schema';
