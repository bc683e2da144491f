\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- Orphaned types, rule by rule: who made a type, whether it is still that very object, who
-- needs it, and what the next upgrade does with one that had to stay.  Most cases look at what
-- is there afterwards and not at words; the last part is about what is said.
\set VERBOSITY terse
\pset tuples_only on
SET client_min_messages = error;
SET search_path = app, public;

CREATE SCHEMA look;
CREATE ROLE regress_migrate_typist;

-- Each case begins with empty schemas and no history at all.
CREATE FUNCTION look.fresh() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT p.name FROM migrate.prefix AS p ORDER BY template NULLS LAST, p.name LOOP
        PERFORM public.migrate_drop_prefix(name, true);
    END LOOP;
    DROP SCHEMA IF EXISTS app, other, i1, i2 CASCADE;
    CREATE SCHEMA app;
    CREATE SCHEMA other;
END $$;

CREATE FUNCTION look.types() RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(format('%I.%I', nspname, typname) ORDER BY nspname COLLATE "C",
                              typname COLLATE "C"), '{}')
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = typnamespace
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = typrelid
    WHERE nspname IN ('app', 'other', 'i1', 'i2') AND typtype IN ('e', 'd', 'c', 'r')
      AND (relkind IS NULL OR relkind = 'c')
$$;

-- 'ok', or the SQLSTATE with which a statement fails.
CREATE FUNCTION look.outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;

-- One revision there, back, and there again, a transaction each:
-- title|dropped types|types that are left|probe|upgrade again|probe
CREATE PROCEDURE look.round(
    INOUT title text,
    before text DEFAULT '',
    up text DEFAULT 'CREATE TYPE mood AS ENUM (''sad'', ''happy''); CREATE TABLE person (m mood)',
    down text DEFAULT 'DROP TABLE person',
    later text DEFAULT '',
    probe text DEFAULT 'SELECT 1',
    again boolean DEFAULT true)
LANGUAGE plpgsql AS $$
DECLARE
    dropped text[];
BEGIN
    PERFORM look.fresh();
    EXECUTE before;
    PERFORM migrate_register('r', up, down);
    COMMIT;
    PERFORM migrate_upgrade();
    COMMIT;
    EXECUTE later;
    COMMIT;
    SELECT dropped_types INTO STRICT dropped FROM migrate_downgrade();
    COMMIT;
    title := title || '|' || dropped::text || '|' || look.types()::text || '|' || look.outcome(probe);
    IF again THEN
        title := title || '|' || look.outcome('SELECT migrate_upgrade()');
        COMMIT;
        title := title || '|' || look.outcome(probe);
    END IF;
END $$;

\echo
\echo == Made by hand before any revision, used by a table of the revision only: it stays
CALL look.round('enum', before => $$CREATE TYPE mood AS ENUM ('sad', 'happy')$$,
    up => 'CREATE TABLE person (m mood)', probe => $$SELECT 'sad'::mood$$);
CALL look.round('array of it', before => $$CREATE TYPE mood AS ENUM ('sad', 'happy')$$,
    up => 'CREATE TABLE person (m mood[])', probe => $$SELECT 'sad'::mood$$);
CALL look.round('domain', before => $$CREATE DOMAIN email AS text CHECK (VALUE ~ '@')$$,
    up => 'CREATE TABLE person (m email)', probe => $$SELECT 'a@b'::email$$);
CALL look.round('composite', before => 'CREATE TYPE place AS (x int, y int)',
    up => 'CREATE TABLE person (m place)', probe => 'SELECT ROW(1, 2)::place');
CALL look.round('range', before => 'CREATE TYPE days AS RANGE (subtype = date)',
    up => 'CREATE TABLE person (m days)', probe => $$SELECT '[2020-01-01,2020-01-02]'::days$$);
CALL look.round('multirange', before => 'CREATE TYPE days AS RANGE (subtype = date, multirange_type_name = day_list)',
    up => 'CREATE TABLE person (m day_list)', probe => $$SELECT '{[2020-01-01,2020-01-02]}'::day_list$$);
CALL look.round('with a comment', before => $$CREATE TYPE mood AS ENUM ('sad'); COMMENT ON TYPE mood IS 'by hand'$$,
    up => 'CREATE TABLE person (m mood)',
    probe => $$SELECT 1 / (obj_description('mood'::regtype, 'pg_type') = 'by hand')::int$$);
CALL look.round('column of a table made by hand',
    before => $$CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE person (id int)$$,
    up => 'ALTER TABLE person ADD COLUMN m mood', down => 'ALTER TABLE person DROP COLUMN m',
    probe => $$SELECT 'sad'::mood$$);
CALL look.round('used by a domain, a composite, a function and a view',
    before => $$CREATE TYPE mood AS ENUM ('sad', 'happy')$$,
    up => $$CREATE DOMAIN dm AS mood; CREATE TYPE cm AS (m mood);
            CREATE FUNCTION fm(mood) RETURNS mood LANGUAGE sql RETURN $1; CREATE VIEW vm AS SELECT 'sad'::mood$$,
    down => 'DROP VIEW vm; DROP FUNCTION fm(mood)', probe => $$SELECT 'sad'::mood$$);
CALL look.round('in another schema', before => $$CREATE TYPE other.mood AS ENUM ('sad', 'happy')$$,
    up => 'CREATE TABLE person (m other.mood)', probe => $$SELECT 'sad'::other.mood$$);
CALL look.round('the same name in two schemas', before => $$CREATE TYPE other.mood AS ENUM ('sad')$$,
    up => $$CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE person (m mood, o other.mood)$$,
    probe => $$SELECT 'sad'::other.mood$$);
CALL look.round('and a function of plpgsql',
    before => $$CREATE TYPE mood AS ENUM ('sad', 'happy');
        CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m mood := ''sad''; BEGIN RETURN m; END'$$,
    up => 'CREATE TABLE person (m mood)', probe => 'SELECT feel()');
CALL look.round('a DO block finds it there', before => $$CREATE TYPE mood AS ENUM ('sad', 'happy')$$,
    up => $$DO $do$ BEGIN CREATE TYPE mood AS ENUM ('sad', 'happy'); EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
            CREATE TABLE person (m mood)$$, probe => $$SELECT 'sad'::mood$$);
CALL look.round('a DO block, and nothing else', before => $$CREATE TYPE mood AS ENUM ('sad', 'happy')$$,
    up => $$DO $do$ BEGIN CREATE TYPE mood AS ENUM ('sad', 'happy'); EXCEPTION WHEN duplicate_object THEN NULL; END $do$ $$,
    down => '', probe => $$SELECT 'sad'::mood$$);
CALL look.round('a DO block that looks first', before => $$CREATE DOMAIN email AS text$$,
    up => $$DO $do$ BEGIN IF to_regtype('email') IS NULL THEN CREATE DOMAIN email AS text; END IF; END $do$;
            CREATE TABLE person (m email)$$, probe => $$SELECT 'a'::email$$);
CALL look.round('the revision renames and comments on it', before => $$CREATE TYPE mood AS ENUM ('sad', 'happy')$$,
    up => $$ALTER TYPE mood RENAME TO feeling; COMMENT ON TYPE feeling IS 'x'; CREATE TABLE person (m feeling)$$,
    down => 'DROP TABLE person; ALTER TYPE feeling RENAME TO mood', probe => $$SELECT 'sad'::mood$$);

