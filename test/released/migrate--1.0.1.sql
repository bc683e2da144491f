\echo Use "CREATE EXTENSION migrate" to load this file. \quit

-- A plain CREATE SCHEMA: a schema of this name that somebody else made stops the
-- installation, so nobody but the installer can ever create anything in it.
CREATE SCHEMA migrate;
COMMENT ON SCHEMA migrate IS 'tables of the extension migrate: prefixes, revisions and what ran';

-- Natural keys only, roles by name, no oid as identity: a dump restores anywhere.
-- Whoever runs a revision checks the rights then; the rows below prove nothing.
-- No table refers to another one: a parallel restore loads them in any order.
-- Keys are compared byte by byte: no index is wrong after an upgrade of the operating system has
-- changed the order of a language, and comparing is cheaper.

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

CREATE TABLE migrate.prefix (
    name migrate.prefix_name NOT NULL PRIMARY KEY,
    owner text NOT NULL,
    schema text NOT NULL,
    naming migrate.naming NOT NULL DEFAULT 'prefixed',
    search_path text NOT NULL,
    template text,
    isolation migrate.isolation NOT NULL DEFAULT 'error',
    settings migrate.settings NOT NULL DEFAULT '{}',
    generation bigint NOT NULL DEFAULT 0,
    snapshots migrate.snapshots NOT NULL DEFAULT 'run',
    number bigint NOT NULL UNIQUE
        DEFAULT pg_catalog.hashtextextended(pg_catalog.gen_random_uuid()::pg_catalog.text, 0)
                OPERATOR(pg_catalog.&) 140737488355327
);
COMMENT ON TABLE migrate.prefix IS
    'independent histories of this database, each with its owner, its schema and its rule for names';
COMMENT ON COLUMN migrate.prefix.name IS 'name of the prefix, empty for the default one';
COMMENT ON COLUMN migrate.prefix.owner IS 'role with whose rights its revisions run';
COMMENT ON COLUMN migrate.prefix.schema IS 'schema in which its names are reserved and @schema@ in texts';
COMMENT ON COLUMN migrate.prefix.naming IS
    'prefixed: objects are named as the prefix or begin with it and an underscore; any: any free name';
COMMENT ON COLUMN migrate.prefix.search_path IS 'search_path while its revisions run';
COMMENT ON COLUMN migrate.prefix.template IS 'prefix whose revisions it runs instead of its own';
COMMENT ON COLUMN migrate.prefix.isolation IS
    'what happens when a revision reaches for objects of another prefix: error, warn or off';
COMMENT ON COLUMN migrate.prefix.settings IS 'settings while its revisions run, such as lock_timeout';
COMMENT ON COLUMN migrate.prefix.generation IS 'counts changes, so that a waiting call knows of them';
COMMENT ON COLUMN migrate.prefix.snapshots IS
    'when its schema is noted: after each run, after each revision, or never (off)';
COMMENT ON COLUMN migrate.prefix.number IS
    'what stands for it in locks: 47 random bits, which no two prefixes share; objid in pg_locks is the lower 32';

CREATE TABLE migrate.revision (
    prefix text COLLATE pg_catalog."C" NOT NULL,
    id text COLLATE pg_catalog."C" NOT NULL,
    ordinal bigint NOT NULL,
    down_revision text[] NOT NULL DEFAULT '{}',
    depends_on text[] NOT NULL DEFAULT '{}',
    branch_labels text[] NOT NULL DEFAULT '{}',
    message text NOT NULL DEFAULT '',
    up text NOT NULL,
    down text,
    up_transactional boolean NOT NULL DEFAULT true,
    down_transactional boolean NOT NULL DEFAULT true,
    checksum bytea NOT NULL,
    is_head boolean NOT NULL DEFAULT true,
    registered_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    registered_by text NOT NULL DEFAULT CURRENT_USER,
    PRIMARY KEY (prefix, id)
);
-- No other index begins with prefix: with it, plans made while the table is empty would look
-- up an id by reading all revisions of the prefix.
CREATE INDEX revision_is_head ON migrate.revision (prefix, id) WHERE is_head;
CREATE INDEX revision_branch_labels ON migrate.revision (prefix, id)
    WHERE branch_labels OPERATOR(pg_catalog.<>) '{}';
