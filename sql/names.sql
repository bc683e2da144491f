-- Objects with our names, in public and among the caller's temporary objects, capture nothing; and
-- names may be as odd as the server allows.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
\set VERBOSITY terse
CREATE DATABASE "regress ""migrate"" näme" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
\c "regress ""migrate"" näme"
SET client_encoding = 'UTF8';
SET client_min_messages = warning;
CREATE TABLE public.captured (what text);
CREATE FUNCTION public.capture(what text) RETURNS text LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO public.captured VALUES (what); RETURN what; END $$;
-- Planted before the extension comes, whose script calls much, and in the path before pg_catalog.
CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql
    AS $$ SELECT public.capture('now'); SELECT pg_catalog.now() $$;
CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE sql
    AS $$ SELECT public.capture('current_setting'); SELECT pg_catalog.current_setting($1) $$;
CREATE FUNCTION public.pg_extension_config_dump(text, text) RETURNS text LANGUAGE sql
    AS $$ SELECT public.capture('pg_extension_config_dump') $$;
CREATE FUNCTION public.gen_random_uuid() RETURNS uuid LANGUAGE sql
    AS $$ SELECT public.capture('uuid'); SELECT pg_catalog.gen_random_uuid() $$;
CREATE FUNCTION public.unnest(text[]) RETURNS SETOF text LANGUAGE sql
    AS $$ SELECT public.capture('unnest'); SELECT pg_catalog.unnest($1) $$;
CREATE FUNCTION public.count(text) RETURNS bigint LANGUAGE sql AS $$ SELECT 1 FROM public.capture('count') $$;
CREATE FUNCTION public.jsonb_object(text[]) RETURNS jsonb LANGUAGE sql
    AS $$ SELECT public.capture('jsonb'); SELECT pg_catalog.jsonb_object($1) $$;
CREATE FUNCTION public.equal(text, text) RETURNS boolean LANGUAGE sql
    AS $$ SELECT public.capture('='); SELECT $1 OPERATOR(pg_catalog.=) $2 $$;
