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

