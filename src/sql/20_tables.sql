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
    origin text,
    PRIMARY KEY (prefix, revisions)
);
COMMENT ON TABLE migrate.snapshot IS 'schemas of prefixes as runs have left them';
COMMENT ON COLUMN migrate.snapshot.prefix IS 'the prefix';
COMMENT ON COLUMN migrate.snapshot.revisions IS 'its latest applied revisions then';
COMMENT ON COLUMN migrate.snapshot.fingerprint IS
    'sum over the objects that belong to it; empty when it is not to be compared';
COMMENT ON COLUMN migrate.snapshot.objects IS
    'what version 1.0 noted: a line per object; null where noted_object has them';
COMMENT ON COLUMN migrate.snapshot.server IS 'major version of the server that printed them';
COMMENT ON COLUMN migrate.snapshot.taken_at IS 'when it was noted';
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

SELECT pg_catalog.pg_extension_config_dump('migrate.prefix', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.revision', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.version', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.log', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.run', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.object', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.snapshot', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.noted_object', '');

