-- Everybody may see where a prefix stands; the texts are for its owner, and nobody
-- but the functions writes.  Addresses and error texts may hold what is private.
GRANT USAGE ON SCHEMA migrate TO PUBLIC;
GRANT SELECT ON migrate.prefix, migrate.version, migrate.run, migrate.object TO PUBLIC;
GRANT SELECT (prefix, id, ordinal, down_revision, depends_on, branch_labels, message,
              up_transactional, down_transactional, checksum, is_head, registered_at, registered_by)
    ON migrate.revision TO PUBLIC;
GRANT SELECT (id, prefix, revision, direction, outcome, started_at, duration, statements, role,
              session_role, application_name, transaction_id, checksum, dropped_types,
              error_sqlstate)
    ON migrate.log TO PUBLIC;
