\echo Use "ALTER EXTENSION migrate UPDATE TO '1.1'" to load this file. \quit

-- A deploy works through many transactions: between two of them no table is locked, but it holds
-- the extension from begin to end.
DO $$
DECLARE
    holder bigint := (
        SELECT l.pid FROM pg_catalog.pg_locks AS l
        WHERE l.locktype OPERATOR(pg_catalog.=) 'object' AND l.granted
          AND l.mode OPERATOR(pg_catalog.=) 'AccessShareLock'
          AND l.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()
          AND l.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
          AND l.database OPERATOR(pg_catalog.=) (
              SELECT d.oid FROM pg_catalog.pg_database AS d
              WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
          AND l.objid OPERATOR(pg_catalog.=) (
              SELECT e.oid FROM pg_catalog.pg_extension AS e
              WHERE e.extname OPERATOR(pg_catalog.=) 'migrate')
        ORDER BY l.pid LIMIT 1);
BEGIN
    IF holder IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'object_in_use',
            MESSAGE = 'extension "migrate" cannot be updated while a deploy is running',
            DETAIL = pg_catalog.format('Process %s is at it.', holder),
            HINT = 'Try again when it has ended.';
    END IF;
END
$$;

-- Whoever has called a function holds them to the end of its transaction, and who calls one from
-- now on waits, and finds the new version.
LOCK TABLE migrate.prefix, migrate.revision, migrate.version, migrate.log, migrate.run,
    migrate.object, migrate.snapshot;

-- A parameter more is another function.
DROP FUNCTION migrate_stamp(text[], boolean, text);
CREATE FUNCTION migrate_stamp(
    targets text[],
    purge boolean DEFAULT false,
    prefix text DEFAULT NULL,
    verify boolean DEFAULT false)
RETURNS SETOF migrate.stamped_row
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_stamp(text[], boolean, text, boolean) IS
    'set where a prefix stands without running anything, and return its rows';