COMMENT ON TABLE migrate.revision IS 'steps of the schema''s history, with the texts that run';
COMMENT ON COLUMN migrate.revision.prefix IS 'history that it belongs to';
COMMENT ON COLUMN migrate.revision.id IS 'name of the revision';
COMMENT ON COLUMN migrate.revision.ordinal IS 'order of registration in its prefix';
COMMENT ON COLUMN migrate.revision.down_revision IS 'parents';
COMMENT ON COLUMN migrate.revision.depends_on IS
    'other revisions, or branch labels, that must be applied before it';
COMMENT ON COLUMN migrate.revision.branch_labels IS 'names for the line that begins here';
COMMENT ON COLUMN migrate.revision.message IS 'what it does, for people';
COMMENT ON COLUMN migrate.revision.up IS 'SQL that an upgrade runs';
COMMENT ON COLUMN migrate.revision.down IS 'SQL that a downgrade runs, null when there is no way back';
COMMENT ON COLUMN migrate.revision.up_transactional IS 'whether the up text can run in a transaction';
COMMENT ON COLUMN migrate.revision.down_transactional IS
    'whether the down text can run in a transaction';
COMMENT ON COLUMN migrate.revision.checksum IS 'SHA-256 of the up text, a zero byte and the down text';
COMMENT ON COLUMN migrate.revision.is_head IS 'whether no other revision names it as parent';
COMMENT ON COLUMN migrate.revision.registered_at IS 'when it was registered';
COMMENT ON COLUMN migrate.revision.registered_by IS 'role that registered it';

CREATE TABLE migrate.version (
    prefix text COLLATE pg_catalog."C" NOT NULL,
    revision text COLLATE pg_catalog."C" NOT NULL,
    PRIMARY KEY (prefix, revision)
);
COMMENT ON TABLE migrate.version IS 'where each prefix stands: its latest applied revisions';
COMMENT ON COLUMN migrate.version.prefix IS 'the prefix';
COMMENT ON COLUMN migrate.version.revision IS 'an applied revision that no other applied one needs';

CREATE TABLE migrate.log (
    id uuid NOT NULL PRIMARY KEY DEFAULT pg_catalog.gen_random_uuid(),
    prefix text COLLATE pg_catalog."C" NOT NULL,
    revision text COLLATE pg_catalog."C" NOT NULL,
    direction text NOT NULL
        CHECK (direction OPERATOR(pg_catalog.=) ANY (ARRAY['upgrade', 'downgrade', 'stamp'])),
    outcome text NOT NULL,
    started_at timestamptz NOT NULL,
    duration interval NOT NULL,
    statements bigint NOT NULL,
    role text NOT NULL,
    session_role text NOT NULL DEFAULT SESSION_USER,
    application_name text NOT NULL DEFAULT pg_catalog.current_setting('application_name'),
    client_address inet DEFAULT pg_catalog.inet_client_addr(),
    transaction_id xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(),
    checksum bytea,
    dropped_types text[] NOT NULL DEFAULT '{}',
    error_sqlstate text,
    error_message text,
    error_statement bigint,
    error_line bigint
);
CREATE INDEX log_revision ON migrate.log (prefix, revision, started_at);
CREATE INDEX log_started_at ON migrate.log (prefix, started_at);
COMMENT ON TABLE migrate.log IS 'every upgrade, downgrade and stamp that happened; rows are only added';
COMMENT ON COLUMN migrate.log.id IS 'identity of the entry';
COMMENT ON COLUMN migrate.log.prefix IS 'prefix that it happened to';
COMMENT ON COLUMN migrate.log.revision IS 'revision that ran';
COMMENT ON COLUMN migrate.log.direction IS 'upgrade, downgrade or stamp';
COMMENT ON COLUMN migrate.log.outcome IS 'applied, reverted, stamped or unstamped';
COMMENT ON COLUMN migrate.log.started_at IS 'when it began';
COMMENT ON COLUMN migrate.log.duration IS 'how long it took';
COMMENT ON COLUMN migrate.log.statements IS 'how many statements ran';
COMMENT ON COLUMN migrate.log.role IS 'role with whose rights it ran';
COMMENT ON COLUMN migrate.log.session_role IS 'role that was logged in';
COMMENT ON COLUMN migrate.log.application_name IS 'application_name of the session';
COMMENT ON COLUMN migrate.log.client_address IS 'address of the client, null for a local socket';
COMMENT ON COLUMN migrate.log.transaction_id IS 'transaction that it was part of';
COMMENT ON COLUMN migrate.log.checksum IS 'SHA-256 of the text that ran, null for a stamp';
COMMENT ON COLUMN migrate.log.dropped_types IS 'orphaned types that the downgrade dropped';
COMMENT ON COLUMN migrate.log.error_sqlstate IS 'SQLSTATE of what stopped it';
COMMENT ON COLUMN migrate.log.error_message IS 'message of what stopped it';
COMMENT ON COLUMN migrate.log.error_statement IS 'number of the statement that failed';
COMMENT ON COLUMN migrate.log.error_line IS 'line of the text that failed';

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