\echo
\echo == Made by hand while the revision was applied: it stays, too
CALL look.round('used by a column added by hand',
    later => $$CREATE TYPE extra AS ENUM ('x'); ALTER TABLE person ADD COLUMN e extra$$, probe => $$SELECT 'x'::extra$$);
CALL look.round('used by nothing', later => $$CREATE TYPE extra AS ENUM ('x')$$, probe => $$SELECT 'x'::extra$$);

\echo
\echo == Made by the revision: it goes, and comes back
CALL look.round('enum');
CALL look.round('domain', up => $$CREATE DOMAIN email AS text CHECK (VALUE ~ '@'); CREATE TABLE person (m email)$$);
CALL look.round('composite', up => 'CREATE TYPE place AS (x int, y int); CREATE TABLE person (m place[])');
CALL look.round('range', up => 'CREATE TYPE days AS RANGE (subtype = date); CREATE TABLE person (m days)');
CALL look.round('of one another', up => $$CREATE TYPE mood AS ENUM ('sad'); CREATE DOMAIN strict_mood AS mood NOT NULL;
    CREATE TYPE moods AS (now mood, then_ strict_mood[]); CREATE TABLE person (m moods)$$);
CALL look.round('unused', up => $$CREATE TYPE mood AS ENUM ('sad')$$, down => '');
CALL look.round('in a DO block', up => $$DO $do$ BEGIN EXECUTE 'CREATE TYPE mood AS ENUM (''sad'')'; END $do$;
    CREATE TABLE person (m mood)$$);
CALL look.round('in a DO block that caught nothing',
    up => $$DO $do$ BEGIN CREATE TYPE mood AS ENUM ('sad', 'happy'); EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
            CREATE TABLE person (m mood)$$);
CALL look.round('in another schema', up => $$CREATE TYPE other.mood AS ENUM ('sad'); CREATE TABLE person (m other.mood)$$);

