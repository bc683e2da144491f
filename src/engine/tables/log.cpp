#include "engine/tables/log.hpp"

#include "core/uuid_v7.hpp"
#include "engine/tables/as_table_owner.hpp"
#include "pg/session/random_and_hash.hpp"
#include "pg/sql/statement.hpp"

namespace migrate::engine::tables {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

Statement insert_entry(
    "INSERT INTO migrate.log (id, prefix, revision, direction, outcome, started_at, duration,"
    " statements, role, checksum, dropped_types, error_sqlstate, error_message, error_statement,"
    " error_line)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    Type::uuid, Type::text, Type::text, Type::text, Type::text, Type::timestamp_microseconds,
    Type::interval_microseconds, Type::bigint, Type::text, Type::bytea, Type::text_array,
    Type::text, Type::text, Type::bigint, Type::bigint);

Statement select_last_runs(
    "SELECT DISTINCT ON (l.revision) l.revision, l.direction, l.outcome, l.started_at, l.duration,"
    " l.role FROM migrate.log AS l WHERE l.prefix OPERATOR(pg_catalog.=) $1"
    " AND l.outcome OPERATOR(pg_catalog.<>) ALL (ARRAY['failed', 'interrupted'])"
    " AND ($2 IS NULL OR l.revision OPERATOR(pg_catalog.=) ANY ($2))"
    " ORDER BY l.revision, l.started_at DESC",
    Type::text, Type::text_array);

Statement
    select_last_run("SELECT l.revision, l.direction, l.outcome, l.started_at, l.duration, l.role"
                    " FROM migrate.log AS l WHERE l.prefix OPERATOR(pg_catalog.=) $1"
                    " ORDER BY l.started_at DESC LIMIT 1",
                    Type::text);

const char* word_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::applied:
        return "applied";
    case Outcome::reverted:
        return "reverted";
    case Outcome::stamped:
        return "stamped";
    case Outcome::unstamped:
        return "unstamped";
    case Outcome::failed:
        return "failed";
    case Outcome::interrupted:
        break;
    }
    return "interrupted";
}

LastRun read_run(const Row& row) {
    return {row.text(0),     core::direction_named(row.view(1)),
            row.text(2),     row.timestamp(3),
            row.interval(4), row.text(5)};
}

} // namespace

void insert_log(std::span<const LogEntry> entries) {
    if (entries.empty()) {
        return;
    }
    const AsTableOwner scope;
    // The default asks for random bytes for each, and has them go all over the index.
    core::UuidV7Generator ids(pg::unix_milliseconds(pg::now()), pg::random_bytes());
    for (const LogEntry& entry : entries) {
        const std::string id = ids.next();
        insert_entry.run(
            {id, entry.prefix, entry.revision,
             std::string_view(entry.direction ? core::word_of(*entry.direction) : "stamp"),
             std::string_view(word_of(entry.outcome)), entry.ended_at - entry.duration_microseconds,
             entry.duration_microseconds, entry.statements, entry.role,
             pg::value_of(entry.checksum), entry.dropped_types, pg::value_of(entry.error_sqlstate),
             pg::value_of(entry.error_message), pg::value_of(entry.error_statement),
             pg::value_of(entry.error_line)});
    }
}

std::vector<LastRun> last_runs(std::string_view prefix,
                               const std::optional<std::vector<std::string>>& ids) {
    const AsTableOwner scope;
    std::vector<LastRun> result;
    select_last_runs.run({prefix, ids ? pg::Value(*ids) : pg::Value()},
                         [&](const Row& row) { result.push_back(read_run(row)); });
    return result;
}

std::optional<LastRun> last_run(std::string_view prefix) {
    const AsTableOwner scope;
    std::optional<LastRun> result;
    select_last_run.run({prefix}, [&](const Row& row) { result = read_run(row); });
    return result;
}

} // namespace migrate::engine::tables
