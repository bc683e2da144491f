// Every statement that the program sends.  Names are qualified, so that no search_path
// matters; "{}" stands for the schema that has the extension's functions.  What people look
// at comes as one JSON object per row, whose keys are the columns of the functions.
#pragma once

#include <string>
#include <string_view>

namespace migrate::client::statements {

inline constexpr std::string_view begin = "BEGIN";
inline constexpr std::string_view commit = "COMMIT";
inline constexpr std::string_view rollback = "ROLLBACK";
inline constexpr std::string_view savepoint = "SAVEPOINT migratectl";
inline constexpr std::string_view rollback_to_savepoint = "ROLLBACK TO SAVEPOINT migratectl";

inline constexpr std::string_view create_extension = "CREATE EXTENSION IF NOT EXISTS migrate";

inline constexpr std::string_view find_extension = R"(
SELECT pg_catalog.quote_ident(n.nspname)
  FROM pg_catalog.pg_extension AS e
  JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
 WHERE e.extname OPERATOR(pg_catalog.=) 'migrate')";

/// $1 on; a server that does not know the setting keeps it as a parameter without meaning.
inline constexpr std::string_view set_progress =
    "SELECT pg_catalog.set_config('migrate.progress', $1, false)";

// --- loading --------------------------------------------------------------------------------

inline constexpr std::string_view register_revision = R"(
SELECT {}.migrate_register(revision => $1, up => $2, down => $3, message => $4,
                           down_revision => $5::text[], depends_on => $6::text[],
                           branch_labels => $7::text[], prefix => $8))";

/// $1 prefix or NULL; all that is registered.
inline constexpr std::string_view registered = R"(
SELECT r.id, r.up_transactional, r.down_transactional
  FROM migrate.revision AS r
 WHERE r.prefix OPERATOR(pg_catalog.=)
       coalesce($1, pg_catalog.current_setting('migrate.prefix', true), '')
 ORDER BY r.ordinal)";

// --- running --------------------------------------------------------------------------------

/// The rows that `call`, one of the functions that return migrate.step, returns.
std::string steps(std::string_view call);

inline constexpr std::string_view upgrade = "migrate_upgrade($1, prefix => $2)";
inline constexpr std::string_view downgrade = "migrate_downgrade($1, prefix => $2)";

inline constexpr std::string_view deploy = "CALL {}.migrate_deploy($1, $2)";
inline constexpr std::string_view revert = "CALL {}.migrate_revert($1, $2)";

/// $1 prefix or NULL, $2 ids: the newest entry of the log for each, in the order of $2.
std::string logged_steps();

inline constexpr std::string_view stamp = R"(
SELECT pg_catalog.to_json(s)
  FROM (SELECT prefix, revision FROM {}.migrate_stamp($1::pg_catalog.text[], purge => $2, prefix => $3,
                                                     verify => $4)) AS s)";

inline constexpr std::string_view adopt = R"(
SELECT pg_catalog.to_json(s)
  FROM (SELECT prefix, revision FROM {}.migrate_adopt($1, prefix => $2)) AS s)";

inline constexpr std::string_view merge =
    "SELECT {}.migrate_merge($1::pg_catalog.text[], $2, prefix => $3)";
inline constexpr std::string_view unregister = "SELECT {}.migrate_unregister($1, prefix => $2)";

// --- looking: $1 is the prefix or NULL ------------------------------------------------------

inline constexpr std::string_view current = R"(
SELECT pg_catalog.to_json(r) FROM {}.migrate_current(prefix => $1) AS r)";

/// The rows that `call`, one of the functions that return migrate.history_row, returns.
std::string history_rows(std::string_view call);

inline constexpr std::string_view heads = "migrate_heads(prefix => $1)";
inline constexpr std::string_view bases = "migrate_bases(prefix => $1)";
inline constexpr std::string_view branches = "migrate_branches(prefix => $1)";
/// $2 range or NULL
inline constexpr std::string_view history = "migrate_history($2, prefix => $1)";

/// $2 revision
inline constexpr std::string_view show = R"(
SELECT pg_catalog.to_json(r) FROM {}.migrate_show($2, prefix => $1) AS r)";

/// $2 target, $3 direction or NULL
inline constexpr std::string_view plan = R"(
SELECT pg_catalog.to_json(p) FROM {}.migrate_plan($2, direction => $3, prefix => $1) AS p)";

inline constexpr std::string_view status = R"(
SELECT pg_catalog.to_json(s) FROM {}.migrate_status(prefix => $1) AS s)";

/// Rows and pending revisions of one prefix; no row where nothing was ever registered.
inline constexpr std::string_view standing = R"(
SELECT pg_catalog.to_json(s)
  FROM (SELECT current, pending
          FROM {}.migrate_status(prefix => NULL)
         WHERE prefix OPERATOR(pg_catalog.=)
               coalesce($1, pg_catalog.current_setting('migrate.prefix', true), '')) AS s)";

inline constexpr std::string_view check = "SELECT {}.migrate_check(prefix => $1)";

/// $2 range
inline constexpr std::string_view script = "SELECT {}.migrate_sql($2, prefix => $1)";

/// $2 format
inline constexpr std::string_view graph = "SELECT * FROM {}.migrate_graph($2, prefix => $1)";

/// All revisions with their texts, oldest first, those of the template for an instance.
inline constexpr std::string_view all_with_texts = R"(
SELECT pg_catalog.to_json(s)
  FROM migrate.prefix AS p
  JOIN migrate.revision AS r
       ON r.prefix OPERATOR(pg_catalog.=) coalesce(p.template, p.name)
 CROSS JOIN LATERAL (
        SELECT d.revision, d.down_revision, d.depends_on, d.branch_labels, d.message, d.up, d.down,
               pg_catalog.to_char(pg_catalog.timezone('UTC', d.registered_at),
                                  'YYYY-MM-DD"T"HH24:MI') AS registered_at,
               r.up_transactional, r.down_transactional
          FROM {}.migrate_show(r.id, prefix => r.prefix) AS d) AS s
 WHERE p.name OPERATOR(pg_catalog.=)
       coalesce($1, pg_catalog.current_setting('migrate.prefix', true), '')
 ORDER BY r.ordinal)";

} // namespace migrate::client::statements
