-- Everybody may see where a prefix stands; the texts are for its owner, and nobody
-- but the functions writes.  Addresses and error texts may hold what is private.
GRANT USAGE ON SCHEMA migrate TO PUBLIC;
GRANT SELECT ON migrate.prefix, migrate.version, migrate.run, migrate.object TO PUBLIC;
GRANT SELECT (prefix, id, ordinal, down_revision, depends_on, branch_labels, message,
              up_transactional, down_transactional, checksum, is_head, registered_at, registered_by)
    ON migrate.revision TO PUBLIC;
GRANT SELECT (prefix, revisions, fingerprint, server, taken_at, origin)
    ON migrate.snapshot TO PUBLIC;
GRANT SELECT (prefix, kind, identity, fingerprint, class_oid, object_oid)
    ON migrate.noted_object TO PUBLIC;
GRANT SELECT (id, prefix, revision, direction, outcome, started_at, duration, statements, role,
              session_role, application_name, transaction_id, checksum, dropped_types,
              error_sqlstate)
    ON migrate.log TO PUBLIC;

-- Whoever installed the extension dumps and restores its rows (see 22_guards.sql).
DO $$
BEGIN
    EXECUTE pg_catalog.format(
        'GRANT SELECT, INSERT ON migrate.prefix, migrate.revision, migrate.version, migrate.log,'
        ' migrate.run, migrate.object, migrate.snapshot, migrate.noted_object TO %I',
        (SELECT pg_catalog.pg_get_userbyid(e.extowner) FROM pg_catalog.pg_extension AS e
         WHERE e.extname OPERATOR(pg_catalog.=) 'migrate'));
END
$$;
