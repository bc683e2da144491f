\echo Use "ALTER EXTENSION migrate UPDATE TO '1.0'" to load this file. \quit

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
LOCK TABLE migrate.prefix, migrate.revision, migrate.version, migrate.log, migrate.object;

-- Tables refer to each other no more: a parallel restore loads them in any order.
ALTER TABLE migrate.revision DROP CONSTRAINT revision_prefix_fkey;

ALTER TABLE migrate.prefix
    DROP CONSTRAINT prefix_name_check,
    DROP CONSTRAINT prefix_naming_check,
    DROP CONSTRAINT prefix_isolation_check;

-- What columns may hold.  Domains, for a CHECK of a table is parsed by each statement that
-- changes a row of it, whether it changes that column or not, and a deploy changes some for each
-- revision.
CREATE DOMAIN migrate.prefix_name AS text COLLATE pg_catalog."C"
    CHECK (VALUE OPERATOR(pg_catalog.~) '^([a-z][a-z0-9_]*)?$'
           AND pg_catalog.octet_length(VALUE) OPERATOR(pg_catalog.<=) 40);
CREATE DOMAIN migrate.naming AS text
    CHECK (VALUE OPERATOR(pg_catalog.=) ANY (ARRAY['prefixed', 'any']));
CREATE DOMAIN migrate.isolation AS text
    CHECK (VALUE OPERATOR(pg_catalog.=) ANY (ARRAY['error', 'warn', 'off']));
CREATE DOMAIN migrate.settings AS jsonb
    CHECK (pg_catalog.jsonb_typeof(VALUE) OPERATOR(pg_catalog.=) 'object');
CREATE DOMAIN migrate.snapshots AS text
    CHECK (VALUE OPERATOR(pg_catalog.=) ANY (ARRAY['run', 'revision', 'off']));
CREATE DOMAIN migrate.run_direction AS text
    CHECK (VALUE OPERATOR(pg_catalog.=) ANY (ARRAY['upgrade', 'downgrade']));
CREATE DOMAIN migrate.run_outcome AS text
    CHECK (VALUE OPERATOR(pg_catalog.=) ANY (ARRAY['running', 'failed']));
COMMENT ON DOMAIN migrate.prefix_name IS 'name of a prefix, empty for the default one';
COMMENT ON DOMAIN migrate.naming IS 'which names the objects of a prefix may have';
COMMENT ON DOMAIN migrate.isolation IS 'what happens when a revision reaches for what is foreign';
COMMENT ON DOMAIN migrate.settings IS 'values of settings by their names';
COMMENT ON DOMAIN migrate.snapshots IS 'when the schema of a prefix is noted';
COMMENT ON DOMAIN migrate.run_direction IS 'which way a deploy or revert runs';
COMMENT ON DOMAIN migrate.run_outcome IS 'how a deploy or revert is doing';

ALTER TABLE migrate.prefix
    ALTER COLUMN name TYPE migrate.prefix_name,
    ALTER COLUMN naming TYPE migrate.naming,
    ALTER COLUMN isolation TYPE migrate.isolation,
    ALTER COLUMN settings TYPE migrate.settings,
    ADD COLUMN snapshots migrate.snapshots NOT NULL DEFAULT 'run';
COMMENT ON COLUMN migrate.prefix.snapshots IS
    'when its schema is noted: after each run, after each revision, or never (off)';

-- Keys are compared byte by byte.
ALTER TABLE migrate.revision
    ALTER COLUMN prefix TYPE text COLLATE pg_catalog."C",
    ALTER COLUMN id TYPE text COLLATE pg_catalog."C";
ALTER TABLE migrate.version
    ALTER COLUMN prefix TYPE text COLLATE pg_catalog."C",
    ALTER COLUMN revision TYPE text COLLATE pg_catalog."C";
ALTER TABLE migrate.log
    ALTER COLUMN prefix TYPE text COLLATE pg_catalog."C",
    ALTER COLUMN revision TYPE text COLLATE pg_catalog."C";
ALTER TABLE migrate.object
    ALTER COLUMN prefix TYPE text COLLATE pg_catalog."C",
    ALTER COLUMN type TYPE text COLLATE pg_catalog."C",
    ALTER COLUMN identity TYPE text COLLATE pg_catalog."C",
    ALTER COLUMN revision TYPE text COLLATE pg_catalog."C";

