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

-- What stands for a prefix in locks.  Not part of a dump: a number means something to the sessions
-- of one database only, and numbers that rows of a dump have are passed over.
CREATE SEQUENCE migrate.prefix_number AS integer;
COMMENT ON SEQUENCE migrate.prefix_number IS 'numbers of prefixes, none of which is given twice';

ALTER TABLE migrate.prefix
    ADD COLUMN number integer NOT NULL UNIQUE DEFAULT pg_catalog.nextval('migrate.prefix_number');
COMMENT ON COLUMN migrate.prefix.number IS 'what stands for it in locks, as objid in pg_locks';

ALTER TABLE migrate.object ADD COLUMN kept text COLLATE pg_catalog."C";
COMMENT ON COLUMN migrate.object.kept IS
    'revision whose downgrade had to leave it, and whose next upgrade takes it over';

-- What is new belongs to whoever has the rest, as when all of it is installed at once; not to the
-- superuser who happens to update.  Rights come after that, for they name who gave them.
DO $$
BEGIN
    EXECUTE pg_catalog.format('ALTER SEQUENCE migrate.prefix_number OWNER TO %I', (
        SELECT pg_catalog.pg_get_userbyid(n.nspowner) FROM pg_catalog.pg_namespace AS n
        WHERE n.nspname OPERATOR(pg_catalog.=) 'migrate'));
    EXECUTE pg_catalog.format('GRANT USAGE ON SEQUENCE migrate.prefix_number TO %I', (
        SELECT pg_catalog.pg_get_userbyid(e.extowner) FROM pg_catalog.pg_extension AS e
        WHERE e.extname OPERATOR(pg_catalog.=) 'migrate'));
END
$$;
