\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
CREATE TABLE seen (n int GENERATED ALWAYS AS IDENTITY, what text);
-- What a text sets, it sets for itself: neither the next revision nor the caller sees it.
SET work_mem = '1MB';
SET search_path = public, pg_catalog;
SET app.color = 'green';
SELECT migrate_register('set1', $$
    SET work_mem = '2MB';
    SET LOCAL lock_timeout = '3s';
    SELECT set_config('statement_timeout', '4min', false), set_config('app.color', 'red', false);
    SET search_path = pg_catalog;
    SET TIME ZONE 'Asia/Tokyo';
    SET app.fresh = 'yes';
    SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;
    INSERT INTO public.seen (what) SELECT concat_ws(' ', 'set1', current_setting('work_mem'),
        current_setting('lock_timeout'), current_setting('statement_timeout'),
        current_setting('search_path'), current_setting('TimeZone'), current_setting('app.color'),
        current_setting('app.fresh')) $$, 'RESET ALL; SET work_mem = ''9MB''');
SELECT migrate_register('set2', $$
    INSERT INTO seen (what) SELECT concat_ws(' ', 'set2', current_setting('work_mem'),
        current_setting('lock_timeout'), current_setting('statement_timeout'),
        current_setting('search_path'), current_setting('app.color'),
        coalesce(nullif(current_setting('app.fresh', true), ''), '-')) $$, '');
SELECT current_setting('TimeZone') AS zone \gset before_
SELECT revision, statements FROM migrate_upgrade();
SELECT what FROM seen ORDER BY n;
SHOW work_mem;
SHOW lock_timeout;
SHOW statement_timeout;
SHOW search_path;
SHOW app.color;
SHOW default_transaction_read_only;
SELECT coalesce(current_setting('app.fresh', true), '') AS fresh,
       current_setting('TimeZone') = :'before_zone' AS zone_as_before;
SELECT revision, statements FROM migrate_downgrade('base');
SHOW work_mem;
SHOW app.color;
RESET work_mem;
RESET search_path;
RESET app.color;
-- Nor does the role stay, where a text may change it at all.
CREATE ROLE regress_migrate_other;
SELECT migrate_register('role1', $$
    SET ROLE regress_migrate_other;
    CREATE TEMP TABLE whose ON COMMIT DROP AS SELECT current_user AS who;
    RESET ROLE;
    INSERT INTO seen (what) SELECT 'role1 ' || who FROM whose;
    SET ROLE regress_migrate_other $$, '', down_revision => '{set2}');
SELECT migrate_register('role2', $$
    INSERT INTO seen (what)
    SELECT concat_ws(' ', 'role2', current_user = session_user, current_setting('role')) $$, '');
SELECT current_user AS me \gset
SELECT revision, statements FROM migrate_upgrade();
SELECT what FROM seen WHERE what LIKE 'role%' ORDER BY n;
SELECT current_user = :'me' AS still_me, current_setting('role') AS role;
DROP ROLE regress_migrate_other;
-- Settings of the prefix hold while its revisions run, and only then.
SELECT migrate_set_option('work_mem', '5MB');
SELECT migrate_register('set3', $$
    INSERT INTO seen (what) SELECT 'set3 ' || current_setting('work_mem') $$, '');
SELECT revision FROM migrate_upgrade();
SELECT what FROM seen WHERE what LIKE 'set3%';
SELECT current_setting('work_mem') <> '5MB' AS as_before;
SELECT migrate_set_option('work_mem', NULL);
-- A text runs with the search_path of its prefix, whatever the caller's is.
CREATE SCHEMA other;
SET search_path = other, public;
SELECT migrate_register('path1', $$
    CREATE TABLE made_here ();
    INSERT INTO seen (what) SELECT 'path1 ' || current_setting('search_path') $$,
    'DROP TABLE made_here');
SELECT revision, statements FROM migrate_upgrade();
SELECT schemaname FROM pg_tables WHERE tablename = 'made_here';
SELECT what FROM seen WHERE what LIKE 'path1%';
SELECT revision FROM migrate_downgrade();
SELECT migrate_set_option('search_path', 'other, public');
SELECT revision, statements FROM migrate_upgrade();
SELECT schemaname FROM pg_tables WHERE tablename = 'made_here';
SELECT revision FROM migrate_downgrade();
SELECT migrate_set_option('search_path', 'public');
RESET search_path;
-- Temporary tables of the caller do not stand in for tables that a text names.
CREATE TEMP TABLE captured (temporary int);
CREATE TEMP TABLE seen (what text);
SELECT migrate_set_option('search_path', 'public, pg_temp');
SELECT migrate_register('temp1', $$
    CREATE TABLE captured (permanent int);
    INSERT INTO captured VALUES (1), (2);
    ALTER TABLE captured ADD added int;
    INSERT INTO seen (what) VALUES ('temp1') $$, 'DROP TABLE captured', down_revision => '{path1}');
