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

-- What a schema was is noted object by object.  What 1.0 noted in one text stays until the next
-- run, which notes all anew: its fingerprints are of another kind.
ALTER TABLE migrate.snapshot ADD COLUMN origin text;
COMMENT ON COLUMN migrate.snapshot.fingerprint IS
    'sum over the objects that belong to it; empty when it is not to be compared';
COMMENT ON COLUMN migrate.snapshot.objects IS
    'what version 1.0 noted: a line per object; null where noted_object has them';
COMMENT ON COLUMN migrate.snapshot.origin IS
    'cluster and database whose oids noted_object has; only of the latest, whose objects these are';

CREATE TABLE migrate.noted_object (
    prefix text COLLATE pg_catalog."C" NOT NULL,
    kind text COLLATE pg_catalog."C" NOT NULL,
    identity text COLLATE pg_catalog."C" NOT NULL,
    text text,
    fingerprint bigint,
    class_oid bigint,
    object_oid bigint,
    PRIMARY KEY (prefix, kind, identity)
);
CREATE INDEX noted_object_oids ON migrate.noted_object (object_oid, prefix);
COMMENT ON TABLE migrate.noted_object IS 'objects of prefixes as runs have left them';
COMMENT ON COLUMN migrate.noted_object.prefix IS 'the prefix';
COMMENT ON COLUMN migrate.noted_object.kind IS 'kind of object, as pg_identify_object says it';
COMMENT ON COLUMN migrate.noted_object.identity IS 'its name, readable and quoted';
COMMENT ON COLUMN migrate.noted_object.text IS
    'a line for it and each of its parts: kind, name, of what, place, and properties;'
    ' null when it could not be looked at';
COMMENT ON COLUMN migrate.noted_object.fingerprint IS
    'hash of these; null for what is nobody''s, or common to several prefixes';
COMMENT ON COLUMN migrate.noted_object.class_oid IS
    'the catalog of a relation, type or function; null for any other object';
COMMENT ON COLUMN migrate.noted_object.object_oid IS
    'its oid there, in the database that the origin of the snapshot names: a hint';
SELECT pg_catalog.pg_extension_config_dump('migrate.noted_object', '');

CREATE TRIGGER guard BEFORE INSERT ON migrate.noted_object
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
COMMENT ON TRIGGER guard ON migrate.noted_object IS 'judges rows that are put in directly';

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

-- What is new belongs to whoever has the rest, as when all of it is installed at once; not to the
-- superuser who happens to update.  Rights come after that, for they name who gave them.
DO $$
DECLARE
    extension_owner text := (
        SELECT pg_catalog.pg_get_userbyid(e.extowner) FROM pg_catalog.pg_extension AS e
        WHERE e.extname OPERATOR(pg_catalog.=) 'migrate');
    table_owner text := (
        SELECT pg_catalog.pg_get_userbyid(n.nspowner) FROM pg_catalog.pg_namespace AS n
        WHERE n.nspname OPERATOR(pg_catalog.=) 'migrate');
    function_owner text := (
        SELECT pg_catalog.pg_get_userbyid(p.proowner) FROM pg_catalog.pg_proc AS p
        WHERE p.oid OPERATOR(pg_catalog.=)
            pg_catalog.to_regprocedure('migrate_unregister(text, text)')::pg_catalog.oid);
BEGIN
    EXECUTE pg_catalog.format('ALTER TABLE migrate.noted_object OWNER TO %I', table_owner);
    EXECUTE pg_catalog.format(
        'ALTER FUNCTION migrate_stamp(text[], boolean, text, boolean) OWNER TO %I',
        function_owner);
    EXECUTE pg_catalog.format(
        'GRANT SELECT, INSERT ON migrate.noted_object TO %I', extension_owner);
END
$$;

GRANT SELECT (origin) ON migrate.snapshot TO PUBLIC;
GRANT SELECT (prefix, kind, identity, fingerprint, class_oid, object_oid)
    ON migrate.noted_object TO PUBLIC;
