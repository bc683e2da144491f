\echo Use "ALTER EXTENSION migrate UPDATE TO '1.0.1'" to load this file. \quit

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

ALTER TABLE migrate.prefix
    ADD COLUMN number bigint NOT NULL UNIQUE
        DEFAULT pg_catalog.hashtextextended(pg_catalog.gen_random_uuid()::pg_catalog.text, 0)
                OPERATOR(pg_catalog.&) 140737488355327;
COMMENT ON COLUMN migrate.prefix.number IS
    'what stands for it in locks: 47 random bits, which no two prefixes share; objid in pg_locks is the lower 32';

ALTER TABLE migrate.object ADD COLUMN kept text COLLATE pg_catalog."C";
COMMENT ON COLUMN migrate.object.kept IS
    'revision whose downgrade had to leave it, and whose next upgrade takes it over';
CREATE INDEX object_kept ON migrate.object (prefix) WHERE kept IS NOT NULL;