SELECT revision, statements FROM migrate_upgrade();
SELECT (SELECT count(*) FROM public.captured) AS permanent,
       (SELECT count(*) FROM pg_temp.captured) AS temporary,
       (SELECT count(*) FROM public.seen WHERE what = 'temp1') AS seen,
       (SELECT count(*) FROM pg_temp.seen) AS seen_temporary;
SELECT revision FROM migrate_downgrade();
SELECT to_regclass('public.captured') AS permanent,
       to_regclass('pg_temp.captured') IS NOT NULL AS temporary_is_kept;
DROP TABLE pg_temp.captured, pg_temp.seen;
-- The same without pg_temp in the path: the prefix sees to it.
SELECT migrate_set_option('search_path', 'public');
CREATE TEMP TABLE captured (temporary int);
SELECT revision FROM migrate_upgrade();
SELECT (SELECT count(*) FROM public.captured) AS permanent,
       (SELECT count(*) FROM pg_temp.captured) AS temporary;
SELECT revision FROM migrate_downgrade();
DROP TABLE captured;
-- Cursors that a text leaves open are closed; the caller's own stay.
BEGIN;
DECLARE mine CURSOR FOR SELECT 1 AS one;
SELECT migrate_register('cursor1', $$
    DECLARE plain CURSOR FOR SELECT 1;
    DECLARE held CURSOR WITH HOLD FOR SELECT 2;
    DECLARE used CURSOR FOR SELECT 3;
    FETCH used;
    CLOSE used $$, 'DECLARE plain CURSOR FOR SELECT 1', down_revision => '{path1}');
SELECT migrate_unregister('temp1');
SELECT revision, statements FROM migrate_upgrade();
SELECT name FROM pg_cursors WHERE name <> '' AND name NOT LIKE '<%' ORDER BY 1;
SELECT revision, statements FROM migrate_downgrade();
SELECT name FROM pg_cursors WHERE name <> '' AND name NOT LIKE '<%' ORDER BY 1;
FETCH mine;
COMMIT;
SELECT name FROM pg_cursors WHERE name <> '' AND name NOT LIKE '<%' ORDER BY 1;
SELECT migrate_unregister('cursor1');
-- BEGIN and COMMIT around whole blocks of a text have no effect of their own, and do not count.
SELECT migrate_register('begin1', $$
    BEGIN;
    CREATE TABLE in_block ();
    COMMIT;
    START TRANSACTION;
    CREATE TABLE in_second_block ();
    END; $$, 'BEGIN; DROP TABLE in_block; DROP TABLE in_second_block; COMMIT;');
BEGIN;
SELECT revision, statements FROM migrate_upgrade();
SELECT to_regclass('in_block') AS in_block, to_regclass('in_second_block') AS in_second_block;
ROLLBACK;
SELECT to_regclass('in_block') AS in_block, to_regclass('in_second_block') AS in_second_block;
SELECT revision, statements FROM migrate_upgrade();
SELECT revision, statements FROM migrate_downgrade();
SELECT to_regclass('in_block') AS in_block, to_regclass('in_second_block') AS in_second_block;
SELECT migrate_unregister('begin1');
-- Functions, procedures, DO blocks, semicolons in quotes: a text is split by the server's parser.
SELECT migrate_register('plpgsql1', $migration$
    CREATE FUNCTION twice(i int) RETURNS int LANGUAGE plpgsql AS $$
    DECLARE result int; -- a comment; with a semicolon
    BEGIN
        result := i * 2;
        RETURN result;
    END $$;;
    /* a comment /* in a comment; */ ; */
    CREATE PROCEDURE note(t text) LANGUAGE sql AS $p$ INSERT INTO seen (what) VALUES (t); $p$;
    CALL note('twice; ' || twice(21));
    DO $$ BEGIN
        PERFORM 1/0;
    EXCEPTION WHEN division_by_zero THEN
        CALL note('caught');
    END $$;
    CREATE FUNCTION standard() RETURNS int LANGUAGE sql BEGIN ATOMIC; SELECT 1; SELECT 2; END;
    CREATE RULE quiet AS ON DELETE TO seen DO INSTEAD (SELECT 1; SELECT 2);
    CREATE TABLE "semi;colon" (t text DEFAULT ';');
    $migration$, $$
    DROP TABLE "semi;colon"; DROP RULE quiet ON seen; DROP FUNCTION standard();
    DROP FUNCTION twice(int); DROP PROCEDURE note(text) $$, down_revision => '{path1}');