CREATE OPERATOR public.= (FUNCTION = public.equal, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR public.~ (FUNCTION = public.equal, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR public.<> (FUNCTION = public.equal, LEFTARG = text, RIGHTARG = text);
CREATE FUNCTION public.sum(bigint, integer) RETURNS bigint LANGUAGE sql
    AS $$ SELECT public.capture('+'); SELECT $1 OPERATOR(pg_catalog.+) $2 $$;
CREATE OPERATOR public.+ (FUNCTION = public.sum, LEFTARG = bigint, RIGHTARG = integer);
CREATE DOMAIN public.text AS pg_catalog.text CHECK (public.capture('text') IS NOT NULL);
CREATE DOMAIN public.int8 AS pg_catalog.int8 CHECK (public.capture('int8') IS NOT NULL);
CREATE DOMAIN public.regclass AS pg_catalog.regclass CHECK (public.capture('regclass') IS NOT NULL);
CREATE TYPE public.step AS (x integer);
CREATE VIEW public.pg_class AS SELECT public.capture('pg_class') AS relname;
CREATE TABLE public.prefix (name pg_catalog.text);
CREATE TABLE public.revision (prefix pg_catalog.text, id pg_catalog.text);
CREATE TABLE public.version (prefix pg_catalog.text, revision pg_catalog.text);
CREATE TABLE public.log (prefix pg_catalog.text);
CREATE TABLE public.run (prefix pg_catalog.text);
CREATE TABLE public.object (prefix pg_catalog.text);
CREATE SCHEMA ours;
CREATE SCHEMA work;
SET search_path = public, pg_catalog, ours;
CREATE EXTENSION migrate SCHEMA ours;
-- What a superuser's own session may hold.
CREATE TEMP TABLE prefix (LIKE public.prefix);
CREATE TEMP TABLE revision (LIKE public.revision);
CREATE TEMP TABLE object (LIKE public.object);
CREATE TEMP TABLE pg_class (relname pg_catalog.text);
CREATE TEMP TABLE pg_type (typname pg_catalog.text);
CREATE DOMAIN pg_temp.name AS pg_catalog.name CHECK (public.capture('name') IS NOT NULL);
CREATE DOMAIN pg_temp.int4 AS pg_catalog.int4 CHECK (public.capture('int4') IS NOT NULL);
SET search_path = pg_temp, public, ours, pg_catalog;
SELECT what FROM public.captured;
-- Everything that there is, once.
SELECT migrate_create_prefix('shop', schema => 'work', naming => 'any');
SELECT migrate_set_option('search_path', 'work, pg_catalog', 'shop');
SELECT migrate_register('s1', 'CREATE TYPE kind AS ENUM (''a''); CREATE TABLE item (kind kind)', 'DROP TABLE item', prefix => 'shop');
SELECT migrate_register('s2', 'VACUUM item', '', prefix => 'shop');
SELECT migrate_register('s2', 'CREATE INDEX CONCURRENTLY item_kind ON item (kind)', 'DROP INDEX CONCURRENTLY item_kind', prefix => 'shop');
SELECT pg_catalog.count(*) FROM migrate_plan(prefix => 'shop');
SET migrate.progress = none;
CALL migrate_deploy(prefix => 'shop');
SELECT pg_catalog.count(*) FROM migrate_history(prefix => 'shop');
SELECT migrate_create('s3', prefix => 'shop') IS NOT NULL;
SELECT pg_catalog.count(*) FROM migrate_upgrade(prefix => 'shop');
SELECT migrate_check('shop');
SELECT (migrate_status('shop')).pending;
CALL migrate_revert('s1', 'shop');
SELECT dropped_types FROM migrate_downgrade('base', 'shop');
SELECT migrate_stamp('{s1}', prefix => 'shop');
SELECT migrate_drop_prefix('shop', true);
SELECT what FROM public.captured;
TABLE pg_temp.prefix UNION ALL TABLE public.prefix;
-- They would have.
SELECT now() IS NOT NULL, 'x'::text, count('x'::pg_catalog.text), 'a'::pg_catalog.text = 'a'::pg_catalog.text, 1::int4;
SELECT DISTINCT what FROM public.captured ORDER BY 1;
DROP SCHEMA work;
SET search_path = ours;

-- Odd names of roles, schemas, tables, types, functions and indexes.
CREATE TABLE public.odd (number pg_catalog.int4 GENERATED ALWAYS AS IDENTITY, odd pg_catalog.text);
INSERT INTO public.odd (odd) VALUES ('regress "quoted"'), ($$regress 'quoted'$$), (E'regress\nlines'),
    (rpad('regress', 63, 'x')), ('regress ' || repeat('ä', 27)), ('regress.dots.and,commas'),
    (E'regress\\back$$slash'), ('regress {brace} ;--'), ('regress 木蘭');
SELECT pg_catalog.max(pg_catalog.octet_length(odd)) FROM public.odd;
SELECT pg_catalog.format('CREATE ROLE %I', odd), pg_catalog.format('CREATE SCHEMA %I AUTHORIZATION %I', odd, odd),
    pg_catalog.format('SELECT migrate_create_prefix(%L, %L, %L, ''any'')', 'p' || number, odd, odd),
    pg_catalog.format('SELECT migrate_register(''r1'', %L, %L, prefix => %L)',
        pg_catalog.format('CREATE TYPE %I AS ENUM (''a''); CREATE TABLE %I (%I %I);
            CREATE FUNCTION %I() RETURNS int LANGUAGE sql AS ''SELECT 1''', 't' || pg_catalog.substr(odd, 2), odd, odd,
            't' || pg_catalog.substr(odd, 2), odd),
        pg_catalog.format('DROP FUNCTION %I; DROP TABLE %I', odd, odd), 'p' || number),
    pg_catalog.format('SELECT migrate_register(''r2'', %L, %L, prefix => %L)',
        pg_catalog.format('CREATE INDEX CONCURRENTLY %I ON %I (%I)', 'i' || pg_catalog.substr(odd, 2), odd, odd),
        pg_catalog.format('DROP INDEX CONCURRENTLY %I', 'i' || pg_catalog.substr(odd, 2)), 'p' || number),
    pg_catalog.format('SELECT pg_catalog.count(*) FROM migrate_upgrade(''r1'', %L)', 'p' || number),
    pg_catalog.format('CALL migrate_deploy(''head'', %L)', 'p' || number),
    pg_catalog.format('SELECT migrate_check(%L)', 'p' || number)
FROM public.odd ORDER BY number
\set ECHO none
\pset tuples_only on
\gexec
\set ECHO all
-- Each object is known by the name that the server gives it, and belongs to the odd owner.
SELECT p.name, p.owner = o.odd AND p.schema = o.odd AS is_odd, count(*) AS objects,
    bool_and((pg_identify_object(class_oid::oid, object_oid::oid, object_subid::int)).identity = identity) AS is_known,
    (SELECT bool_and(c.relowner::regrole::text = quote_ident(o.odd)) FROM pg_catalog.pg_class AS c
     WHERE c.relnamespace = quote_ident(o.odd)::regnamespace) AS is_owners
FROM migrate.prefix AS p JOIN migrate.object AS b ON b.prefix = p.name
JOIN public.odd AS o ON p.name = 'p' || o.number GROUP BY p.name, p.owner, p.schema, o.odd ORDER BY p.name;
SELECT format('CALL migrate_revert(''base'', %L)', name) FROM migrate.prefix ORDER BY name
\set ECHO none
\gexec
\set ECHO all
SELECT count(*) FROM migrate.object;
SELECT cardinality(dropped_types), count(*) FROM migrate.log WHERE outcome = 'reverted' GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM pg_catalog.pg_type AS t JOIN public.odd AS o ON t.typnamespace = to_regnamespace(quote_ident(o.odd));
SELECT format('DROP SCHEMA %I CASCADE', odd), format('DROP ROLE %I', odd) FROM public.odd ORDER BY number
\set ECHO none
\gexec
\set ECHO all
\pset tuples_only off
\c contrib_regression
DROP DATABASE "regress ""migrate"" näme";