CREATE TABLE migrate.object (
    prefix text COLLATE pg_catalog."C" NOT NULL,
    type text COLLATE pg_catalog."C" NOT NULL,
    identity text COLLATE pg_catalog."C" NOT NULL,
    revision text COLLATE pg_catalog."C",
    object_names text[] NOT NULL,
    object_arguments text[] NOT NULL,
    class_oid bigint NOT NULL,
    object_oid bigint NOT NULL,
    object_subid bigint NOT NULL,
    origin text NOT NULL,
    kept text COLLATE pg_catalog."C",
    PRIMARY KEY (prefix, type, identity)
);
CREATE INDEX object_revision ON migrate.object (prefix, revision);
CREATE INDEX object_oids ON migrate.object (object_oid, prefix);
CREATE INDEX object_kept ON migrate.object (prefix) WHERE kept IS NOT NULL;
COMMENT ON TABLE migrate.object IS 'objects that revisions created';
COMMENT ON COLUMN migrate.object.prefix IS 'prefix that it belongs to';
COMMENT ON COLUMN migrate.object.type IS 'kind of object, as pg_identify_object says it';
COMMENT ON COLUMN migrate.object.identity IS 'its name, qualified and quoted';
COMMENT ON COLUMN migrate.object.revision IS
    'revision that created it, null when that revision has been reverted or a downgrade made it';
COMMENT ON COLUMN migrate.object.object_names IS 'names for pg_get_object_address';
COMMENT ON COLUMN migrate.object.object_arguments IS 'arguments for pg_get_object_address';
COMMENT ON COLUMN migrate.object.class_oid IS 'its catalog, in the database that origin names';
COMMENT ON COLUMN migrate.object.object_oid IS 'its oid there: a hint, not an identity';
COMMENT ON COLUMN migrate.object.object_subid IS 'its column number there';
COMMENT ON COLUMN migrate.object.origin IS 'cluster and database in which the oids mean something';
COMMENT ON COLUMN migrate.object.kept IS
    'revision whose downgrade had to leave it, and whose next upgrade takes it over';

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

SELECT pg_catalog.pg_extension_config_dump('migrate.prefix', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.revision', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.version', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.log', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.run', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.object', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.snapshot', '');

-- A dump that a plain role restores brings rows, which the extension's owner has to be able to
-- insert; each is judged as if its prefix had been made here.
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
-- What the functions return: a parameter and a column of one function cannot share a name,
-- and "prefix" is both, so rows have types of their own.

CREATE TYPE migrate.step AS (
    prefix text,
    revision text,
    direction text,
    message text,
    statements bigint,
    duration interval,
    dropped_types text[]
);
COMMENT ON TYPE migrate.step IS 'one revision that ran';

CREATE TYPE migrate.stamped_row AS (
    prefix text,
    revision text
);
COMMENT ON TYPE migrate.stamped_row IS 'a row of a prefix after a stamp';

CREATE TYPE migrate.current_row AS (
    prefix text,
    revision text,
    message text,
    is_head boolean,
    is_missing boolean,
    applied_at timestamptz,
    applied_by text
);
COMMENT ON TYPE migrate.current_row IS 'a latest applied revision of a prefix';

