CREATE FUNCTION migrate_verify(target text DEFAULT 'head', prefix text DEFAULT NULL)
RETURNS SETOF migrate.finding
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_verify(text, text) IS
    'run pending revisions up, down and up again, and return what did not come undone; nothing stays';

