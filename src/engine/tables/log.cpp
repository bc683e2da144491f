// What the registry writes to migrate.log.
#include "engine/tables/registry.hpp"

#include "core/uuid_v7.hpp"
#include "engine/tables/as_table_owner.hpp"
#include "pg/sql/table_insert.hpp"

namespace migrate::engine::registry {

namespace {

using pg::Type;

constexpr pg::InsertColumn log_columns[] = {
    {"id", Type::uuid},
    {"prefix", Type::text},
    {"revision", Type::text},
    {"direction", Type::text},
    {"outcome", Type::text},
    {"started_at", Type::timestamp_microseconds},
    {"duration", Type::interval_microseconds},
    {"statements", Type::bigint},
    {"role", Type::text},
    {"checksum", Type::bytea},
    {"dropped_types", Type::text_array},
    {"error_sqlstate", Type::text},
    {"error_message", Type::text},
    {"error_statement", Type::bigint},
    {"error_line", Type::bigint},
};

} // namespace

void insert_log(std::span<const LogEntry> entries) {
    if (entries.empty()) {
        return;
    }
    const RegistryScope scope;
    // The default asks for random bytes for each, and has them go all over the index.
    core::TimeOrderedIds ids(pg::unix_milliseconds(pg::now()), pg::random_bytes());
    pg::insert_rows(log_table(), log_columns, [&](const pg::InsertRow& insert) {
        for (const LogEntry& entry : entries) {
            const std::string id = ids.next();
            insert({id, entry.prefix, entry.revision, entry.direction, entry.outcome,
                    entry.ended_at - entry.duration_microseconds, entry.duration_microseconds,
                    entry.statements, entry.role, pg::value_of(entry.checksum), entry.dropped_types,
                    pg::value_of(entry.error_sqlstate), pg::value_of(entry.error_message),
                    pg::value_of(entry.error_statement), pg::value_of(entry.error_line)});
        }
    });
}

} // namespace migrate::engine::registry
