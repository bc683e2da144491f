// The registry's statement on migrate.log.
#include "engine/registry.hpp"

#include "core/statement.hpp"
#include "engine/registry_scope.hpp"
#include "pg/spi.hpp"

namespace migrate::engine::registry {

namespace {

using pg::Statement;
using pg::Type;

Statement insert_log_rows(
    "INSERT INTO migrate.log (prefix, revision, direction, outcome, started_at, duration,"
    " statements, role, checksum, dropped_types, error_sqlstate, error_message, error_statement,"
    " error_line)"
    " SELECT x.prefix, x.revision, x.direction, x.outcome,"
    " '2000-01-01 00:00:00+00'::pg_catalog.timestamptz OPERATOR(pg_catalog.+)"
    "  ('1 microsecond'::pg_catalog.interval OPERATOR(pg_catalog.*)"
    "   (x.ended_at OPERATOR(pg_catalog.-) x.duration)::pg_catalog.float8),"
    " '1 microsecond'::pg_catalog.interval OPERATOR(pg_catalog.*) x.duration::pg_catalog.float8,"
    " x.statements, x.role, pg_catalog.decode(x.checksum, 'hex'), "
    "x.dropped_types::pg_catalog.text[],"
    " x.error_sqlstate, x.error_message, x.error_statement::pg_catalog.int8,"
    " x.error_line::pg_catalog.int8"
    " FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3),"
    "  pg_catalog.unnest($4), pg_catalog.unnest($5), pg_catalog.unnest($6), pg_catalog.unnest($7),"
    "  pg_catalog.unnest($8), pg_catalog.unnest($9), pg_catalog.unnest($10), "
    "pg_catalog.unnest($11),"
    "  pg_catalog.unnest($12), pg_catalog.unnest($13), pg_catalog.unnest($14)) AS x (prefix,"
    "  revision, direction, outcome, ended_at, duration, statements, role, checksum, dropped_types,"
    "  error_sqlstate, error_message, error_statement, error_line)",
    Type::text_array, Type::text_array, Type::text_array, Type::text_array, Type::bigint_array,
    Type::bigint_array, Type::bigint_array, Type::text_array, Type::text_array, Type::text_array,
    Type::text_array, Type::text_array, Type::text_array, Type::text_array);

} // namespace

void insert_log(std::span<const LogEntry> entries) {
    if (entries.empty()) {
        return;
    }
    using Texts = std::vector<std::optional<std::string>>;
    const auto number = [](const std::optional<std::int64_t>& value) {
        return value ? std::optional(std::to_string(*value)) : std::nullopt;
    };
    std::vector<std::string> prefixes;
    std::vector<std::string> revisions;
    std::vector<std::string> directions;
    std::vector<std::string> outcomes;
    std::vector<std::string> roles;
    std::vector<std::string> dropped_types;
    std::vector<std::int64_t> ends;
    std::vector<std::int64_t> durations;
    std::vector<std::int64_t> statements;
    Texts checksums;
    Texts sqlstates;
    Texts messages;
    Texts error_statements;
    Texts error_lines;
    for (const LogEntry& entry : entries) {
        prefixes.push_back(entry.prefix);
        revisions.push_back(entry.revision);
        directions.push_back(entry.direction);
        outcomes.push_back(entry.outcome);
        ends.push_back(entry.ended_at);
        durations.push_back(entry.duration_microseconds);
        statements.push_back(entry.statements);
        roles.push_back(entry.role);
        checksums.push_back(entry.checksum);
        dropped_types.push_back(core::array_literal(entry.dropped_types));
        sqlstates.push_back(entry.error_sqlstate);
        messages.push_back(entry.error_message);
        error_statements.push_back(number(entry.error_statement));
        error_lines.push_back(number(entry.error_line));
    }
    const auto values = [](const Texts& texts) {
        return std::span<const std::optional<std::string>>(texts);
    };
    const RegistryScope scope;
    insert_log_rows.run({prefixes, revisions, directions, outcomes, ends, durations, statements,
                         roles, values(checksums), dropped_types, values(sqlstates),
                         values(messages), values(error_statements), values(error_lines)});
}

} // namespace migrate::engine::registry