CREATE TYPE migrate.history_row AS (
    prefix text,
    revision text,
    down_revision text[],
    depends_on text[],
    branch_labels text[],
    message text,
    message_type text,
    message_scope text,
    is_head boolean,
    is_current boolean,
    is_applied boolean,
    is_branch_point boolean,
    is_merge_point boolean,
    applied_at timestamptz,
    applied_by text,
    duration interval
);
COMMENT ON TYPE migrate.history_row IS 'a revision and how it stands';

CREATE TYPE migrate.revision_details AS (
    prefix text,
    revision text,
    down_revision text[],
    depends_on text[],
    branch_labels text[],
    message text,
    is_head boolean,
    is_current boolean,
    is_applied boolean,
    registered_at timestamptz,
    registered_by text,
    up text,
    down text,
    objects text[]
);
COMMENT ON TYPE migrate.revision_details IS 'a revision with its texts';

CREATE TYPE migrate.planned_step AS (
    prefix text,
    revision text,
    direction text,
    message text,
    is_other_line boolean,
    is_transactional boolean,
    is_reversible boolean
);
COMMENT ON TYPE migrate.planned_step IS 'a step that an upgrade or downgrade would run';

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
CREATE FUNCTION migrate_create_prefix(
    name text,
    owner text DEFAULT CURRENT_USER,
    schema text DEFAULT pg_catalog.current_schema(),
    naming text DEFAULT 'prefixed',
    template text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_create_prefix(text, text, text, text, text) IS
    'create a prefix: a history of its own, run with the rights of its owner';

CREATE FUNCTION migrate_drop_prefix(name text, force boolean DEFAULT false)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_drop_prefix(text, boolean) IS
    'remove a prefix and its history; the objects that it made stay';

CREATE FUNCTION migrate_set_owner(name text, owner text)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_set_owner(text, text) IS
    'give a prefix to another role';

CREATE FUNCTION migrate_set_option(option text, value text, prefix text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_set_option(text, text, text) IS
    'set isolation, search_path, or a server setting that holds while revisions of a prefix run';

CREATE FUNCTION migrate_register(
    revision text,
    up text,
    down text DEFAULT NULL,
    message text DEFAULT '',
    down_revision text[] DEFAULT NULL,
    depends_on text[] DEFAULT '{}',
    branch_labels text[] DEFAULT '{}',
    prefix text DEFAULT NULL)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_register(text, text, text, text, text[], text[], text[], text) IS
    'put a revision into the server: registered, unchanged or replaced';

CREATE FUNCTION migrate_create(
    message text,
    up text DEFAULT '',
    down text DEFAULT '',
    down_revision text[] DEFAULT NULL,
    depends_on text[] DEFAULT '{}',
    branch_labels text[] DEFAULT '{}',
    prefix text DEFAULT NULL)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_create(text, text, text, text[], text[], text[], text) IS
    'register a revision under a generated id, which is returned';

CREATE FUNCTION migrate_unregister(revision text, prefix text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_unregister(text, text) IS
    'take out a revision that is not applied and that no other needs';

CREATE FUNCTION migrate_merge(revisions text[], message text DEFAULT '', prefix text DEFAULT NULL)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_merge(text[], text, text) IS
    'register an empty revision that brings several lines together, and return its id';

-- VOLATILE, for they must see what others committed while they waited for a lock.

CREATE FUNCTION migrate_upgrade(target text DEFAULT 'head', prefix text DEFAULT NULL)
RETURNS SETOF migrate.step
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_upgrade(text, text) IS
    'run the up texts that lead to a target, and return what ran';

CREATE FUNCTION migrate_downgrade(target text DEFAULT '-1', prefix text DEFAULT NULL)
RETURNS SETOF migrate.step
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_downgrade(text, text) IS
    'run the down texts that lead back to a target, drop orphaned types, and return what ran';

-- A transaction for each revision, hence procedures.
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

CREATE FUNCTION migrate_stamp(
    targets text[],
    purge boolean DEFAULT false,
    prefix text DEFAULT NULL)
RETURNS SETOF migrate.stamped_row
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_stamp(text[], boolean, text) IS
    'set where a prefix stands without running anything, and return its rows';

CREATE FUNCTION migrate_adopt(version_table text, prefix text DEFAULT NULL)
RETURNS SETOF migrate.stamped_row
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_adopt(text, text) IS
    'stamp a prefix with what the version table of another tool says';

CREATE FUNCTION migrate_current(prefix text DEFAULT NULL)
RETURNS SETOF migrate.current_row
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_current(text) IS
    'show where a prefix stands: its latest applied revisions';

CREATE FUNCTION migrate_heads(prefix text DEFAULT NULL)
RETURNS SETOF migrate.history_row
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_heads(text) IS
    'show the revisions that no other names as parent';

CREATE FUNCTION migrate_bases(prefix text DEFAULT NULL)
RETURNS SETOF migrate.history_row
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_bases(text) IS
    'show the revisions without a parent';

CREATE FUNCTION migrate_branches(prefix text DEFAULT NULL)
RETURNS SETOF migrate.history_row
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_branches(text) IS
    'show the revisions with more than one child';

CREATE FUNCTION migrate_history(range text DEFAULT NULL, prefix text DEFAULT NULL)
RETURNS SETOF migrate.history_row
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_history(text, text) IS
    'show the registered revisions, newest first; a range is written lo:hi';

CREATE FUNCTION migrate_show(revision text, prefix text DEFAULT NULL)
RETURNS SETOF migrate.revision_details
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_show(text, text) IS
    'show one revision with its texts, to those who may act as its owner';

CREATE FUNCTION migrate_plan(
    target text DEFAULT 'head',
    direction text DEFAULT NULL,
    prefix text DEFAULT NULL)
RETURNS SETOF migrate.planned_step
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_plan(text, text, text) IS
    'show the steps that an upgrade or downgrade to a target would run';

CREATE FUNCTION migrate_sql(range text, prefix text DEFAULT NULL)
RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_sql(text, text) IS
    'write the script that leads from one end of a range to the other, for psql -1 elsewhere';

CREATE FUNCTION migrate_graph(format text DEFAULT 'text', prefix text DEFAULT NULL)
RETURNS SETOF text
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_graph(text, text) IS
    'draw the revisions as text, or write them for mermaid or dot';

CREATE FUNCTION migrate_check(prefix text DEFAULT NULL)
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_check(text) IS
    'raise an error unless everything that is registered is applied';

CREATE FUNCTION migrate_status(prefix text DEFAULT NULL)
RETURNS SETOF migrate.prefix_status
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_status(text) IS
    'show every prefix, or one: where it stands, what is pending, what runs';

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

-- Everybody may see where a prefix stands; the texts are for its owner, and nobody
-- but the functions writes.  Addresses and error texts may hold what is private.
GRANT USAGE ON SCHEMA migrate TO PUBLIC;
GRANT SELECT ON migrate.prefix, migrate.version, migrate.run, migrate.object TO PUBLIC;
GRANT SELECT (prefix, id, ordinal, down_revision, depends_on, branch_labels, message,
              up_transactional, down_transactional, checksum, is_head, registered_at, registered_by)
    ON migrate.revision TO PUBLIC;
GRANT SELECT (prefix, revisions, fingerprint, server, taken_at) ON migrate.snapshot TO PUBLIC;
GRANT SELECT (id, prefix, revision, direction, outcome, started_at, duration, statements, role,
              session_role, application_name, transaction_id, checksum, dropped_types,
              error_sqlstate)
    ON migrate.log TO PUBLIC;

-- Whoever installed the extension dumps and restores its rows (see 22_guards.sql).
DO $$
BEGIN
    EXECUTE pg_catalog.format(
        'GRANT SELECT, INSERT ON migrate.prefix, migrate.revision, migrate.version, migrate.log,'
        ' migrate.run, migrate.object, migrate.snapshot TO %I',
        (SELECT pg_catalog.pg_get_userbyid(e.extowner) FROM pg_catalog.pg_extension AS e
         WHERE e.extname OPERATOR(pg_catalog.=) 'migrate'));
END
$$;