SELECT revision, statements FROM migrate_upgrade();
SELECT what FROM seen WHERE what LIKE 'twice%' OR what = 'caught' ORDER BY n;
SELECT twice(4), standard();
SELECT revision, statements FROM migrate_downgrade();
SELECT proname FROM pg_proc WHERE proname IN ('twice', 'standard', 'note');
SELECT migrate_unregister('plpgsql1');
-- A statement sees what the statements before it did, also across revisions.
SELECT migrate_register('sees1', 'CREATE TABLE chain (i int); INSERT INTO chain VALUES (1);
                                  INSERT INTO chain SELECT count(*) + 1 FROM chain',
                        'DROP TABLE chain',
                        down_revision => '{set3}');
SELECT migrate_register('sees2', 'INSERT INTO chain SELECT count(*) + 1 FROM chain;
                                  CREATE INDEX ON chain (i); ANALYZE chain',
                        'DELETE FROM chain WHERE i = 3; DROP INDEX chain_i_idx',
                        down_revision => '{sees1}');
SELECT revision FROM migrate_upgrade('path1');
SELECT revision, statements FROM migrate_upgrade('sees2');
SELECT i FROM chain ORDER BY i;
SELECT revision, statements FROM migrate_downgrade('sees2@set3');
-- A label can be added to an enum in a transaction; using it there is the server's business.
SELECT migrate_register('enum1', $$ CREATE TYPE mood AS ENUM ('sad') $$, 'DROP TYPE mood',
                        down_revision => '{path1}');
SELECT migrate_register('enum2', $$ ALTER TYPE mood ADD VALUE 'happy';
                                    ALTER TYPE mood ADD VALUE IF NOT EXISTS 'sad';
                                    ALTER TYPE mood ADD VALUE 'calm' BEFORE 'sad' $$, '',
                        down_revision => '{enum1}');
SELECT revision, statements FROM migrate_upgrade('enum1');
SELECT revision, statements FROM migrate_upgrade('enum2');
SELECT enum_range(NULL::mood);
SELECT revision, statements FROM migrate_downgrade('enum2@path1');
SELECT to_regtype('mood') AS mood;
SELECT migrate_unregister('enum2'), migrate_unregister('enum1');
-- An error in the middle leaves everything as before: in a transaction block with a savepoint ...
SELECT migrate_register('half1', 'CREATE TABLE half1 ();
                                  INSERT INTO seen (what) VALUES (''half1'')',
                        'DROP TABLE half1', down_revision => '{path1}');
SELECT migrate_register('half2', 'CREATE TABLE half2 (); SET work_mem = ''7MB'';
                                  CREATE TYPE half_type AS ENUM ();
                                  SELECT 1/(SELECT count(*) FROM half2)',
                        'DROP TABLE half2; DROP TYPE half_type', down_revision => '{half1}');
CREATE FUNCTION state() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', 'rows', (SELECT string_agg(revision, ',' ORDER BY revision)
                                   FROM migrate.version),
                     'log', (SELECT count(*) FROM migrate.log WHERE revision LIKE 'half%'),
                     'objects', (SELECT count(*) FROM migrate.object WHERE revision LIKE 'half%'),
                     'tables', (SELECT count(*) FROM pg_class WHERE relname LIKE 'half%'),
                     'types', (SELECT count(*) FROM pg_type WHERE typname = 'half_type'),
                     'seen', (SELECT count(*) FROM seen WHERE what LIKE 'half%')) $$;
SELECT state();
BEGIN;
CREATE TABLE callers_own ();
SET LOCAL work_mem = '1MB';
SAVEPOINT before;
SELECT revision FROM migrate_upgrade('half2');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO SAVEPOINT before;
SELECT state(), current_setting('work_mem') AS work_mem;
SELECT revision FROM migrate_upgrade('half1');
SELECT state();
COMMIT;
SELECT state(), to_regclass('callers_own') AS callers_own;
-- ... and in an EXCEPTION block, after which the same session can go on.
SELECT revision FROM migrate_downgrade('half1@path1');
DO $$
BEGIN
    PERFORM migrate_upgrade('half2');
EXCEPTION WHEN division_by_zero THEN
    RAISE NOTICE 'caught: %', sqlerrm;
    RAISE NOTICE '%', state();
    RAISE NOTICE 'user is as before: %', current_user = session_user;
    PERFORM migrate_upgrade('half1');