CREATE INDEX object_oids ON migrate.object (object_oid, prefix);

CREATE TABLE migrate.run (
    prefix text COLLATE pg_catalog."C" NOT NULL PRIMARY KEY,
    direction migrate.run_direction NOT NULL,
    revision text NOT NULL,
    outcome migrate.run_outcome NOT NULL DEFAULT 'running',
    started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    role text NOT NULL,
    statements bigint NOT NULL DEFAULT 0,
    checksum bytea,
    statement bigint,
    relation_oid bigint,
    index_oids bigint[] NOT NULL DEFAULT '{}',
    origin text NOT NULL
);
COMMENT ON TABLE migrate.run IS
    'the revision that a deploy or revert of a prefix is at, or was at when it stopped half-way';
COMMENT ON COLUMN migrate.run.prefix IS 'the prefix';
COMMENT ON COLUMN migrate.run.direction IS 'upgrade or downgrade';
COMMENT ON COLUMN migrate.run.revision IS 'the revision that is being run';
COMMENT ON COLUMN migrate.run.outcome IS
    'failed when an error stopped it; else running, or interrupted when nobody holds its lock';
COMMENT ON COLUMN migrate.run.started_at IS 'when this revision was begun';
COMMENT ON COLUMN migrate.run.role IS 'role that called';
COMMENT ON COLUMN migrate.run.statements IS
    'statements of its text that are done and committed, in a revision that is not atomic';
COMMENT ON COLUMN migrate.run.checksum IS 'SHA-256 of the text as far as those statements go';
COMMENT ON COLUMN migrate.run.statement IS
    'the statement outside of a transaction that was begun, null when there is none';
COMMENT ON COLUMN migrate.run.relation_oid IS
    'the index or partition that this statement takes away, where origin says';
COMMENT ON COLUMN migrate.run.index_oids IS
    'indexes that this statement has created, valid or not, where origin says';
COMMENT ON COLUMN migrate.run.origin IS 'cluster and database in which the oids mean something';

CREATE TABLE migrate.snapshot (
    prefix text COLLATE pg_catalog."C" NOT NULL,
    revisions text[] COLLATE pg_catalog."C" NOT NULL,
    fingerprint text NOT NULL,
    objects text,
    server bigint NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    PRIMARY KEY (prefix, revisions)
);
COMMENT ON TABLE migrate.snapshot IS 'schemas of prefixes as runs have left them';
COMMENT ON COLUMN migrate.snapshot.prefix IS 'the prefix';
COMMENT ON COLUMN migrate.snapshot.revisions IS 'its latest applied revisions then';
COMMENT ON COLUMN migrate.snapshot.fingerprint IS 'hash of the objects that belong to it';
COMMENT ON COLUMN migrate.snapshot.objects IS
    'a line per object: kind, name, of what, place, and properties; only of the latest';
COMMENT ON COLUMN migrate.snapshot.server IS 'major version of the server that printed them';
COMMENT ON COLUMN migrate.snapshot.taken_at IS 'when it was noted';

