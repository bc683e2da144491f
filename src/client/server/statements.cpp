#include "client/server/statements.hpp"

namespace migrate::client::statements {

namespace {

// An interval as milliseconds, under the name of its column.
constexpr std::string_view duration = R"(
               pg_catalog.round((extract(epoch FROM duration)
                                 OPERATOR(pg_catalog.*) 1000)::pg_catalog.numeric, 3) AS duration)";

std::string rows(std::string_view columns, std::string_view more_columns, std::string_view source) {
    std::string statement = "SELECT pg_catalog.to_json(r) FROM (SELECT ";
    statement.append(columns).append(duration).append(more_columns);
    return statement.append(" FROM ").append(source).append(") AS r");
}

} // namespace

std::string history_rows(std::string_view call) {
    return rows("prefix, revision, down_revision, depends_on, branch_labels, message, "
                "message_type, message_scope, is_head, is_current, is_applied, is_branch_point, "
                "is_merge_point, applied_at, applied_by, ",
                "", "{}." + std::string(call));
}

std::string steps(std::string_view call) {
    return rows("prefix, revision, direction, message, statements, ", ", dropped_types",
                "{}." + std::string(call));
}

std::string logged_steps() {
    return rows("prefix, revision, direction, message, statements, ", ", dropped_types", R"((
    SELECT l.*, v.message, u.place
      FROM pg_catalog.unnest($2::text[]) WITH ORDINALITY AS u (id, place)
     CROSS JOIN LATERAL (
            SELECT prefix, revision, direction, statements, duration, dropped_types
              FROM migrate.log
             WHERE prefix OPERATOR(pg_catalog.=)
                   coalesce($1, pg_catalog.current_setting('migrate.prefix', true), '')
               AND revision OPERATOR(pg_catalog.=) u.id
             ORDER BY started_at DESC
             LIMIT 1) AS l
      LEFT JOIN migrate.prefix AS p ON p.name OPERATOR(pg_catalog.=) l.prefix
      LEFT JOIN migrate.revision AS v
             ON v.prefix OPERATOR(pg_catalog.=) coalesce(p.template, p.name)
            AND v.id OPERATOR(pg_catalog.=) u.id
     ORDER BY u.place) AS done)");
}

} // namespace migrate::client::statements
