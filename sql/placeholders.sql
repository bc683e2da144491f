\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
--
-- The name of a schema is whatever somebody called it: in a text it is a name, or the text
-- does not run.
--
CREATE ROLE regress_migrate_mallory;
CREATE TABLE public.canary (i int);
CREATE FUNCTION regress_migrate_rights() RETURNS text LANGUAGE sql AS $$
SELECT CASE WHEN r.rolsuper THEN 'mallory is superuser' ELSE 'none' END FROM pg_roles r
WHERE r.rolname = 'regress_migrate_mallory' $$;
CREATE SCHEMA "x'; ALTER ROLE regress_migrate_mallory SUPERUSER; --";
SELECT migrate_create_prefix('tpl', schema => 'public');
SELECT migrate_register('t1', $$CREATE TABLE @prefix@_f (i int);
COMMENT ON TABLE @prefix@_f IS 'files of @schema@'$$, 'DROP TABLE @prefix@_f', prefix => 'tpl');
SELECT migrate_create_prefix('inst1', template => 'tpl',
                             schema => $$x'; ALTER ROLE regress_migrate_mallory SUPERUSER; --$$);
SELECT * FROM migrate_upgrade(prefix => 'inst1');
\echo :LAST_ERROR_SQLSTATE
-- Whichever way it is run or printed.
CALL migrate_deploy(prefix => 'inst1');
SELECT migrate_sql('base:head', 'inst1');
SELECT revision, kind, detail FROM migrate_verify(prefix => 'inst1');
SELECT regress_migrate_rights(), (SELECT count(*) FROM migrate_current('inst1')) AS rows;
SELECT outcome, error_sqlstate, error_message FROM migrate.log WHERE prefix = 'inst1';
-- Its template has a plain name.
SELECT count(*) FROM migrate_upgrade(prefix => 'tpl');
SELECT obj_description('public.tpl_f'::regclass);
--
-- Down texts, and what the up text of a stamped revision would have made.
--
SELECT migrate_create_prefix('tpd', schema => 'public');
SELECT migrate_register('d1', $$CREATE TYPE @schema@.@prefix@_k AS ENUM ('a')$$,
                        $$SELECT 1; SELECT 'of @schema@'$$, prefix => 'tpd');
SELECT migrate_create_prefix('inst2', template => 'tpd',
                             schema => $$x'; ALTER ROLE regress_migrate_mallory SUPERUSER; --$$);
SELECT count(*) FROM migrate_upgrade(prefix => 'inst2');
SELECT * FROM migrate_downgrade(prefix => 'inst2');
CALL migrate_revert(prefix => 'inst2');
SELECT migrate_sql('head:base', 'inst2');
SELECT regress_migrate_rights(), (SELECT count(*) FROM migrate_current('inst2')) AS rows;

CREATE SCHEMA "x'; CREATE TYPE public.inst3_victim AS ENUM ('a'); --";
CREATE TYPE public.inst3_victim AS ENUM ('a');
SELECT migrate_create_prefix('tps', schema => 'public', naming => 'any');
SELECT migrate_register('s1', $$SELECT 'of @schema@'$$, 'SELECT 1', prefix => 'tps');
SELECT migrate_create_prefix('inst3', template => 'tps',
                             schema => $$x'; CREATE TYPE public.inst3_victim AS ENUM ('a'); --$$);
SELECT migrate_stamp(ARRAY['s1'], prefix => 'inst3');
SELECT migrate_sql('head:base', 'inst3');
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'inst3');
SELECT 'public.inst3_victim'::regtype;
--
-- One NOTICE tells it at registration, where an identifier is none of its own.
--
SELECT migrate_create_prefix('told', schema => 'public');
SELECT migrate_register('plain', 'CREATE TABLE @schema@.@prefix@_t (i int) -- ''of @prefix@''',
                        'DROP TABLE @schema@.@prefix@_t', prefix => 'told');
SELECT migrate_register('atomic', 'CREATE TABLE @schema@.@prefix@_u (i int);
CREATE FUNCTION @schema@.@prefix@_f() RETURNS bigint SET search_path TO @schema@
BEGIN ATOMIC SELECT count(*) FROM @schema@.@prefix@_u; END;
SELECT ''a''::@schema@.@prefix@_k,@schema@.@prefix@_f()', '', prefix => 'told');
SELECT migrate_register('both', 'SELECT 1;
SELECT ''@schema@'', ''@schema@''', 'SELECT 2;

DO $$ BEGIN PERFORM 1 FROM @schema@.t; END $$', prefix => 'told');
SELECT migrate_register('both', 'SELECT 1;
SELECT ''@schema@'', ''@schema@''', 'SELECT 2;

DO $$ BEGIN PERFORM 1 FROM @schema@.t; END $$', prefix => 'told');
SELECT migrate_register('both', 'SELECT "@schema@"', prefix => 'told');
SELECT migrate_register('comment', '-- of @schema@', 'SELECT 1', prefix => 'told');
SELECT migrate_register('glued', 'CREATE INDEX ix_@schema@ ON @schema@.@prefix@_t (i)', '', prefix => 'told');
-- Not for what is wrong by itself.
SELECT migrate_register('wrong', 'SELECT @schema@.f(); SELECT ''', prefix => 'told');
-- A prefix whose own schema has such a name may be the template of others.
CREATE SCHEMA "My App";
SELECT migrate_create_prefix('app', schema => 'My App');
SELECT migrate_register('a1', $$COMMENT ON SCHEMA @schema@ IS 'of @schema@'$$, '', prefix => 'app');
SELECT migrate_upgrade(prefix => 'app');
SELECT migrate_create_prefix('app2', template => 'app', schema => 'public');
SELECT migrate_sql('base:head', 'app2');
-- The ways out that the messages show.
SELECT migrate_create_prefix('out', schema => 'My App');
SELECT migrate_register('o1', $$
CREATE TABLE @prefix@_t (i int);
DO $d$ BEGIN
    EXECUTE format('COMMENT ON TABLE %I.@prefix@_t IS %L', current_schema(), 'of ' || current_schema());
    EXECUTE format('CREATE TABLE %I (i int)', '@prefix@_' || current_schema());
END $d$;
CREATE FUNCTION @prefix@_f() RETURNS bigint LANGUAGE sql SET search_path TO @schema@
AS 'SELECT count(*) FROM @prefix@_t';
$$, '', prefix => 'out');
SELECT statements FROM migrate_upgrade(prefix => 'out');
SELECT obj_description('"My App".out_t'::regclass), '"My App"."out_My App"'::regclass, "My App".out_f();
--
-- What is joined to a name.
--
CREATE FUNCTION try_text(up text, schema text, prefix text DEFAULT 'tried') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
    why text;
BEGIN
    PERFORM migrate_create_prefix('tried_tpl', schema => 'public');
    PERFORM migrate_create_prefix(prefix, template => 'tried_tpl', schema => schema);
    PERFORM migrate_register('r', up, prefix => 'tried_tpl');
    PERFORM migrate_upgrade(prefix => prefix);
    RAISE EXCEPTION USING ERRCODE = 'XX999', MESSAGE = 'runs';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, why = PG_EXCEPTION_DETAIL;
    RETURN said || COALESCE(nullif(': ' || CASE SQLSTATE WHEN 'MG012' THEN why ELSE SQLSTATE END, ': XX999'), '');
END $$;
SET client_min_messages = warning;
CREATE SCHEMA e; CREATE SCHEMA x; CREATE SCHEMA u; CREATE SCHEMA "select";
SELECT up, s, try_text(up, s) FROM (VALUES
    ('SELECT 1 AS x@schema@', 'My App'), ('SELECT 1 AS @schema@_x', 'My App'),
    ('SELECT @schema@"x" FROM (SELECT 1 AS @schema@) AS v', 'My App'),
    ('SELECT "x"@schema@ FROM (SELECT 1 AS x) AS v', 'My App'),
    ('SELECT U&@schema@ FROM (SELECT 1 AS u, 2 AS @schema@) AS v', 'My App'),
    ('SELECT u & @schema@ FROM (SELECT 1 AS u, 2 AS @schema@) AS v', 'My App'), ('SELECT (ARRAY[1])[1:@schema@]', 'My App'),
    ('SELECT 1 AS @schema@ -- of', 'My App'), ('SELECT 1 AS @schema@@schema@', 'My App'),
    ('SELECT 1 AS@schema@', 'My App'), ('SELECT 1 AS "a@schema@b"', 'select'),
    ('SELECT 1 AS "@schema@"', 'select'), ('SELECT ''@schema@'' AS @schema@', 'select'),
    ('SELECT @schema@''\x41''', 'e'), ('SELECT ''@schema@''', 'e'),
    ('SELECT @schema@''41''', 'x'), ('SELECT @schema@&''\0041''', 'u'),
    ('SELECT @schema@&"x" FROM (SELECT 1 AS @schema@, 2 AS x) AS v', 'u'), ('SELECT $$@schema@''a''$$', 'e'),
    ('SELECT @schema@''\''; DROP TABLE canary; --''', 'e')) AS v (up, s);
SELECT up, p, try_text(up, 'public', p) FROM (VALUES
    ('SELECT @prefix@''\x41''', 'e'), ('SELECT ''@prefix@''', 'e'),
    ('SELECT @prefix@''\''; DROP TABLE canary; --''', 'e'),
    ('SELECT @prefix@''41''', 'b'), ('SELECT @prefix@''41''', 'n')) AS v (up, p);
-- Whether a backslash quotes a quote is not known before a text runs.
SELECT try_text($$SELECT E'\''; SELECT 1 AS @schema@$$, 'My App');
SELECT try_text($$SELECT '\'; SELECT 1 AS @schema@; SELECT ''$$, 'My App');
SELECT try_text($$SELECT '\'; SELECT 1 AS @schema@ -- '$$, 'My App');
SET backslash_quote = off;
SELECT try_text($$SELECT E'\''; SELECT '@schema@'$$, 'My App');
RESET backslash_quote;
SET standard_conforming_strings = off;
SELECT try_text($$SELECT '\'; SELECT '; SELECT 1 AS @schema@ --'$$, 'My App');
SELECT try_text($$SELECT '\'; SELECT 1 AS @schema@ -- '$$, 'My App');
RESET standard_conforming_strings;
-- A schema whose name no search_path can hold.
CREATE SCHEMA "$user";
SELECT migrate_create_prefix('dollar', schema => '$user');
-- A row proves nothing.
INSERT INTO migrate.prefix (name, owner, schema, search_path, template)
VALUES ('row', current_user, $$'; ALTER ROLE regress_migrate_mallory SUPERUSER; --$$, 'public', 'tpl');
SELECT migrate_upgrade(prefix => 'row');
SELECT migrate_sql('base:head', 'row');
DELETE FROM migrate.prefix WHERE name = 'row';
SELECT regress_migrate_rights();
--
-- Names of all kinds, in all places.
--
CREATE TABLE hostile (id int GENERATED ALWAYS AS IDENTITY, name text, kind text);
INSERT INTO hostile (name, kind) SELECT unnest(ARRAY['a', '_', 'plain_1', 'e', 'x', 'u', 'b', 'n',
    repeat('p', 63)]), 'plain';
INSERT INTO hostile (name, kind) SELECT unnest(ARRAY['table', 'user', 'authorization', 'join']), 'keyword';
INSERT INTO hostile (name, kind) SELECT unnest(ARRAY[
    'My App', 'X', '1st', 'a-b', 'a.b', 'naïve', '日本', '%I', '$1', '$$', '$b$', 'a$', '--', '/*', '*/', ';',
    '''', '''''', '"', '""', 'a"b', '"a"', '\', '\\', 'a\', '\''', 'E''', 'U&"a"', '@prefix@', '@schema@',
    ':canary', ':''canary''', ':"canary"', '\q', 'UESCAPE', ' ', E'\n', E'a\nb', E'\r', E'\t',
    E'\n\\! true\n', repeat('Q', 63), repeat('"', 63), repeat('''', 63)]), 'other';
INSERT INTO hostile (name, kind)
SELECT format(p, '; DROP TABLE public.canary; --'), 'other'
FROM unnest(ARRAY['x''%s', 'x''''%s', 'x\''%s', 'x"%s', 'x""%s', '$$%s', '$b$%s', '$x$%s', 'x''$$%s', '*/%s',
                  '*/*/%s', E'\n%s', E'\r%s', E'x''\n''%s', '%s', 'x\%s', '"''%s', 'END$$%s', '*/ /*%s']) AS p;
CREATE TABLE place (place text, up text, description text);
INSERT INTO place VALUES
    ('identifier', 'CREATE TABLE @schema@.@prefix@_t ()'),
    ('identifier alone', 'CREATE TABLE @prefix@_t (); COMMENT ON SCHEMA @schema@ IS '''''),
    ('setting', 'SET search_path TO @schema@; CREATE TABLE @prefix@_t ()'),
    ('cast', 'CREATE TYPE @schema@.@prefix@_k AS ENUM (''a''); CREATE TABLE @prefix@_t (k text DEFAULT ''a''::@schema@.@prefix@_k)'),
    ('atomic body', 'CREATE TABLE @prefix@_t (); CREATE FUNCTION @prefix@_f() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM @schema@.@prefix@_t; END'),
    ('quoted identifier', 'CREATE TABLE "@schema@"."@prefix@_t" ()'),
    ('in a quoted identifier', 'CREATE TABLE @prefix@_t ("c@schema@c" int)'),
    ('U& identifier', 'CREATE TABLE U&"@schema@".@prefix@_t ()'),
    ('part of a name', 'CREATE TABLE @schema@.@prefix@_t (i int CONSTRAINT c_@schema@ CHECK (i > 0))'),
    ('start of a name', 'CREATE TABLE @schema@.@prefix@_t (i int CONSTRAINT @schema@_c CHECK (i > 0))'),
    ('DO', 'CREATE TABLE @prefix@_t (); DO $$ BEGIN PERFORM 1 FROM @schema@.@prefix@_t; END $$'),
    ('DO in quotes', 'CREATE TABLE @prefix@_t (); DO ''BEGIN PERFORM 1 FROM @schema@.@prefix@_t; END'''),
    ('DO, literal', 'CREATE TABLE @prefix@_t (); DO $$ BEGIN PERFORM ''@schema@''; END $$'),
    ('DO, EXECUTE', 'CREATE TABLE @prefix@_t (); DO $$ BEGIN EXECUTE ''SELECT FROM @schema@.@prefix@_t''; END $$'),
    ('plpgsql body', 'CREATE TABLE @prefix@_t (); CREATE FUNCTION @prefix@_f() RETURNS void LANGUAGE plpgsql AS $b$ BEGIN PERFORM 1 FROM @schema@.@prefix@_t; END $b$; SELECT @prefix@_f()'),
    ('SQL body', 'CREATE TABLE @prefix@_t (); CREATE FUNCTION @prefix@_f() RETURNS bigint LANGUAGE sql AS ''SELECT count(*) FROM @schema@.@prefix@_t''; SELECT @prefix@_f()'),
    ('line comment', E'CREATE TABLE @prefix@_t (); -- of @schema@\nSELECT 1'),
    ('last comment', 'CREATE TABLE @prefix@_t () -- @schema@'),
    ('block comment', 'CREATE TABLE @prefix@_t /* @schema@ */ ()'),
    ('nested comment', 'CREATE TABLE @prefix@_t /* /* @schema@ */ */ ()'),
    ('dollar tag', 'CREATE TABLE @prefix@_t (); DO $@schema@$ BEGIN END $@schema@$');
INSERT INTO place VALUES
    ('literal', 'CREATE TABLE @prefix@_t (); COMMENT ON TABLE @prefix@_t IS ''in @schema@.''', 'in %I.'),
    ('literal alone', 'CREATE TABLE @prefix@_t (); COMMENT ON TABLE @prefix@_t IS ''@schema@''', '%I'),
    ('literal behind a quote', 'CREATE TABLE @prefix@_t (); COMMENT ON TABLE @prefix@_t IS ''''''@schema@''', '''%I'),
    ('continued literal', E'CREATE TABLE @prefix@_t (); COMMENT ON TABLE @prefix@_t IS ''a''\n''@schema@''', 'a%I'),
    ('E literal', 'CREATE TABLE @prefix@_t (); COMMENT ON TABLE @prefix@_t IS E''\t @schema@ \''''', E'\t %I '''),
    ('U& literal', 'CREATE TABLE @prefix@_t (); COMMENT ON TABLE @prefix@_t IS U&''\0041@schema@''', 'A%I'),
    ('dollar quotes', 'CREATE TABLE @prefix@_t (); COMMENT ON TABLE @prefix@_t IS $$@schema@$$', '%I'),
    ('tagged quotes', 'CREATE TABLE @prefix@_t (); COMMENT ON TABLE @prefix@_t IS $b$in @schema@$b$', 'in %I');
SELECT migrate_create_prefix('gen', schema => 'public', naming => 'any');
SELECT migrate_set_option('isolation', 'off', 'gen');
DO $$
DECLARE
    p record;
    n record;
BEGIN
    FOR p IN SELECT * FROM place LOOP
        PERFORM migrate_register(md5(p.place), p.up, prefix => 'gen', down_revision => '{}');
    END LOOP;
    FOR n IN SELECT * FROM hostile LOOP
        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', n.name);
        PERFORM migrate_create_prefix('gen_' || n.id, schema => n.name, template => 'gen');
    END LOOP;
END $$;
CREATE TABLE outcome (kind text, name text, place text, outcome text);
CREATE TABLE facts (what text, which text);
INSERT INTO facts
SELECT 'schema' AS what, nspname::text AS which FROM pg_namespace UNION ALL
SELECT 'role', rolname || rolsuper FROM pg_roles UNION ALL
SELECT 'relation', oid::text FROM pg_class UNION ALL
SELECT 'function', oid::text FROM pg_proc;
CREATE FUNCTION outcome(n hostile, p place) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    here text := 'gen_' || n.id;
    made oid;
    strange text;
BEGIN
    PERFORM migrate_upgrade(md5(p.place), prefix => here);
    made := to_regclass(format('%I.%I', n.name, here || '_t'));
    IF made IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'XX999', MESSAGE = 'no table';
    END IF;
    IF obj_description(made, 'pg_class') IS DISTINCT FROM format(p.description, n.name) THEN
        RAISE EXCEPTION USING ERRCODE = 'XX999', MESSAGE = 'description ' || obj_description(made, 'pg_class');
    END IF;
    -- Nothing is missing, and nothing is new anywhere else.
    SELECT string_agg(what || ' ' || which, ', ') INTO strange FROM (
        SELECT * FROM facts EXCEPT (
        SELECT 'schema', nspname::text FROM pg_namespace UNION ALL
        SELECT 'role', rolname || rolsuper FROM pg_roles UNION ALL
        SELECT 'relation', oid::text FROM pg_class UNION ALL
        SELECT 'function', oid::text FROM pg_proc)) AS missing;
    IF strange IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'XX999', MESSAGE = 'missing ' || strange;
    END IF;
    SELECT string_agg(relname, ', ') INTO strange FROM pg_class
    WHERE NOT EXISTS (SELECT FROM facts WHERE what = 'relation' AND which = pg_class.oid::text)
      AND relname !~ '^pg_toast' AND relnamespace <> quote_ident(n.name)::regnamespace;
    IF strange IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'XX999', MESSAGE = 'new ' || strange;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'XX999', MESSAGE = 'runs';
EXCEPTION WHEN SQLSTATE 'MG012' THEN
    RETURN CASE WHEN SQLERRM LIKE 'cannot replace @schema@ in line %' THEN 'refused' ELSE SQLERRM END;
WHEN OTHERS THEN
    RETURN SQLERRM;
END $$;
INSERT INTO outcome SELECT n.kind, n.name, p.place, outcome(n.*::hostile, p.*::place) AS outcome FROM hostile AS n, place AS p;
SELECT place, string_agg(DISTINCT outcome, '; ') FILTER (WHERE kind = 'plain') AS plain,
       string_agg(DISTINCT outcome, '; ') FILTER (WHERE kind = 'keyword') AS keyword,
       string_agg(DISTINCT outcome, '; ') FILTER (WHERE kind = 'other') AS other
FROM outcome GROUP BY place ORDER BY place COLLATE "C";
SELECT count(*) > 2000 AS are_many FROM outcome;
SELECT regress_migrate_rights(), (SELECT count(*) FROM canary) AS canary;-- What the server prints of them psql reads as the server does.
\getenv builddir PG_ABS_BUILDDIR
\set script :builddir '/results/placeholders_script.sql'
\set canary 'DROP TABLE public.canary'
\pset tuples_only on
\o :script
SELECT migrate_sql('base:' || md5('identifier'), 'gen_' || id) FROM hostile ORDER BY id;
\o /dev/null
BEGIN;
\set ECHO none
\i :script
\set ECHO all
\o
\pset tuples_only off
SELECT count(*), count(to_regclass(format('%I.%I', name, 'gen_' || id || '_t'))) AS made FROM hostile;
SELECT regress_migrate_rights(), (SELECT count(*) FROM canary) AS canary;
ROLLBACK;
DROP EXTENSION migrate;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT nspname FROM pg_namespace, hostile WHERE nspname = hostile.name
                UNION SELECT unnest(ARRAY['e', 'x', 'u', 'select', 'My App', '$user'])
                UNION SELECT nspname FROM pg_namespace WHERE nspname ~ '^x''; (ALTER|CREATE)' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
END $$;
DROP TYPE public.inst3_victim;
DROP FUNCTION outcome, try_text, regress_migrate_rights;
DROP TABLE canary, tpl_f, hostile, place, outcome, facts;
DROP ROLE regress_migrate_mallory;