SELECT pg_catalog.pg_extension_config_dump('migrate.run', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.snapshot', '');

CREATE FUNCTION migrate.guard_prefix() RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'migrate_guard_prefix';
COMMENT ON FUNCTION migrate.guard_prefix() IS
    'leave out prefixes of roles that whoever inserts them could not become';

CREATE FUNCTION migrate.guard_row() RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'migrate_guard_row';
COMMENT ON FUNCTION migrate.guard_row() IS
    'leave out rows of prefixes whose owner whoever inserts them could not become';

CREATE TRIGGER guard BEFORE INSERT ON migrate.prefix
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_prefix();
CREATE TRIGGER guard BEFORE INSERT ON migrate.revision
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
CREATE TRIGGER guard BEFORE INSERT ON migrate.version
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
CREATE TRIGGER guard BEFORE INSERT ON migrate.log
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
CREATE TRIGGER guard BEFORE INSERT ON migrate.run
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
CREATE TRIGGER guard BEFORE INSERT ON migrate.object
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
CREATE TRIGGER guard BEFORE INSERT ON migrate.snapshot
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();

COMMENT ON TRIGGER guard ON migrate.prefix IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.revision IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.version IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.log IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.run IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.object IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.snapshot IS 'judges rows that are put in directly';

ALTER TYPE migrate.revision_details ADD ATTRIBUTE objects text[];

-- Its new columns stand among the old ones, which no ALTER TYPE can do.
DROP FUNCTION migrate_status(text);
DROP TYPE migrate.prefix_status;
CREATE TYPE migrate.prefix_status AS (
    prefix text,
    owner text,
    schema text,
    template text,
    current text[],
    heads text[],
    pending bigint,
    last_run text,
    last_run_at timestamptz,
    state text,
    running_revision text,
    running_since timestamptz,
    running_pid bigint,
    running_query text,
    leftovers text[],
    has_drifted boolean
);
COMMENT ON TYPE migrate.prefix_status IS 'where a prefix stands';

CREATE FUNCTION migrate_status(prefix text DEFAULT NULL)
RETURNS SETOF migrate.prefix_status
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_status(text) IS
    'show every prefix, or one: where it stands, what is pending, what runs';

CREATE TYPE migrate.finding AS (
    revision text,
    kind text,
    object text,
    detail text
);
COMMENT ON TYPE migrate.finding IS 'why a revision does not come undone';

CREATE TYPE migrate.drift AS (
    prefix text,
    change text,
    object text,
    property text,
    before text,
    after text
);
COMMENT ON TYPE migrate.drift IS 'a difference between a schema and what the last revision left';

CREATE TYPE migrate.provenance AS (
    object text,
    prefix text,
    revision text
);
COMMENT ON TYPE migrate.provenance IS 'who made an object';

CREATE PROCEDURE migrate_deploy(target text DEFAULT 'head', prefix text DEFAULT NULL)
LANGUAGE c
AS 'MODULE_PATHNAME';
COMMENT ON PROCEDURE migrate_deploy(text, text) IS
    'run the up texts that lead to a target, each in a transaction of its own or outside of one';

CREATE PROCEDURE migrate_revert(target text DEFAULT '-1', prefix text DEFAULT NULL)
LANGUAGE c
AS 'MODULE_PATHNAME';
COMMENT ON PROCEDURE migrate_revert(text, text) IS
    'run the down texts that lead back to a target, each in a transaction of its own or outside of one';

CREATE FUNCTION migrate_verify(target text DEFAULT 'head', prefix text DEFAULT NULL)
RETURNS SETOF migrate.finding
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_verify(text, text) IS
    'run pending revisions up, down and up again, and return what did not come undone; nothing stays';

CREATE FUNCTION migrate_drift(prefix text DEFAULT NULL)
RETURNS SETOF migrate.drift
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_drift(text) IS
    'show what differs between the schema now and the one that the last run left';

CREATE FUNCTION migrate_owner_of(object text)
RETURNS SETOF migrate.provenance
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_owner_of(text) IS
    'show which prefix and revision made a relation, type, function or column';

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
    object text;
BEGIN
    FOREACH object IN ARRAY ARRAY[
        'DOMAIN migrate.prefix_name', 'DOMAIN migrate.naming', 'DOMAIN migrate.isolation',
        'DOMAIN migrate.settings', 'DOMAIN migrate.snapshots', 'DOMAIN migrate.run_direction',
        'DOMAIN migrate.run_outcome',
        'TABLE migrate.run', 'TABLE migrate.snapshot',
        'FUNCTION migrate.guard_prefix()', 'FUNCTION migrate.guard_row()',
        'TYPE migrate.prefix_status', 'TYPE migrate.finding', 'TYPE migrate.drift',
        'TYPE migrate.provenance', 'FUNCTION migrate_status(text)',
        'PROCEDURE migrate_deploy(text, text)', 'PROCEDURE migrate_revert(text, text)',
        'FUNCTION migrate_verify(text, text)', 'FUNCTION migrate_drift(text)',
        'FUNCTION migrate_owner_of(text)'] LOOP
        EXECUTE pg_catalog.format('ALTER %s OWNER TO %I', object, table_owner);
    END LOOP;
    EXECUTE pg_catalog.format(
        'GRANT SELECT, INSERT ON migrate.prefix, migrate.revision, migrate.version, migrate.log,'
        ' migrate.run, migrate.object, migrate.snapshot TO %I', extension_owner);
END
$$;

GRANT SELECT ON migrate.run TO PUBLIC;
GRANT SELECT (prefix, revisions, fingerprint, server, taken_at) ON migrate.snapshot TO PUBLIC;
