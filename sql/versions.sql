-- Between the installation of a new package and ALTER EXTENSION, and in sessions that are older than
-- the package, library and SQL do not belong together.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
SELECT extversion AS version FROM pg_extension WHERE extname = 'migrate' \gset
SELECT set_config('test.version', :'version', false) = :'version' AS noted;
-- What a call says, with the version of the library left out.
CREATE FUNCTION said(call text) RETURNS TABLE (code text, message text, detail text, hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE call;
    message := 'it succeeded';
    RETURN NEXT;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
        hint = PG_EXCEPTION_HINT;
    code := SQLSTATE;
    detail := replace(detail, 'library is of version ' || current_setting('test.version'),
                      'library is of …');
    RETURN NEXT;
END $$;
\x
UPDATE pg_extension SET extversion = '0.1' WHERE extname = 'migrate';
SELECT * FROM said('SELECT migrate_upgrade()');
SELECT * FROM said('SELECT * FROM migrate_status()');
-- Nor does the trigger judge a row that somebody else than the owner of the tables restores.
CREATE ROLE regress_migrate_restorer;
GRANT USAGE ON SCHEMA migrate TO regress_migrate_restorer;
GRANT INSERT ON migrate.version TO regress_migrate_restorer;
SET ROLE regress_migrate_restorer;
SELECT * FROM said($$INSERT INTO migrate.version VALUES ('', 'r1')$$);
RESET ROLE;
REVOKE INSERT ON migrate.version FROM regress_migrate_restorer;
REVOKE USAGE ON SCHEMA migrate FROM regress_migrate_restorer;
DROP ROLE regress_migrate_restorer;
UPDATE pg_extension SET extversion = '1000.1' WHERE extname = 'migrate';
SELECT * FROM said('SELECT migrate_check()');
\x
\set SHOW_CONTEXT never
\set VERBOSITY sqlstate
CALL migrate_deploy();
\set VERBOSITY default
UPDATE pg_extension SET extversion = :'version' WHERE extname = 'migrate';
SELECT * FROM said('SELECT * FROM migrate_current()');
-- A row type that a superuser has altered is refused, before the server reads beyond what there is.
SELECT migrate_register('r1', 'SELECT', '');
ALTER TYPE migrate.step ADD ATTRIBUTE more int;
SELECT * FROM migrate_upgrade();
ALTER TYPE migrate.step DROP ATTRIBUTE more;
SELECT * FROM migrate_upgrade();
SELECT * FROM migrate_current();
DROP FUNCTION said;
DROP EXTENSION migrate;
