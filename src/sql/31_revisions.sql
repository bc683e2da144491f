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

