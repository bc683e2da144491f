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

