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
    prefix text DEFAULT NULL,
    verify boolean DEFAULT false)
RETURNS SETOF migrate.stamped_row
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_stamp(text[], boolean, text, boolean) IS
    'set where a prefix stands without running anything, and return its rows';

CREATE FUNCTION migrate_adopt(version_table text, prefix text DEFAULT NULL)
RETURNS SETOF migrate.stamped_row
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION migrate_adopt(text, text) IS
    'stamp a prefix with what the version table of another tool says';

