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