END $$;
SELECT state();
CREATE TABLE half3 ();
DROP TABLE half3;
SELECT migrate_register('half2', 'CREATE TABLE half2 ()', 'DROP TABLE half2');
SELECT revision FROM migrate_upgrade('half2');
SELECT state();
-- The same for a downgrade.
SELECT migrate_register('half4', 'CREATE TABLE half4 ()', 'DROP TABLE half4; SELECT 1/0',
                        down_revision => '{half2}');
SELECT revision FROM migrate_upgrade('half4');
SELECT revision FROM migrate_downgrade('half1');
\echo :LAST_ERROR_SQLSTATE
SELECT state();
-- The caller's ROLLBACK takes back everything, its COMMIT keeps everything.
SELECT revision FROM migrate_stamp('{half2}');
DROP TABLE half4;
BEGIN;
SELECT revision FROM migrate_downgrade('half2@path1');
SELECT state();
ROLLBACK;
SELECT state();
SELECT revision FROM migrate_downgrade('half2@path1');
SELECT migrate_unregister('half4'), migrate_unregister('half2'), migrate_unregister('half1');
-- Where an error is: revision, prefix, statement and line in CONTEXT, the line of the text shown.
CREATE FUNCTION err(up text) RETURNS text LANGUAGE sql
AS $$ SELECT migrate_register('err', up, '', down_revision => '{path1}') $$;
SELECT err($$
CREATE TABLE err (i int);
INSERT INTO err VALUES (1);

SELECT i,
       no_such_column
FROM err;
$$);
SELECT revision FROM migrate_upgrade('err');
\echo :LAST_ERROR_SQLSTATE
-- Characters of several bytes before the place.
SELECT err($$-- größer, 数据库, déjà vu
SELECT 'größer', '数据库',  'déjà' AS vu; SELECT 'é',   nicht_da;$$);
SELECT revision FROM migrate_upgrade('err');
-- In a DO block: the block's own lines, and the line of the DO.
SELECT err($m$
SELECT 1;

DO $$
DECLARE
    i int;
BEGIN
    i := 1 / (SELECT 0);
END $$;$m$);
SELECT revision FROM migrate_upgrade('err');
SELECT err($m$
DO $$ BEGIN
    PERFORM * FROM no_such_table;
END $$;$m$);
SELECT revision FROM migrate_upgrade('err');
-- In the body of a function that is being created.
SELECT err($m$
SELECT 1;
CREATE FUNCTION broken() RETURNS int LANGUAGE sql AS $$
    SELECT 1
    FROM no_such_table
$$;$m$);
SELECT revision FROM migrate_upgrade('err');
SELECT err($m$
SELECT 1;
CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RETURN 1 +;
END $$;$m$);
SELECT revision FROM migrate_upgrade('err');
-- At run time there is no position: line of the statement, comments before it skipped.
SELECT err($$
SELECT 1;
-- Divides.
/* By
   zero. */ SELECT 1
    / (SELECT 0);
SELECT 2$$);
SELECT revision FROM migrate_upgrade('err');
\echo :LAST_ERROR_SQLSTATE
-- Details, hints and names of constraints arrive.
SELECT err($$
CREATE TABLE err (i int CONSTRAINT positive CHECK (i > 0));
INSERT INTO err VALUES (-1)$$);
SELECT revision FROM migrate_upgrade('err');
DO $$
DECLARE constraint_of_error text; detail text; context text;
BEGIN
    PERFORM migrate_upgrade('err');
EXCEPTION WHEN check_violation THEN
    GET STACKED DIAGNOSTICS constraint_of_error = CONSTRAINT_NAME, detail = PG_EXCEPTION_DETAIL,
        context = PG_EXCEPTION_CONTEXT;
    RAISE NOTICE '% | % | %', constraint_of_error, detail, split_part(context, E'\n', 1);