\echo
\echo == A function made by hand names it as a type: it stays, and the function works all the while
CALL look.round('DECLARE', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m mood := ''sad''; BEGIN RETURN m; END'$$);
CALL look.round('DECLARE, no value', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE i int; m mood; BEGIN m := ''sad''; RETURN m; END'$$);
CALL look.round('DECLARE CONSTANT', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m CONSTANT mood NOT NULL DEFAULT ''sad''; BEGIN RETURN m; END'$$);
CALL look.round('DECLARE, array', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m mood[] := ''{sad}''; BEGIN RETURN m; END'$$);
CALL look.round('DECLARE, ARRAY', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m mood ARRAY; BEGIN RETURN m; END'$$);
CALL look.round('DECLARE of an inner block', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN DECLARE m mood; BEGIN RETURN m; END; END'$$);
CALL look.round('DECLARE, behind names that are commands', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE open int; close int; m mood; BEGIN RETURN m; END'$$);
CALL look.round('DECLARE, with comments and lines', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS '
    DECLARE
        m -- the
            /* present /* nested */ */
            mood -- of it
            ;
    BEGIN RETURN m; END'$$);
CALL look.round('::', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN ''sad''::mood; END'$$);
CALL look.round(':: apart', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN ''sad'' :: /* a */ mood; END'$$);
CALL look.round(':: array', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN (ARRAY[]::mood[])::text; END'$$);
CALL look.round('CAST', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN cast(lower(''SAD'') AS mood); END'$$);
CALL look.round('typed literal', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN mood ''sad''; END'$$);
CALL look.round('column definitions', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN
        RETURN (SELECT x.m FROM json_to_record(''{"i": 1, "m": "sad"}'') AS x(i int, m mood)); END'$$);
CALL look.round('column definitions, names that are words of SQL', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN
        RETURN (SELECT x.first FROM json_to_record(''{}'') AS x(first mood)); END'$$);
CALL look.round('EXECUTE', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE t text; BEGIN
        EXECUTE ''SELECT ''''sad''''::mood'' INTO t; RETURN t; END'$$);
CALL look.round('EXECUTE, dollar quotes', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE t text; BEGIN
        EXECUTE $q$SELECT CAST(''sad'' AS mood)$q$ INTO t; RETURN t; END'$$);
CALL look.round('temporary table', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN
        CREATE TEMP TABLE feelings (i int, m mood); DROP TABLE feelings; RETURN ''''; END'$$);
CALL look.round('parameter', probe => $$SELECT feel('sad')$$, later => $$
    CREATE FUNCTION feel(mood) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN $1; END'$$);
CALL look.round('RETURNS', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS mood LANGUAGE plpgsql AS 'BEGIN RETURN ''sad''; END'$$);
CALL look.round('RETURNS SETOF', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS SETOF mood LANGUAGE plpgsql AS 'BEGIN RETURN NEXT ''sad''; END'$$);
CALL look.round('RETURNS TABLE', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS TABLE (m mood[]) LANGUAGE plpgsql AS 'BEGIN RETURN NEXT; END'$$);
CALL look.round('procedure', probe => 'CALL feel()', later => $$
    CREATE PROCEDURE feel() LANGUAGE plpgsql AS 'DECLARE m mood; BEGIN m := ''sad''; END'$$);
CALL look.round('trigger function', probe => 'INSERT INTO diary VALUES (1)', later => $$
    CREATE TABLE diary (i int);
    CREATE FUNCTION feel() RETURNS trigger LANGUAGE plpgsql AS 'DECLARE m mood; BEGIN RETURN NEW; END';
    CREATE TRIGGER feel BEFORE INSERT ON diary FOR EACH ROW EXECUTE FUNCTION feel()$$);
CALL look.round('SQL', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE sql AS 'SELECT ''sad''::mood::text'$$);
CALL look.round('SQL, CAST', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE sql AS 'SELECT 1; SELECT CAST(CAST(''sad'' AS mood) AS text)'$$);
CALL look.round('SQL, BEGIN ATOMIC', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT 'sad'::mood::text; END$$);
CALL look.round('SQL, RETURN', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE sql RETURN (ARRAY['sad']::mood[])[1]::text$$);
CALL look.round('qualified, from another schema', probe => 'SELECT other.feel()', later => $$
    CREATE FUNCTION other.feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m app.mood; BEGIN RETURN m; END'$$);
CALL look.round('qualified, with blanks', probe => 'SELECT other.feel()', later => $$
    CREATE FUNCTION other.feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m App . "mood"; BEGIN RETURN m; END'$$);
CALL look.round('qualified, beside another of that name', probe => 'SELECT other.feel()', later => $$
    CREATE TYPE other.mood AS ENUM ('x');
    CREATE FUNCTION other.feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m app.mood; BEGIN RETURN m; END'$$);
CALL look.round('under the path of the function', probe => 'SELECT other.feel()', later => $$
    CREATE FUNCTION other.feel() RETURNS text LANGUAGE plpgsql SET search_path = other, app AS
    'DECLARE m mood; BEGIN RETURN m; END'$$);
CREATE SCHEMA regress_migrate_typist;
CALL look.round('under the path of the function, by the caller''s name', again => false,
    up => $$CREATE TYPE regress_migrate_typist.mood AS ENUM ('sad')$$, down => '',
    probe => $$SELECT 'sad'::regress_migrate_typist.mood$$, later => $$
    SET check_function_bodies = off;
    CREATE FUNCTION other.feel() RETURNS text LANGUAGE plpgsql SET search_path = "$user", public AS
    'DECLARE m mood; BEGIN RETURN m; END';
    RESET check_function_bodies$$);
DROP SCHEMA regress_migrate_typist CASCADE;
CALL look.round('in quotes', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m "mood"; BEGIN RETURN m; END'$$);
CALL look.round('in upper case', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE M MOOD; BEGIN RETURN M; END'$$);
CALL look.round('with escapes', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE sql AS 'SELECT ''sad''::U&"moo\0064"::text'$$);
CALL look.round('name that needs quotes', probe => 'SELECT feel()',
    up => $$CREATE TYPE "My ""Mood""" AS ENUM ('sad'); CREATE TABLE person (m "My ""Mood""")$$, later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m "My ""Mood"""; BEGIN RETURN m; END'$$);
CALL look.round('as a variable and as its type', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE mood mood; BEGIN RETURN mood; END'$$);
CALL look.round('domain', probe => $$SELECT feel()$$, up => $$CREATE DOMAIN email AS text CHECK (VALUE ~ '@'); CREATE TABLE person (m email)$$,
    later => $$CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m email; BEGIN RETURN m; END'$$);
CALL look.round('composite', probe => $$SELECT feel()$$, up => 'CREATE TYPE place AS (x int, y int); CREATE TABLE person (m place)',
    later => $$CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m place; BEGIN m.x := 1; RETURN m; END'$$);
CALL look.round('composite, %ROWTYPE', probe => $$SELECT feel()$$, up => 'CREATE TYPE place AS (x int, y int); CREATE TABLE person (m place)',
    later => $$CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m place%ROWTYPE; BEGIN m.x := 1; RETURN m; END'$$);
CALL look.round('composite, ROW', probe => $$SELECT feel()$$, up => 'CREATE TYPE place AS (x int, y int); CREATE TABLE person (m place)',
    later => $$CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN (ROW(1, 2)::place).x; END'$$);
CALL look.round('range', probe => $$SELECT feel()$$, up => 'CREATE TYPE days AS RANGE (subtype = date); CREATE TABLE person (m days)',
    later => $$CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m days; BEGIN RETURN m; END'$$);
CALL look.round('range, by its multirange', probe => $$SELECT feel()$$,
    up => 'CREATE TYPE days AS RANGE (subtype = date, multirange_type_name = day_list); CREATE TABLE person (m days)',
    later => $$CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m day_list; BEGIN RETURN m; END'$$);
CALL look.round('what a kept one is made of', probe => 'SELECT feel()',
    up => $$CREATE TYPE mood AS ENUM ('sad'); CREATE TYPE moods AS (m mood); CREATE TABLE person (m moods)$$,
    later => $$CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m moods; BEGIN RETURN m; END'$$);

\echo
\echo == Something that the server knows of needs it
CALL look.round('column', probe => 'TABLE diary', later => 'CREATE TABLE diary (m mood)');
CALL look.round('column of its array', probe => 'TABLE diary', later => 'CREATE TABLE diary (m mood[])');
CALL look.round('default', probe => 'INSERT INTO diary DEFAULT VALUES', later => $$CREATE TABLE diary (m text DEFAULT 'sad'::mood)$$);
CALL look.round('check', probe => $$INSERT INTO diary VALUES ('sad')$$, later => $$CREATE TABLE diary (m text CHECK (m::mood = 'sad'))$$);
CALL look.round('view', probe => 'TABLE diary', later => $$CREATE VIEW diary AS SELECT 'sad'::mood AS m$$);
CALL look.round('domain over it', probe => $$SELECT 'sad'::diary$$, later => 'CREATE DOMAIN diary AS mood');
CALL look.round('multirange', probe => 'TABLE diary',
    up => 'CREATE TYPE days AS RANGE (subtype = date, multirange_type_name = day_list); CREATE TABLE person (m days)',
    later => 'CREATE TABLE diary (m day_list)');

\echo
\echo == The same word elsewhere keeps nothing
CALL look.round('column', probe => 'SELECT feel()', later => $$
    CREATE TABLE diary (mood text);
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN
        INSERT INTO diary (mood) VALUES (''sad''); UPDATE diary SET mood = NULL;
        RETURN (SELECT max(mood::text) || max(CAST(mood AS varchar)) FROM diary WHERE diary.mood > '''' GROUP BY mood ORDER BY mood); END'$$);
CALL look.round('column, SQL', probe => 'SELECT feel()', later => $$
    CREATE TABLE diary (i int, mood text);
    CREATE FUNCTION feel() RETURNS text LANGUAGE sql AS 'SELECT mood FROM diary AS d WHERE d.mood = ''x'' AND mood::text > '''''$$);
CALL look.round('variable', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE mood text := ''x''; BEGIN mood := mood || mood; RETURN mood; END'$$);
CALL look.round('parameter', probe => $$SELECT feel('x')$$, later => $$
    CREATE FUNCTION feel(mood text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN mood; END'$$);
CALL look.round('string', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE DEBUG ''no mood today''; RETURN ''mood''; END'$$);
CALL look.round('comment', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS '
    -- DECLARE m mood; SELECT x::mood
    BEGIN /* CAST(x AS mood) /* x::mood */ x::mood */ RETURN 1; END'$$);
CALL look.round('alias', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE sql AS 'SELECT mood.a::text FROM (SELECT 1 AS a, 2 AS mood) AS mood'$$);
CALL look.round('column of a temporary table', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN
        CREATE TEMP TABLE feelings (i int, mood text); DROP TABLE feelings; RETURN ''''; END'$$);
CALL look.round('field of a row', probe => 'INSERT INTO diary VALUES (1)', later => $$
    CREATE TABLE diary (i int, mood text);
    CREATE FUNCTION feel() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.mood := OLD.mood; RETURN NEW; EXCEPTION WHEN OTHERS THEN RETURN NEW; END';
    CREATE TRIGGER feel BEFORE INSERT ON diary FOR EACH ROW EXECUTE FUNCTION feel()$$);
CALL look.round('label and loop', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN <<mood>> LOOP EXIT mood; END LOOP mood; RETURN 1; END'$$);
CALL look.round('function', probe => 'SELECT feel()', later => $$
    CREATE FUNCTION mood(int) RETURNS int LANGUAGE sql RETURN 1;
    CREATE FUNCTION feel() RETURNS text LANGUAGE sql AS 'SELECT mood(1)::text'$$);
CALL look.round('part of a word', probe => 'SELECT feel()', later => $$
    CREATE DOMAIN mood2 AS text; CREATE DOMAIN a_mood AS text;
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m mood2; BEGIN RETURN m::a_mood; END'$$);
CALL look.round('another case', probe => 'SELECT feel()', later => $$
    CREATE DOMAIN "Mood" AS text;
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m "Mood"; BEGIN RETURN m; END'$$);
CALL look.round('of another schema', probe => 'SELECT feel()', later => $$
    CREATE DOMAIN other.mood AS text;
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m other.mood; BEGIN RETURN m; END'$$);
CALL look.round('of another schema, by the path', probe => 'SELECT feel()', later => $$
    CREATE DOMAIN other.mood AS text;
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql SET search_path = other, app AS 'DECLARE m mood; BEGIN RETURN m; END'$$);
CALL look.round('of another schema, where the function is', probe => 'SET search_path = other; SELECT feel(); SET search_path = app, public', later => $$
    CREATE DOMAIN other.mood AS text;
    CREATE FUNCTION other.feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m mood; BEGIN RETURN m; END'$$);
CALL look.round('the revision''s own function, which goes',
    up => $$CREATE TYPE mood AS ENUM ('sad'); CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m mood; BEGIN RETURN m; END'$$,
    down => 'DROP FUNCTION feel()');

\echo
\echo == Renamed, moved, given away, made anew by hand
CALL look.round('renamed', later => 'ALTER TYPE mood RENAME TO feeling');
CALL look.round('renamed, with a user', probe => 'TABLE diary',
    later => 'ALTER TYPE mood RENAME TO feeling; CREATE TABLE diary (m feeling)');
CALL look.round('renamed, with a function', probe => 'SELECT feel()', later => $$ALTER TYPE mood RENAME TO feeling;
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m feeling; BEGIN RETURN m; END'$$);
CALL look.round('renamed, and another made under the name', again => false, probe => $$SELECT 'x'::mood$$,
    later => $$ALTER TYPE mood RENAME TO feeling; CREATE TYPE mood AS ENUM ('x')$$);
CALL look.round('moved', probe => $$SELECT 'sad'::other.mood$$, later => 'ALTER TYPE mood SET SCHEMA other');
CALL look.round('renamed and moved, with a function', probe => 'SELECT other.feel()', later => $$
    ALTER TYPE mood RENAME TO feeling; ALTER TYPE feeling SET SCHEMA other;
    CREATE FUNCTION other.feel() RETURNS text LANGUAGE plpgsql SET search_path = other AS 'DECLARE m feeling; BEGIN RETURN m; END'$$);
CALL look.round('given away', probe => $$SELECT 'sad'::mood$$, later => 'ALTER TYPE mood OWNER TO regress_migrate_typist');
CALL look.round('made anew by hand', again => false, probe => $$SELECT 'sad'::mood$$, later => $$
    DROP TABLE person; DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE person (m mood)$$);
CALL look.round('made anew by hand, another kind', again => false, probe => $$SELECT 'sad'::mood$$, later => $$
    DROP TABLE person; DROP TYPE mood; CREATE DOMAIN mood AS text; CREATE TABLE person (m mood)$$);
CALL look.round('dropped by hand', later => 'ALTER TABLE person DROP m; DROP TYPE mood');

\echo
\echo == Kept types: the next upgrade takes them over when the definitions are equal
CALL look.round('enum', later => 'CREATE TABLE diary (m mood)', probe => 'SELECT m::text::mood FROM diary');
CALL look.round('domain', up => $$CREATE DOMAIN email AS varchar(40) COLLATE "C" DEFAULT 'a@b' NOT NULL CHECK (VALUE ~ '@') CONSTRAINT nice CHECK (VALUE <> '');
    CREATE TABLE person (m email)$$, later => 'CREATE TABLE diary (m email)', probe => $$INSERT INTO diary VALUES ('c@d')$$);
CALL look.round('composite', up => $$CREATE TYPE place AS (x int, y numeric(8,2)[], z text COLLATE "C"); CREATE TABLE person (m place)$$,
    later => 'CREATE TABLE diary (m place)', probe => 'INSERT INTO diary VALUES (ROW(1, NULL, NULL))');
CALL look.round('range', up => 'CREATE TYPE days AS RANGE (subtype = date); CREATE TABLE person (m days)',
    later => 'CREATE TABLE diary (m days)', probe => $$INSERT INTO diary VALUES ('[2020-01-01,2020-01-02]')$$);
CALL look.round('of one another', up => $$CREATE TYPE mood AS ENUM ('sad'); CREATE DOMAIN strict_mood AS mood NOT NULL;
    CREATE TYPE moods AS (now mood, then_ strict_mood[]); CREATE TABLE person (m moods)$$,
    later => 'CREATE TABLE diary (m moods)', probe => 'TABLE diary');
CALL look.round('made in a DO block', up => $$DO $do$ BEGIN CREATE TYPE mood AS ENUM ('sad', 'happy'); END $do$; CREATE TABLE person (m mood)$$,
    later => 'CREATE TABLE diary (m mood)', probe => 'TABLE diary');
CALL look.round('made in a DO block, if not there',
    up => $$DO $do$ BEGIN CREATE TYPE mood AS ENUM ('sad', 'happy'); EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
            CREATE TABLE person (m mood)$$, later => 'CREATE TABLE diary (m mood)', probe => 'TABLE diary');
CALL look.round('one of two', up => $$CREATE TYPE mood AS ENUM ('sad'); CREATE TYPE tone AS ENUM ('low'); CREATE TABLE person (m mood, t tone)$$,
    later => 'CREATE TABLE diary (m mood)', probe => 'TABLE diary');
CALL look.round('in another schema', up => $$CREATE TYPE other.mood AS ENUM ('sad'); CREATE TABLE person (m other.mood)$$,
    later => 'CREATE TABLE diary (m other.mood)', probe => 'TABLE diary');
CALL look.round('with a comment and grants', up => $$CREATE TYPE mood AS ENUM ('sad'); COMMENT ON TYPE mood IS 'x';
    GRANT USAGE ON TYPE mood TO PUBLIC; CREATE TABLE person (m mood)$$, later => 'CREATE TABLE diary (m mood)', probe => 'TABLE diary');
CALL look.round('a text that makes it and changes it', up => $$CREATE TYPE mood AS ENUM ('sad'); ALTER TYPE mood ADD VALUE 'happy';
    CREATE TYPE place AS (x int); ALTER TYPE place ADD ATTRIBUTE y int;
    CREATE DOMAIN email AS text; ALTER DOMAIN email SET NOT NULL; CREATE TABLE person (m mood, p place, e email)$$,
    later => 'CREATE TABLE diary (m mood, p place, e email)', probe => 'TABLE diary');

\echo
\echo == Taken over: the same object, of the revision again
SELECT look.fresh();
SELECT migrate_register('k', $$CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE person (m mood)$$, 'DROP TABLE person');
SELECT revision FROM migrate_upgrade();
SELECT 'mood'::regtype::oid AS mood \gset
CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m mood := ''sad''; BEGIN RETURN m; END';
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT revision FROM migrate_upgrade();
SELECT 'mood'::regtype::oid = :mood;
SELECT revision FROM migrate_owner_of('mood');
INSERT INTO person VALUES ('happy') RETURNING m, feel();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT revision FROM migrate_upgrade();
SELECT 'mood'::regtype::oid = :mood;
DROP FUNCTION feel();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
\echo The need goes by hand, before the next upgrade: it is taken over, and goes at last.
SELECT revision FROM migrate_upgrade();
CREATE TABLE diary (m mood);
SELECT revision, dropped_types FROM migrate_downgrade();
DROP TABLE diary;
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
\echo It goes by hand with its need: made anew.
SELECT revision FROM migrate_upgrade();
CREATE TABLE diary (m mood);
SELECT revision, dropped_types FROM migrate_downgrade();
DROP TABLE diary;
DROP TYPE mood;
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
\echo It is renamed by hand: out of the way, nobody else takes it.
SELECT revision FROM migrate_upgrade();
CREATE TABLE diary (m mood);
SELECT revision, dropped_types FROM migrate_downgrade();
ALTER TYPE mood RENAME TO mood_of_diary;
SELECT revision FROM migrate_upgrade();
SELECT look.types();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();

\echo
\echo == Taken over only where it is in the way: the text drops it first, or makes it in several steps
CALL look.round('dropped first', up => $$DROP TYPE IF EXISTS mood; CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE person (m mood)$$,
    later => $$CREATE FUNCTION feel() RETURNS text LANGUAGE sql AS 'SELECT ''sad''::mood::text'$$, probe => 'SELECT feel()');
CALL look.round('dropped first, in a DO block',
    up => $$DO $do$ BEGIN IF to_regtype('mood') IS NOT NULL THEN DROP TYPE mood; END IF; END $do$;
            CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE person (m mood)$$,
    later => $$CREATE FUNCTION feel() RETURNS text LANGUAGE sql AS 'SELECT ''sad''::mood::text'$$, probe => 'SELECT feel()');
CALL look.round('dropped first, and not equal', up => $$DROP TYPE IF EXISTS mood; CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE person (m mood)$$,
    later => $$ALTER TYPE mood ADD VALUE 'wild'; CREATE FUNCTION feel() RETURNS text LANGUAGE sql AS 'SELECT ''sad''::mood::text'$$,
    probe => 'SELECT feel()');
CALL look.round('dropped first, with its schema',
    up => $$DROP SCHEMA IF EXISTS i1 CASCADE; CREATE SCHEMA i1; CREATE TYPE i1.mood AS ENUM ('sad'); CREATE TABLE person (m i1.mood)$$,
    later => $$CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN ''sad''::i1.mood; END'$$, probe => 'SELECT feel()');
CALL look.round('renamed', up => $$CREATE TYPE mood_new AS ENUM ('sad'); ALTER TYPE mood_new RENAME TO mood; CREATE TABLE person (m mood)$$,
    later => 'CREATE TABLE diary (m mood)', probe => 'TABLE diary');
CALL look.round('moved', up => $$CREATE TYPE mood AS ENUM ('sad'); ALTER TYPE mood SET SCHEMA other; CREATE TABLE person (m other.mood)$$,
    later => 'CREATE TABLE diary (m other.mood)', probe => 'TABLE diary');
CALL look.round('two of a name, one of them altered', up => $$CREATE TYPE mood AS ENUM ('sad'); CREATE TYPE other.mood AS ENUM ('x');
    ALTER TYPE other.mood ADD VALUE 'y'; CREATE TABLE person (m mood)$$,
    later => 'CREATE TABLE diary (m mood)', probe => $$SELECT 1 / (enum_range(NULL::other.mood)::text = '{x,y}')::int$$);
CALL look.round('beside a type of the name that is used to compare', before => $$CREATE TYPE migrate_trial AS ENUM ('x')$$,
    later => 'CREATE TABLE diary (m mood)', probe => 'TABLE diary');

\echo
\echo == Taken over in another database, and by a text that stands for several
SELECT look.fresh();
SELECT migrate_register('k', $$CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE person (m mood)$$, 'DROP TABLE person');
SELECT migrate_register('l', $$ALTER TYPE mood ADD VALUE 'happy'$$, '');
SELECT revision FROM migrate_upgrade();
CREATE TABLE diary (m mood);
SELECT revision, dropped_types FROM migrate_downgrade('base');
-- As after a restore.
UPDATE migrate.object SET origin = 'elsewhere';
SELECT revision FROM migrate_upgrade();
SELECT type, identity, revision, kept FROM migrate.object ORDER BY type, identity;
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT migrate_unregister('l'), migrate_unregister('k');
SELECT migrate_register('s', $$CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE person (m mood)$$, 'DROP TABLE person');
SELECT revision FROM migrate_upgrade();
DROP TABLE diary;
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
\echo Labels that are added if they are not there yet.
SELECT look.fresh();
SELECT migrate_register('k', $$CREATE TYPE mood AS ENUM ('sad')$$, '');
SELECT migrate_register('l', $$ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy'$$, '');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT revision FROM migrate_upgrade();
SELECT type, identity, revision, kept FROM migrate.object ORDER BY type, identity;

\echo
\echo == Not taken over when the definitions differ: nothing runs
CREATE PROCEDURE look.differs(INOUT title text, up text, later text, change text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look.fresh();
    CREATE SEQUENCE app.trace;
    PERFORM migrate_register('r', 'SELECT nextval(''trace''); ' || up, 'DROP TABLE person');
    COMMIT;
    PERFORM migrate_upgrade();
    COMMIT;
    EXECUTE later;
    PERFORM migrate_downgrade();
    COMMIT;
    EXECUTE change;
    COMMIT;
    title := title || '|' || look.types()::text || '|' || (look.outcome('SELECT migrate_upgrade()') <> 'ok')::text;
    title := title || '|' || nextval('trace');
END $$;
-- title|types|refused|2 when the text has run once
CALL look.differs('label', $$CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE person (m mood)$$,
    'CREATE TABLE diary (m mood)', $$ALTER TYPE mood ADD VALUE 'glad'$$);
CALL look.differs('label renamed', $$CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE person (m mood)$$,
    'CREATE TABLE diary (m mood)', $$ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'$$);
CALL look.differs('order of labels', $$CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE person (m mood)$$,
    'CREATE TABLE diary (m mood)', $$ALTER TYPE mood RENAME VALUE 'sad' TO 'x'; ALTER TYPE mood RENAME VALUE 'glad' TO 'sad';
    ALTER TYPE mood RENAME VALUE 'x' TO 'glad'$$);
CALL look.differs('check of a domain', $$CREATE DOMAIN email AS text CHECK (VALUE ~ '@'); CREATE TABLE person (m email)$$,
    'CREATE TABLE diary (m email)', $$ALTER DOMAIN email DROP CONSTRAINT email_check$$);
CALL look.differs('default of a domain', $$CREATE DOMAIN email AS text; CREATE TABLE person (m email)$$,
    'CREATE TABLE diary (m email)', $$ALTER DOMAIN email SET DEFAULT 'x'$$);
CALL look.differs('attribute', $$CREATE TYPE place AS (x int); CREATE TABLE person (m place)$$,
    'CREATE FUNCTION feel(place) RETURNS int LANGUAGE sql AS ''SELECT 1''', 'ALTER TYPE place ADD ATTRIBUTE y int');
CALL look.differs('type of an attribute', $$CREATE TYPE place AS (x int); CREATE TABLE person (m place)$$,
    'CREATE FUNCTION feel(place) RETURNS int LANGUAGE sql AS ''SELECT 1''', 'ALTER TYPE place ALTER ATTRIBUTE x TYPE bigint');
CALL look.differs('text', $$CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE person (m mood)$$, 'CREATE TABLE diary (m mood)',
    $$SELECT migrate_register('r', 'SELECT nextval(''trace''); CREATE TYPE mood AS ENUM (''glad''); CREATE TABLE person (m mood)',
        'DROP TABLE person')$$);
CALL look.differs('kind, in the text', $$CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE person (m mood)$$, 'CREATE TABLE diary (m mood)',
    $$SELECT migrate_register('r', 'SELECT nextval(''trace''); CREATE DOMAIN mood AS text; CREATE TABLE person (m mood)',
        'DROP TABLE person')$$);
\echo With the need and the type gone it runs.
DROP TABLE diary;
DROP TYPE mood;
SELECT revision FROM migrate_upgrade();

\echo
\echo == Functions of other revisions and other prefixes need it
SELECT look.fresh();
SELECT migrate_create_prefix('n4'), migrate_create_prefix('n5');
SELECT migrate_register('a', $$CREATE TYPE n4_m AS ENUM ('a'); CREATE TYPE n4_n AS ENUM ('a'); CREATE TYPE n4_o AS ENUM ('a')$$, '',
    down_revision => '{}', prefix => 'n4');
SELECT migrate_register('b', $$CREATE FUNCTION n4_f() RETURNS text LANGUAGE plpgsql AS $f$DECLARE m n4_m := 'a'; BEGIN RETURN m; END$f$ $$,
    'DROP FUNCTION n4_f()', down_revision => '{}', prefix => 'n4');
SELECT migrate_register('c', $$CREATE FUNCTION n5_f() RETURNS text LANGUAGE plpgsql AS $f$DECLARE m n4_n := 'a'; BEGIN RETURN m; END$f$ $$,
    'DROP FUNCTION n5_f()', prefix => 'n5');
SELECT revision FROM migrate_upgrade('heads', prefix => 'n4');
SELECT revision FROM migrate_upgrade(prefix => 'n5');
SELECT revision, dropped_types FROM migrate_downgrade('a@base', prefix => 'n4');
SELECT n4_f(), n5_f();
SELECT revision FROM migrate_upgrade('heads', prefix => 'n4');
SELECT n4_f(), n5_f();
SELECT revision, dropped_types FROM migrate_downgrade('base', prefix => 'n5');
SELECT revision, dropped_types FROM migrate_downgrade('base', prefix => 'n4');
SELECT look.types();

\echo
\echo == Made by hand, under a name that a prefix reserves
SELECT look.fresh();
CREATE TYPE n4_m AS ENUM ('a');
SELECT migrate_create_prefix('n4');
SELECT migrate_register('a', 'CREATE TABLE n4_t (m n4_m)', 'DROP TABLE n4_t', prefix => 'n4');
SELECT revision FROM migrate_upgrade(prefix => 'n4');
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'n4');
SELECT look.types();
SELECT revision FROM migrate_upgrade(prefix => 'n4');

\echo
\echo == Two instances of a template, types of one name: each keeps its own only
SELECT look.fresh();
CREATE SCHEMA i1;
CREATE SCHEMA i2;
SELECT migrate_create_prefix('tpl', naming => 'any');
SELECT migrate_create_prefix('i1', schema => 'i1', naming => 'any', template => 'tpl'),
       migrate_create_prefix('i2', schema => 'i2', naming => 'any', template => 'tpl');
SELECT migrate_register('a', $$
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE DOMAIN @schema@.email AS text;
    CREATE TABLE person (m mood, e email);
    CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS $f$DECLARE m mood := 'sad'; BEGIN RETURN m::email; END$f$;
    CREATE FUNCTION write() RETURNS text LANGUAGE sql SET search_path = @schema@ AS 'SELECT ''a''::email::text'
    $$, 'DROP TABLE person; DROP FUNCTION feel(); DROP FUNCTION write()', prefix => 'tpl');
SELECT revision FROM migrate_upgrade(prefix => 'i1');
SELECT revision FROM migrate_upgrade(prefix => 'i2');
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'i1');
SELECT look.types();
SET search_path = i2, public;
SELECT i2.feel(), i2.write();
SET search_path = app, public;
SELECT revision FROM migrate_upgrade(prefix => 'i1');
\echo One names the type of the other by its full name.
CREATE FUNCTION i2.peep() RETURNS text LANGUAGE plpgsql AS 'DECLARE m i1.mood := ''sad''; BEGIN RETURN m; END';
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'i1');
SELECT i2.peep();
SELECT revision FROM migrate_upgrade(prefix => 'i1');
SELECT i2.peep();
DROP FUNCTION i2.peep();
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'i1');
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'i2');
SELECT look.types();

\echo
\echo == A revision that stays applied made it, before another dropped it and made it anew
SELECT look.fresh();
SELECT migrate_register('a', $$CREATE TYPE mood AS ENUM ('sad')$$, '');
SELECT migrate_register('b', $$DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad', 'happy')$$, '');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
SELECT revision FROM migrate_upgrade();
SELECT enum_range(NULL::mood);
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT look.types();
SELECT revision FROM migrate_upgrade();
SELECT enum_range(NULL::mood);

\echo
\echo == Swaps whose way back forgets the type that it swapped out
SELECT look.fresh();
SELECT migrate_register('a', $$CREATE TYPE mood AS ENUM ('sad', 'happy', 'wild'); CREATE TABLE person (m mood)$$, 'DROP TABLE person');
SELECT migrate_register('b', $$
    ALTER TYPE mood RENAME TO mood_old;
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    ALTER TABLE person ALTER COLUMN m TYPE mood USING m::text::mood;
    DROP TYPE mood_old$$, $$
    ALTER TYPE mood RENAME TO mood_new;
    CREATE TYPE mood AS ENUM ('sad', 'happy', 'wild');
    ALTER TABLE person ALTER COLUMN m TYPE mood USING m::text::mood$$);
SELECT revision FROM migrate_upgrade();
CREATE FUNCTION feel() RETURNS text LANGUAGE sql AS 'SELECT ''sad''::mood::text';
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
SELECT revision FROM migrate_upgrade();
SELECT enum_range(NULL::mood);
SELECT revision, dropped_types FROM migrate_downgrade();
-- A function needs what the way back made: it is kept, taken over, and swapped again.
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT feel();
SELECT revision FROM migrate_upgrade();
SELECT enum_range(NULL::mood);
DROP FUNCTION feel();
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT look.types();
\echo By one revision alone, of a type made by hand: what the way back made is in use.
SELECT look.fresh();
CREATE TYPE mood AS ENUM ('sad', 'happy', 'wild');
CREATE TABLE person (m mood);
SELECT migrate_register('b', $$
    ALTER TYPE mood RENAME TO mood_old;
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    ALTER TABLE person ALTER COLUMN m TYPE mood USING m::text::mood;
    DROP TYPE mood_old$$, $$
    ALTER TYPE mood RENAME TO mood_new;
    CREATE TYPE mood AS ENUM ('sad', 'happy', 'wild');
    ALTER TABLE person ALTER COLUMN m TYPE mood USING m::text::mood$$);
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
SELECT revision FROM migrate_upgrade();
SELECT enum_range(NULL::mood);
\echo The way up forgets it.
SELECT look.fresh();
SELECT migrate_register('a', $$CREATE TYPE mood AS ENUM ('sad', 'wild'); CREATE TABLE person (m mood)$$, 'DROP TABLE person');
SELECT migrate_register('b', $$
    ALTER TYPE mood RENAME TO mood_old;
    CREATE TYPE mood AS ENUM ('sad');
    ALTER TABLE person ALTER COLUMN m TYPE mood USING m::text::mood$$, $$
    ALTER TABLE person ALTER COLUMN m TYPE mood_old USING m::text::mood_old;
    ALTER TYPE mood RENAME TO mood_new;
    ALTER TYPE mood_old RENAME TO mood$$);
SELECT revision FROM migrate_upgrade();
SELECT look.types();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT enum_range(NULL::mood);
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT look.types();
\echo Made and swapped by one text: what its way back makes goes, for its way up makes it first.
SELECT look.fresh();
SELECT migrate_register('a', $$
    CREATE TYPE mood AS ENUM ('sad', 'happy', 'wild');
    CREATE TABLE person (m mood);
    ALTER TYPE mood RENAME TO mood_old;
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    ALTER TABLE person ALTER COLUMN m TYPE mood USING m::text::mood;
    DROP TYPE mood_old$$, $$
    ALTER TYPE mood RENAME TO mood_new;
    CREATE TYPE mood AS ENUM ('sad', 'happy', 'wild');
    ALTER TABLE person ALTER COLUMN m TYPE mood USING m::text::mood;
    DROP TABLE person$$);
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
SELECT revision FROM migrate_upgrade();
\echo Made by hand, dropped and made anew by a text: what its way back makes stays, for its way up drops it first.
SELECT look.fresh();
CREATE TYPE mood AS ENUM ('sad');
SELECT migrate_register('a', $$DROP TYPE mood; CREATE TYPE mood AS ENUM ('glad')$$, $$DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad')$$);
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
SELECT revision FROM migrate_upgrade();
\echo Renamed by a revision whose way back forgets it.
SELECT look.fresh();
SELECT migrate_register('a', $$CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE person (m mood)$$, 'DROP TABLE person');
SELECT migrate_register('b', 'ALTER TYPE mood RENAME TO feeling', '');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT look.types();
SELECT revision FROM migrate_upgrade();

\echo
\echo == A history that was replaced: the new revision answers for what the old one made
\echo stamp base, unregister, register, stamp
SELECT look.fresh();
SELECT migrate_register('a1', $$CREATE TYPE mood AS ENUM ('x'); CREATE TABLE t (m mood)$$, 'DROP TABLE t');
SELECT revision FROM migrate_upgrade();
SELECT revision FROM migrate_stamp('{base}');
SELECT migrate_unregister('a1');
SELECT migrate_register('b1', $$CREATE TYPE mood AS ENUM ('x'); CREATE TABLE t (m mood)$$, 'DROP TABLE t');
SELECT revision FROM migrate_stamp('{head}');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
\echo two into one, and a type that the new text does not make
SELECT look.fresh();
SELECT migrate_register('a1', $$CREATE TYPE mood AS ENUM ('x'); CREATE DOMAIN extra AS text$$, '');
SELECT migrate_register('a2', $$CREATE TABLE t (m mood, e extra)$$, 'DROP TABLE t');
SELECT revision FROM migrate_upgrade();
SELECT revision FROM migrate_stamp('{base}');
SELECT migrate_unregister('a2'), migrate_unregister('a1');
SELECT migrate_register('b1', $$CREATE TYPE mood AS ENUM ('x'); CREATE TABLE t (m mood, e text)$$, 'DROP TABLE t');
SELECT revision FROM migrate_stamp('{head}');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
SELECT revision FROM migrate_upgrade();
\echo both registered, stamp with purge
SELECT look.fresh();
SELECT migrate_register('a1', $$CREATE TYPE mood AS ENUM ('x'); CREATE TABLE t (m mood)$$, 'DROP TABLE t');
SELECT revision FROM migrate_upgrade();
SELECT migrate_register('b1', $$CREATE TYPE mood AS ENUM ('x'); CREATE TABLE t (m mood)$$, 'DROP TABLE t', down_revision => '{}');
SELECT revision FROM migrate_stamp('{b1}', purge => true);
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
SELECT revision FROM migrate_upgrade('b1');
SELECT revision, dropped_types FROM migrate_downgrade();
\echo a swap whose way back renames what the way up made
SELECT look.fresh();
SELECT migrate_register('a1', $$CREATE TYPE mood AS ENUM ('x', 'y'); CREATE TABLE t (m mood)$$, 'DROP TABLE t');
SELECT migrate_register('a2', $$ALTER TYPE mood RENAME TO mood_old; CREATE TYPE mood AS ENUM ('x');
    ALTER TABLE t ALTER COLUMN m TYPE mood USING m::text::mood$$, $$
    ALTER TABLE t ALTER COLUMN m TYPE mood_old USING m::text::mood_old;
    ALTER TYPE mood RENAME TO mood_new; ALTER TYPE mood_old RENAME TO mood$$);
SELECT revision FROM migrate_upgrade();
SELECT revision FROM migrate_stamp('{base}');
SELECT migrate_register('b' || right(id, 1), up, down, down_revision => array(SELECT 'b' || right(p, 1) FROM unnest(down_revision) AS p))
    FROM migrate.revision ORDER BY id;
SELECT revision FROM migrate_stamp('{b2}', purge => true);
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT revision FROM migrate_upgrade('b2');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
\echo in the instance of a template
SELECT look.fresh();
CREATE SCHEMA i1;
SELECT migrate_create_prefix('tpl', naming => 'any');
SELECT migrate_create_prefix('i1', schema => 'i1', naming => 'any', template => 'tpl');
SELECT migrate_register('a1', $$CREATE TYPE mood AS ENUM ('x'); CREATE TABLE t (m mood)$$, 'DROP TABLE t', prefix => 'tpl');
SELECT revision FROM migrate_upgrade(prefix => 'i1');
SELECT revision FROM migrate_stamp('{base}', prefix => 'i1');
SELECT migrate_unregister('a1', prefix => 'tpl');
SELECT migrate_register('b1', $$CREATE TYPE mood AS ENUM ('x'); CREATE TABLE t (m mood)$$, 'DROP TABLE t', prefix => 'tpl');
SELECT revision FROM migrate_stamp('{head}', prefix => 'i1');
SELECT revision, dropped_types FROM migrate_downgrade(prefix => 'i1');
SELECT look.types();
SELECT revision FROM migrate_upgrade(prefix => 'i1');
\echo only stamped, never run here: the text says what it makes, in DO bodies too
SELECT look.fresh();
CREATE TYPE mood AS ENUM ('x');
CREATE DOMAIN email AS text;
CREATE DOMAIN url AS text;
CREATE DOMAIN extra AS text;
CREATE TABLE t (m mood, e email, u url, x extra);
SELECT migrate_register('s', $$CREATE TYPE mood AS ENUM ('x');
    DO $do$ BEGIN
        CREATE DOMAIN email AS text;
        IF true THEN EXECUTE 'CREATE DOMAIN url AS text'; END IF;
    EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
    CREATE TABLE t (m mood, e email, u url)$$, 'DROP TABLE t');
SELECT revision FROM migrate_stamp('{head}');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
\echo adopted from another tool
SELECT look.fresh();
CREATE TYPE mood AS ENUM ('x');
CREATE TABLE t (m mood);
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('s2');
SELECT migrate_register('s1', $$CREATE TYPE mood AS ENUM ('x')$$, '');
SELECT migrate_register('s2', 'CREATE TABLE t (m mood)', 'DROP TABLE t');
SELECT revision FROM migrate_adopt('alembic_version');
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
SELECT revision FROM migrate_upgrade();

\echo
\echo == Deploy and revert
SELECT look.fresh();
CREATE TYPE tone AS ENUM ('low');
SELECT migrate_register('d1', $$CREATE TYPE mood AS ENUM ('sad', 'happy')$$, '');
SELECT migrate_register('d2', $$CREATE TABLE person (m mood, t tone)$$, 'DROP TABLE person');
CALL migrate_deploy();
CREATE FUNCTION feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m mood := ''sad''; BEGIN RETURN m; END';
SELECT 'mood'::regtype::oid AS mood \gset
CALL migrate_revert('base');
SELECT look.types(), feel();
CALL migrate_deploy();
SELECT 'mood'::regtype::oid = :mood, feel();
CALL migrate_revert('base');
CALL migrate_deploy();
DROP FUNCTION feel();
CALL migrate_revert('base');
SELECT look.types();
SELECT revision, direction, dropped_types FROM migrate.log WHERE revision IN ('d1', 'd2') ORDER BY started_at;
\echo One that differs stops it.
CALL migrate_deploy();
CREATE TABLE diary (m mood);
CALL migrate_revert('base');
ALTER TYPE mood ADD VALUE 'wild';
CALL migrate_deploy();
SELECT revision FROM migrate_current();
SELECT look.types();
\echo After a reset.
SELECT look.fresh();
SELECT migrate_register('a1', $$CREATE TYPE mood AS ENUM ('x'); CREATE TABLE t (m mood)$$, 'DROP TABLE t');
CALL migrate_deploy();
SELECT revision FROM migrate_stamp('{base}');
SELECT migrate_unregister('a1');
SELECT migrate_register('b1', $$CREATE TYPE mood AS ENUM ('x'); CREATE TABLE t (m mood)$$, 'DROP TABLE t');
SELECT revision FROM migrate_stamp('{head}');
CALL migrate_revert();
SELECT look.types();
CALL migrate_deploy();
SELECT look.types();

\echo
\echo == Labels that stay do not stop the next upgrade of the revision that added them
SELECT look.fresh();
SELECT migrate_register('a', $$CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE person (m mood)$$, 'DROP TABLE person');
SELECT migrate_register('b', $$ALTER TYPE mood ADD VALUE 'happy'$$, '');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT revision FROM migrate_upgrade();
SELECT enum_range(NULL::mood);
\echo Nor when the type was kept with them.
CREATE TABLE diary (m mood);
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT revision FROM migrate_upgrade();
SELECT enum_range(NULL::mood);
DROP TABLE diary;
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT look.types();
SELECT revision FROM migrate_upgrade();
SELECT enum_range(NULL::mood);
\echo A label that somebody else added is in the way, as ever.
SELECT revision, dropped_types FROM migrate_downgrade('base');
SELECT revision FROM migrate_upgrade('a');
ALTER TYPE mood ADD VALUE 'happy';
SELECT revision FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE

\echo
\echo == What is said
SET client_min_messages = notice;
\set VERBOSITY default
\set SHOW_CONTEXT never
\echo Dropped.
SET client_min_messages = error;
SELECT look.fresh();
SET client_min_messages = notice;
SELECT migrate_register('a', $$CREATE TYPE mood AS ENUM ('x'); CREATE DOMAIN email AS text; CREATE TABLE t (m mood, e email)$$, 'DROP TABLE t');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
\echo Kept: what needs it, whether the server knows of it or not.
SELECT revision FROM migrate_upgrade();
CREATE TABLE diary (m mood[]);
CREATE FUNCTION feel(i int) RETURNS text LANGUAGE plpgsql AS 'DECLARE m mood; e email; BEGIN RETURN m; END';
SELECT revision, dropped_types FROM migrate_downgrade();
\echo Taken over.
SELECT revision FROM migrate_upgrade();
\echo Not taken over.
SELECT revision, dropped_types FROM migrate_downgrade();
ALTER TYPE mood ADD VALUE 'y';
SELECT revision FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
\echo Kept: another owner, another schema, another object.
SET client_min_messages = error;
SELECT look.fresh();
SET client_min_messages = notice;
SELECT migrate_register('a', $$CREATE DOMAIN d1 AS text; CREATE DOMAIN d2 AS text; CREATE DOMAIN d3 AS text$$, '');
SELECT revision FROM migrate_upgrade();
ALTER DOMAIN d1 OWNER TO regress_migrate_typist;
ALTER DOMAIN d2 SET SCHEMA other;
DROP DOMAIN d3;
CREATE DOMAIN d3 AS text;
SELECT revision, dropped_types FROM migrate_downgrade();
\echo Made by no revision, without a user now.
SET client_min_messages = error;
SELECT look.fresh();
SET client_min_messages = notice;
CREATE TYPE "My Mood" AS ENUM ('x');
CREATE DOMAIN email AS text;
CREATE DOMAIN url AS text;
CREATE TABLE diary (u url);
SELECT migrate_register('a', 'CREATE TABLE t (m "My Mood", e email[], u url)', 'DROP TABLE t');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT look.types();
\echo Labels that stay, and are there when the revision comes again.
SET client_min_messages = error;
SELECT look.fresh();
SET client_min_messages = notice;
SELECT migrate_register('a', $$CREATE TYPE mood AS ENUM ('sad')$$, '');
SELECT migrate_register('b', $$ALTER TYPE mood ADD VALUE 'happy'$$, '');
SELECT revision FROM migrate_upgrade();
SELECT revision, dropped_types FROM migrate_downgrade();
SELECT revision FROM migrate_upgrade();
\echo Kept, taken over and dropped at last: no word of a schema that differs.
SET client_min_messages = error;
SELECT look.fresh();
SET client_min_messages = notice;
SELECT migrate_register('a', $$CREATE TYPE mood AS ENUM ('sad')$$, '', down_revision => '{}');
SELECT migrate_register('b', 'CREATE TABLE t (i int)', 'DROP TABLE t', down_revision => '{}');
SELECT revision FROM migrate_upgrade('a');
CREATE FUNCTION other.feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m app.mood; BEGIN RETURN m; END';
SELECT revision, dropped_types FROM migrate_downgrade('a@base');
SELECT revision FROM migrate_upgrade('a');
DROP FUNCTION other.feel();
SELECT revision, dropped_types FROM migrate_downgrade('a@base');
\echo Kept, and dropped at last by the downgrade of another revision.
SELECT revision FROM migrate_upgrade('heads');
CREATE FUNCTION other.feel() RETURNS text LANGUAGE plpgsql AS 'DECLARE m app.mood; BEGIN RETURN m; END';
SELECT revision, dropped_types FROM migrate_downgrade('a@base');
DROP FUNCTION other.feel();
SELECT revision, dropped_types FROM migrate_downgrade('b@base');

SET client_min_messages = error;
SELECT look.fresh();
DROP SCHEMA look, app, other CASCADE;
DROP ROLE regress_migrate_typist;
DROP EXTENSION migrate CASCADE;
