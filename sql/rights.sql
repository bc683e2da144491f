\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- owner has a prefix, member may act as owner, stranger has a prefix of its own and wants more.
CREATE ROLE regress_migrate_owner;
CREATE ROLE regress_migrate_member;
CREATE ROLE regress_migrate_stranger;
GRANT regress_migrate_owner TO regress_migrate_member;
CREATE SCHEMA shelf AUTHORIZATION regress_migrate_owner;
CREATE SCHEMA den AUTHORIZATION regress_migrate_stranger;
SELECT session_user AS me \gset
-- Who may create a prefix: whoever can become its owner, and the owner can create in the schema.
SET ROLE regress_migrate_stranger;
SELECT migrate_create_prefix('books', 'regress_migrate_owner', 'shelf');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create_prefix('books', schema => 'shelf');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('x', 'SELECT 1');
\echo :LAST_ERROR_SQLSTATE
SET ROLE regress_migrate_member;
SELECT migrate_create_prefix('books', 'regress_migrate_owner', 'shelf');
SET ROLE regress_migrate_stranger;
SELECT migrate_create_prefix('evil', schema => 'den');
SELECT name, owner, schema, naming FROM migrate.prefix ORDER BY name;
-- Nobody writes the tables directly, the texts are hidden, the rest may be read.
INSERT INTO migrate.version VALUES ('books', 'x');
DELETE FROM migrate.log;
SELECT up FROM migrate.revision;
SELECT id, message, is_head FROM migrate.revision;
RESET ROLE;
-- Owner, member and superuser register; a stranger may not.
SET ROLE regress_migrate_stranger;
SELECT migrate_register('b1', 'SELECT 1', prefix => 'books');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_create('b1', prefix => 'books');
SELECT migrate_set_option('isolation', 'off', 'books');
SELECT migrate_set_owner('books', 'regress_migrate_stranger');
SELECT migrate_drop_prefix('books', true);
\echo :LAST_ERROR_SQLSTATE
SET ROLE regress_migrate_owner;
SELECT migrate_register('b1', 'CREATE TABLE books_b1 AS SELECT current_user AS who',
                        'DROP TABLE books_b1', prefix => 'books');
SET ROLE regress_migrate_member;
SELECT migrate_register('b2', 'CREATE TABLE books_b2 AS SELECT current_user AS who',
                        'DROP TABLE books_b2', prefix => 'books');
RESET ROLE;
SELECT migrate_register('b3', 'CREATE TABLE books_b3 AS SELECT current_user AS who',
                        'DROP TABLE books_b3', prefix => 'books');
SELECT id, registered_by = :'me' AS by_me, registered_by = 'regress_migrate_owner' AS by_owner,
       registered_by = 'regress_migrate_member' AS by_member