END $$;
SELECT err($$SELECT 1;
SELECT lengths('x')$$);
SELECT revision FROM migrate_upgrade('err');
-- Notices of a text carry no wrong place, and the down text of a named prefix has its own.
CREATE SCHEMA errors;
SELECT migrate_create_prefix('errors', schema => 'errors');
SELECT migrate_register('e1', 'CREATE TABLE @prefix@_t ();
                               COMMENT ON TABLE @schema@.@prefix@_t IS ''@prefix@''',
                        E'DROP TABLE @prefix@_t;\n  DROP TABLE @prefix@_u', prefix => 'errors');
SELECT prefix, revision, statements FROM migrate_upgrade(prefix => 'errors');
SELECT obj_description('errors.errors_t'::regclass, 'pg_class') AS comment;
SELECT revision FROM migrate_downgrade(prefix => 'errors');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('e2', 'DROP TABLE IF EXISTS @prefix@_none;
                               DO $$ BEGIN RAISE WARNING ''careful''; END $$',
                        '', prefix => 'errors');
SELECT prefix, revision, statements FROM migrate_upgrade(prefix => 'errors');
-- migrate.prefix names the prefix of a session.
SET migrate.prefix = 'errors';
SELECT prefix, revision FROM migrate_downgrade();
SELECT prefix, revision FROM migrate_current();
RESET migrate.prefix;
SELECT revision FROM migrate_stamp('{base}', true, 'errors');
DROP TABLE errors.errors_t;
SELECT migrate_drop_prefix('errors');
DROP SCHEMA errors;
-- A text may not start other revisions, nor register, stamp or change a prefix.
SELECT migrate_unregister('err');
CREATE TABLE nested (call text);
INSERT INTO nested VALUES
    ('SELECT migrate_upgrade()'), ('SELECT * FROM migrate_upgrade(''sees2'')'),
    ('SELECT migrate_downgrade()'), ('SELECT migrate_stamp(''{set1}'')'),
    ('SELECT migrate_register(''other'', '''')'), ('SELECT migrate_create(''other'')'),
    ('SELECT migrate_unregister(''sees2'')'),
    ('DO $$ BEGIN PERFORM migrate_upgrade(''sees2''); END $$'),
    ('DO $$ BEGIN EXECUTE ''SELECT migrate_downgrade()''; END $$'),
    ('SELECT migrate_create_prefix(''inner'')'), ('SELECT migrate_drop_prefix('''', true)'),
    ('SELECT migrate_set_owner('''', current_user)'),
    ('SELECT migrate_set_option(''isolation'', ''off'')');
CREATE FUNCTION try_nested(call text, OUT state text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM migrate_register('nest', call, '', down_revision => '{path1}');
    PERFORM migrate_upgrade('nest');
    state := 'it ran';
    RAISE unique_violation; -- take it back
EXCEPTION WHEN unique_violation THEN
    NULL;
WHEN OTHERS THEN
    state := sqlstate;
    message := sqlerrm;
END $$;
SELECT call, state, message FROM nested, try_nested(call) ORDER BY call COLLATE "C";
-- Catching that error inside of the text does not help.
SELECT migrate_register('nest', $m$
DO $$ BEGIN
    PERFORM migrate_stamp('{base}', true);
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE '%', sqlerrm;
END $$ $m$, '', down_revision => '{path1}');
SELECT revision FROM migrate_upgrade('nest');
SELECT revision FROM migrate_current();
-- Looking is allowed, and sees the state before the revision.
SELECT migrate_register('looks', 'INSERT INTO seen (what)
                                  SELECT ''looks '' || revision FROM migrate_current()', '',
                        down_revision => '{nest}');
SELECT revision FROM migrate_upgrade('looks');
SELECT what FROM seen WHERE what LIKE 'looks%';
-- After all that a call at the top works.
SELECT revision FROM migrate_upgrade('sees2');
SELECT revision FROM migrate_downgrade('sees2@set3');
-- A caller with one snapshot for its whole transaction works as well.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM seen WHERE false;
SELECT revision FROM migrate_upgrade('sees2');
SELECT revision FROM migrate_current() ORDER BY 1;
SELECT i FROM chain ORDER BY i;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT revision FROM migrate_downgrade('sees2@set3');
COMMIT;
SELECT revision FROM migrate_current() ORDER BY 1;
-- Nothing runs in a read-only transaction, even when there is nothing to do; looking is fine.
BEGIN READ ONLY;
SAVEPOINT s;
SELECT revision FROM migrate_upgrade('sees2');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT revision FROM migrate_upgrade('set1');
ROLLBACK TO s;
SELECT revision FROM migrate_downgrade('base');
ROLLBACK TO s;
SELECT revision FROM migrate_stamp('{base}');
ROLLBACK TO s;
SELECT migrate_register('set1', 'SELECT');
ROLLBACK TO s;
SELECT migrate_create('x');
ROLLBACK TO s;
SELECT migrate_unregister('sees2');
ROLLBACK TO s;
SELECT migrate_create_prefix('read_only');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT migrate_set_option('work_mem', '1MB');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT revision FROM migrate_current();
SELECT revision, direction FROM migrate_plan('sees2');
SELECT prefix, pending FROM migrate_status();
SELECT revision FROM migrate_history('sees1:sees2');
COMMIT;
DROP FUNCTION state, try_nested, err;
DROP EXTENSION migrate;
DROP TABLE seen, nested, callers_own, made_here;
DROP SCHEMA other CASCADE;
