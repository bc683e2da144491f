\echo Use "CREATE EXTENSION migrate" to load this file. \quit

-- A plain CREATE SCHEMA: a schema of this name that somebody else made stops the
-- installation, so nobody but the installer can ever create anything in it.
CREATE SCHEMA migrate;
COMMENT ON SCHEMA migrate IS 'tables of the extension migrate: prefixes, revisions and what ran';

-- Natural keys only, roles by name, no oid as identity: a dump restores anywhere.
-- Whoever runs a revision checks the rights then; the rows below prove nothing.

CREATE TABLE migrate.prefix (
    name text NOT NULL PRIMARY KEY
        CHECK (name OPERATOR(pg_catalog.~) '^([a-z][a-z0-9_]*)?$'
               AND pg_catalog.octet_length(name) OPERATOR(pg_catalog.<=) 40),
    owner text NOT NULL,
    schema text NOT NULL,
    naming text NOT NULL DEFAULT 'prefixed'
        CHECK (naming OPERATOR(pg_catalog.=) ANY (ARRAY['prefixed', 'any'])),
    search_path text NOT NULL,
    template text,
    isolation text NOT NULL DEFAULT 'error'
        CHECK (isolation OPERATOR(pg_catalog.=) ANY (ARRAY['error', 'warn', 'off'])),
    settings jsonb NOT NULL DEFAULT '{}',
    generation bigint NOT NULL DEFAULT 0
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

CREATE TABLE migrate.revision (
    prefix text NOT NULL REFERENCES migrate.prefix (name),
    id text NOT NULL,
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
    prefix text NOT NULL,
    revision text NOT NULL,
    PRIMARY KEY (prefix, revision)
);
COMMENT ON TABLE migrate.version IS 'where each prefix stands: its latest applied revisions';
COMMENT ON COLUMN migrate.version.prefix IS 'the prefix';
COMMENT ON COLUMN migrate.version.revision IS 'an applied revision that no other applied one needs';

CREATE TABLE migrate.log (
    id uuid NOT NULL PRIMARY KEY DEFAULT pg_catalog.gen_random_uuid(),
    prefix text NOT NULL,
    revision text NOT NULL,
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

CREATE TABLE migrate.object (
    prefix text NOT NULL,
    type text NOT NULL,
    identity text NOT NULL,
    revision text,
    object_names text[] NOT NULL,
    object_arguments text[] NOT NULL,
    class_oid bigint NOT NULL,
    object_oid bigint NOT NULL,
    object_subid bigint NOT NULL,
    origin text NOT NULL,
    PRIMARY KEY (prefix, type, identity)
);
CREATE INDEX object_revision ON migrate.object (prefix, revision);
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

SELECT pg_catalog.pg_extension_config_dump('migrate.prefix', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.revision', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.version', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.log', '');
SELECT pg_catalog.pg_extension_config_dump('migrate.object', '');

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
    down text
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
    running_pid bigint,
    running_query text
);
COMMENT ON TYPE migrate.prefix_status IS 'where a prefix stands';

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

-- Everybody may see where a prefix stands; the texts are for its owner, and nobody
-- but the functions writes.  Addresses and error texts may hold what is private.
GRANT USAGE ON SCHEMA migrate TO PUBLIC;
GRANT SELECT ON migrate.prefix, migrate.version, migrate.object TO PUBLIC;
GRANT SELECT (prefix, id, ordinal, down_revision, depends_on, branch_labels, message,
              up_transactional, down_transactional, checksum, is_head, registered_at, registered_by)
    ON migrate.revision TO PUBLIC;
GRANT SELECT (id, prefix, revision, direction, outcome, started_at, duration, statements, role,
              session_role, application_name, transaction_id, checksum, dropped_types,
              error_sqlstate)
    ON migrate.log TO PUBLIC;