FROM migrate.revision ORDER BY ordinal;
-- The same for running, stamping and reading texts.
SET ROLE regress_migrate_stranger;
SELECT * FROM migrate_upgrade('b1', 'books');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_downgrade('base', 'books');
SELECT * FROM migrate_stamp('{b1}', prefix => 'books');
\echo :LAST_ERROR_SQLSTATE
SELECT revision, up FROM migrate_show('b1', 'books');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_unregister('b3', 'books');
-- Where a prefix stands and what is planned, everybody may see.
SELECT revision, message FROM migrate_history(prefix => 'books');
SELECT revision FROM migrate_plan(prefix => 'books');
SELECT prefix, current, heads, pending FROM migrate_status('books');
SET ROLE regress_migrate_owner;
SELECT revision FROM migrate_upgrade('b1', 'books');
SELECT revision, up FROM migrate_show('b1', 'books');
SET ROLE regress_migrate_member;
SELECT revision FROM migrate_upgrade('b2', 'books');
SELECT revision, up FROM migrate_show('b2', 'books');
RESET ROLE;
SELECT revision FROM migrate_upgrade('b3', 'books');
-- Whoever calls: the text runs as the owner, and the owner owns what it makes.
SELECT 'b1' AS revision, who FROM shelf.books_b1 UNION ALL SELECT 'b2', who FROM shelf.books_b2
UNION ALL SELECT 'b3', who FROM shelf.books_b3 ORDER BY 1;
SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'shelf' ORDER BY 1;
SELECT revision, role, session_role = :'me' AS session_is_mine FROM migrate.log
WHERE prefix = 'books' ORDER BY revision;
SELECT current_user = :'me' AS still_me;
SET ROLE regress_migrate_member;
SELECT revision FROM migrate_downgrade('b1', 'books');
SELECT current_user;
RESET ROLE;
-- A text can do what its owner may do, and no more, though a superuser calls.
CREATE TABLE secret AS SELECT 42 AS answer;
SELECT migrate_register('b2', 'SELECT * FROM public.secret', prefix => 'books');
SELECT * FROM migrate_upgrade('b2', 'books');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('b2', 'ALTER ROLE regress_migrate_owner SUPERUSER', prefix => 'books');
SELECT migrate_unregister('b3', 'books');
DO $$
BEGIN
    PERFORM migrate_upgrade('b2', 'books');
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'refused';
END $$;
SELECT rolsuper FROM pg_roles WHERE rolname = 'regress_migrate_owner';
-- Escapes: what a stranger's text plants never acts as the superuser who calls.  spy() notes whom
-- it runs as; at the end no other name than the stranger's may stand in caught.
SET ROLE regress_migrate_stranger;
CREATE TABLE den.caught (how text, who text);
CREATE FUNCTION den.spy(how text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO den.caught VALUES (how, current_user);
    RETURN how;
EXCEPTION WHEN OTHERS THEN
    RETURN sqlerrm;
END $$;
CREATE FUNCTION den.spy_trigger() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN PERFORM den.spy(tg_argv[0]); RETURN NULL; END $$;
CREATE FUNCTION den.spy_index(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE
    AS $$ BEGIN PERFORM den.spy('expression'); RETURN i; END $$;
SELECT migrate_set_option('isolation', 'off', 'evil');
RESET ROLE;
-- attack: the stranger registers a text, the superuser runs it; text and answer are shown.
CREATE FUNCTION attack(up text, OUT state text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL ROLE regress_migrate_stranger;
    PERFORM migrate_stamp('{base}', true, 'evil');
    PERFORM migrate_register('attack', up, '', prefix => 'evil');
    RESET ROLE;
    PERFORM migrate_upgrade('attack', 'evil');
    state := 'it ran';
EXCEPTION WHEN OTHERS THEN
    state := sqlstate;
    message := sqlerrm;
END $$;
-- The text itself runs as the stranger.
SELECT * FROM attack('SELECT den.spy(''plain'')');
SELECT current_user = :'me' AS still_me;
SELECT how, who FROM den.caught;
-- Other roles.
SELECT attempt, state, message FROM unnest(ARRAY[
    'RESET ROLE', 'SET ROLE NONE', 'SET LOCAL ROLE NONE', 'SET SESSION AUTHORIZATION DEFAULT',
    'RESET SESSION AUTHORIZATION', 'SELECT set_config(''role'', ''none'', false)',
    'SELECT set_config(''role'', session_user, true)',
    'SELECT set_config(''session_authorization'', session_user, true)',
    'DO $$ BEGIN EXECUTE format(''SET ROLE %I'', session_user); END $$',
    'DO $$ BEGIN EXECUTE format(''SET SESSION AUTHORIZATION %I'', session_user); END $$',
    'DO $$ BEGIN RESET ROLE; EXCEPTION WHEN OTHERS THEN PERFORM den.spy(''after error''); END $$',
    'CREATE FUNCTION den.as_none() RETURNS text LANGUAGE sql SET role = ''none''
         AS ''SELECT den.spy(''''function'''')''; SELECT den.as_none()',
    'RESET ALL; SELECT den.spy(''reset all'')', 'UPDATE pg_settings SET setting = ''none''
         WHERE name = ''role''; SELECT den.spy(''pg_settings'')'])
    WITH ORDINALITY AS attempts (attempt, n), LATERAL attack(attempt) ORDER BY n;
SELECT current_user = :'me' AS still_me, current_setting('role') AS role;
-- Deferred triggers and constraints that would fire when the superuser commits.
SELECT * FROM attack($$
    CREATE TABLE den.late (i int);
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON den.late DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION den.spy_trigger('deferred trigger');
    INSERT INTO den.late VALUES (1) $$);
SELECT * FROM attack($$
    CREATE TABLE den.late (i int);
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON den.late DEFERRABLE INITIALLY IMMEDIATE
        FOR EACH ROW EXECUTE FUNCTION den.spy_trigger('deferred by SET');
    SET CONSTRAINTS ALL DEFERRED;
    INSERT INTO den.late VALUES (1) $$);
SELECT * FROM attack($$
    CREATE TABLE den.late (i int,
        EXCLUDE ((den.spy_index(i)) WITH =) DEFERRABLE INITIALLY DEFERRED);
    INSERT INTO den.late VALUES (1), (1) $$);
-- Cursors that the superuser's session would read, or that COMMIT would fill.
BEGIN;
SELECT * FROM attack($$ DECLARE held CURSOR WITH HOLD FOR SELECT den.spy('held cursor') $$);
SELECT * FROM attack($$ DECLARE "<unnamed>" CURSOR FOR SELECT den.spy('unnamed cursor') $$);
SELECT * FROM attack($$ DECLARE open CURSOR FOR SELECT den.spy('open cursor') $$);
SELECT * FROM attack($$ DO $d$ BEGIN
    EXECUTE 'DECLARE hidden CURSOR FOR SELECT den.spy(''hidden cursor'')'; END $d$ $$);
SELECT * FROM attack($$ DO $d$ DECLARE c refcursor := 'by_plpgsql'; BEGIN
    OPEN c FOR SELECT den.spy('plpgsql cursor'); END $d$ $$);
SELECT name FROM pg_cursors WHERE name IN ('held', '<unnamed>', 'open', 'hidden', 'by_plpgsql');
COMMIT;
-- Names that stay in the session: prepared statements, temporary objects, listeners.
SELECT attempt, state, message FROM unnest(ARRAY[
    'DO $$ BEGIN EXECUTE ''PREPARE s1 AS SELECT den.spy(''''prepared'''')''; END $$',
    'DO $$ BEGIN EXECUTE ''LISTEN evil''; END $$', 'DO $$ BEGIN EXECUTE ''DISCARD PLANS''; END $$',
    'CREATE TEMP TABLE pg_roles (rolname text)',
    'CREATE TEMP VIEW pg_class AS SELECT den.spy(''view'') AS relname',
    'CREATE VIEW pg_temp.pg_class AS SELECT den.spy(''view'') AS relname',
    'CREATE TABLE pg_temp.pg_roles (rolname text)', 'SELECT 1 AS rolname INTO TEMP pg_roles',
    'DO $$ BEGIN EXECUTE ''CREATE TEMP TABLE pg_roles (rolname text)''; END $$',
    'SET search_path = den, pg_catalog; SET work_mem = ''1TB'''])
    WITH ORDINALITY AS attempts (attempt, n), LATERAL attack(attempt) ORDER BY n;
SELECT attempt, state <> 'it ran' AS is_refused FROM unnest(ARRAY[
    'CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (den.spy(''domain'') IS NOT NULL)',
    'CREATE TYPE pg_temp.regclass AS ENUM ()',
    'CREATE FUNCTION pg_temp.now() RETURNS int LANGUAGE sql AS ''SELECT 1'''])
    WITH ORDINALITY AS attempts (attempt, n), LATERAL attack(attempt) ORDER BY n;
SELECT count(*) AS prepared FROM pg_prepared_statements WHERE name = 's1';
SELECT count(*) AS listening FROM pg_listening_channels();
SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()
UNION ALL SELECT typname FROM pg_type WHERE typnamespace = pg_my_temp_schema()
UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = pg_my_temp_schema();
-- Other histories, by calls from within.
SELECT attempt, state, message FROM unnest(ARRAY[
    'SELECT migrate_upgrade(''head'', ''books'')',
    'SELECT migrate_stamp(''{b1}'', true, ''books'')',
    'SELECT migrate_register(''b9'', ''SELECT 1'', prefix => ''books'')',
    'DELETE FROM migrate.version', 'UPDATE migrate.prefix SET owner = session_user'])
    WITH ORDINALITY AS attempts (attempt, n), LATERAL attack(attempt) ORDER BY n;
SELECT state FROM attack('GRANT regress_migrate_owner TO regress_migrate_stranger');
-- The down text, and the drop of orphaned types after it, are no different.
SET ROLE regress_migrate_stranger;
SELECT count(*) >= 0 AS stamped FROM migrate_stamp('{base}', true, 'evil');
SELECT migrate_register('attack', 'CREATE TYPE den.evil_type AS ENUM ()',
                        'SELECT den.spy(''down'')', prefix => 'evil');
RESET ROLE;
SELECT revision FROM migrate_upgrade('head', 'evil');
SELECT revision, dropped_types FROM migrate_downgrade('base', 'evil');
-- A role that was taken down from a superuser's session is as confined as the superuser itself.
SET ROLE regress_migrate_stranger;
SELECT migrate_register('attack', 'RESET ROLE; SELECT den.spy(''set role'')', '', prefix => 'evil');
SELECT revision FROM migrate_upgrade('head', 'evil');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('attack', 'CREATE TEMP TABLE evil_temp ()', '', prefix => 'evil');
SELECT revision FROM migrate_upgrade('head', 'evil');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SET SESSION AUTHORIZATION regress_migrate_stranger;
SELECT migrate_register('attack', 'RESET SESSION AUTHORIZATION; SELECT den.spy(''session'')', '',
                        prefix => 'evil');
SELECT revision FROM migrate_upgrade('head', 'evil');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
-- Nobody was caught with more rights than the stranger's.
SELECT DISTINCT how, CASE WHEN who = :'me' THEN 'the superuser' ELSE who END AS who
FROM den.caught ORDER BY 1, 2;
SELECT rolname FROM pg_roles WHERE rolname LIKE 'regress\_migrate\_%' AND rolsuper;
-- A member of a superuser's role may not write texts that the superuser runs, nor run them.
CREATE ROLE regress_migrate_super SUPERUSER;
GRANT regress_migrate_super TO regress_migrate_member;
SELECT migrate_create_prefix('top', 'regress_migrate_super', 'public');
SELECT migrate_register('t1', 'CREATE TABLE top_t1 ()', 'DROP TABLE top_t1', prefix => 'top');
SET ROLE regress_migrate_member;
SELECT migrate_register('t2', 'SELECT 1', prefix => 'top');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_upgrade('head', 'top');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrate_stamp('{t1}', prefix => 'top');
SELECT up FROM migrate_show('t1', 'top');
SELECT migrate_create_prefix('mine', 'regress_migrate_super', 'public');
SELECT migrate_set_owner('books', 'regress_migrate_super');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SELECT revision FROM migrate_upgrade('head', 'top');
SELECT tableowner FROM pg_tables WHERE tablename = 'top_t1';
SELECT revision FROM migrate_downgrade('base', 'top');
SELECT migrate_drop_prefix('top');
-- An owner that may create in its schema no more, or a schema that is gone, is an error: nothing is
-- made in another schema instead.
GRANT CREATE ON SCHEMA public TO regress_migrate_owner;
ALTER SCHEMA shelf OWNER TO :"me";
SELECT migrate_register('b2', 'CREATE TABLE books_b2 ()', 'DROP TABLE books_b2', prefix => 'books');
SELECT revision FROM migrate_upgrade('b2', 'books');
\echo :LAST_ERROR_SQLSTATE
ALTER SCHEMA shelf RENAME TO renamed;
SELECT revision FROM migrate_upgrade('b2', 'books');
\echo :LAST_ERROR_SQLSTATE
SELECT schemaname FROM pg_tables WHERE tablename = 'books_b2';
ALTER SCHEMA renamed RENAME TO shelf;
-- An owner that is gone is named; a superuser gives the prefix to somebody else.
DROP OWNED BY regress_migrate_owner;
DROP ROLE regress_migrate_owner;
SELECT * FROM migrate_upgrade('b2', 'books');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('b3', '', prefix => 'books');
SELECT * FROM migrate_stamp('{b1}', prefix => 'books');
SELECT up FROM migrate_show('b1', 'books');
SELECT prefix, owner, current FROM migrate_status('books');
SELECT revision FROM migrate_current('books');
SET ROLE regress_migrate_member;
SELECT migrate_set_owner('books', 'regress_migrate_member');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
SELECT migrate_set_owner('books', 'regress_migrate_owner');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_set_owner('books', 'regress_migrate_member');
\echo :LAST_ERROR_SQLSTATE
GRANT CREATE, USAGE ON SCHEMA shelf TO regress_migrate_member;
SELECT migrate_set_owner('books', 'regress_migrate_member');
SELECT owner FROM migrate.prefix WHERE name = 'books';
SELECT revision FROM migrate_upgrade('b2', 'books');
SELECT tableowner FROM pg_tables WHERE tablename = 'books_b2';
-- The owner of a prefix may give it away only to a role that it can become.
SET ROLE regress_migrate_member;
SELECT migrate_set_owner('books', 'regress_migrate_stranger');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
-- Who loses the right while a deploy runs ends it with what is running, which may be a statement.
CREATE FUNCTION take_right_away() RETURNS void LANGUAGE sql SECURITY DEFINER
    AS 'REVOKE regress_migrate_member FROM regress_migrate_stranger';
GRANT regress_migrate_member TO regress_migrate_stranger;
SELECT migrate_create_prefix('lent', 'regress_migrate_member', 'shelf');
SELECT migrate_register('l1', 'SELECT public.take_right_away()', '', prefix => 'lent');
SELECT migrate_register('l2', 'CREATE TABLE shelf.lent_l2 ()', '', prefix => 'lent');
SET client_min_messages = error;
SET SESSION AUTHORIZATION regress_migrate_stranger;
CALL migrate_deploy('head', 'lent');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
SELECT revision FROM migrate_current('lent');
SELECT migrate_register('l2', 'CREATE TABLE shelf.lent_l2 (); SELECT public.take_right_away(); VACUUM shelf.lent_l2;
    SELECT 1/0', '', prefix => 'lent');
GRANT regress_migrate_member TO regress_migrate_stranger;
SET SESSION AUTHORIZATION regress_migrate_stranger;
CALL migrate_deploy('head', 'lent');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
SELECT outcome, statements FROM migrate.run;
RESET client_min_messages;
DROP FUNCTION take_right_away;
DROP FUNCTION attack;
DROP EXTENSION migrate;
DROP TABLE secret;
DROP SCHEMA shelf, den CASCADE;
DROP ROLE regress_migrate_member, regress_migrate_stranger, regress_migrate_super;
