#include "engine/tables/snapshot.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "pg/session/session.hpp"
#include "pg/sql/statement.hpp"
#include "pg/wall/scope.hpp"

namespace migrate::engine::tables {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

#define MIGRATE_SERVER                                                                             \
    "(pg_catalog.current_setting('server_version_num')::pg_catalog.int8"                           \
    " OPERATOR(pg_catalog./) 10000)"

Statement select_fingerprint("SELECT s.fingerprint FROM migrate.snapshot AS s"
                             " WHERE s.prefix OPERATOR(pg_catalog.=) $1"
                             " AND s.revisions OPERATOR(pg_catalog.=) $2"
                             " AND s.server OPERATOR(pg_catalog.=) " MIGRATE_SERVER,
                             Type::text, Type::text_array);

Statement select_snapshot("SELECT s.revisions, s.objects, s.server OPERATOR(pg_catalog.=)"
                          " " MIGRATE_SERVER " FROM migrate.snapshot AS s"
                          " WHERE s.prefix OPERATOR(pg_catalog.=) $1 AND s.objects IS NOT NULL",
                          Type::text);

Statement delete_snapshots("DELETE FROM migrate.snapshot WHERE prefix OPERATOR(pg_catalog.=) $1"
                           " AND revisions OPERATOR(pg_catalog.&&) $2",
                           Type::text, Type::text_array);

// Of older states only the fingerprint stays.
Statement insert_snapshot(
    "WITH old AS (UPDATE migrate.snapshot SET objects = NULL"
    "  WHERE prefix OPERATOR(pg_catalog.=) $1 AND revisions OPERATOR(pg_catalog.<>) $2"
    "  AND objects IS NOT NULL)"
    " INSERT INTO migrate.snapshot (prefix, revisions, fingerprint, objects, server)"
    " VALUES ($1, $2, $3, $4, " MIGRATE_SERVER ")"
    " ON CONFLICT (prefix, revisions) DO UPDATE SET fingerprint = excluded.fingerprint,"
    "  objects = excluded.objects, server = excluded.server, taken_at = excluded.taken_at",
    Type::text, Type::text_array, Type::text, Type::text);
#undef MIGRATE_SERVER

} // namespace

std::optional<std::string> kept_fingerprint(std::string_view prefix,
                                            std::span<const std::string> rows) {
    const AsTableOwner scope;
    std::optional<std::string> result;
    select_fingerprint.run({prefix, rows}, [&](const Row& row) { result = row.text(0); });
    return result;
}

void forget_snapshots(std::string_view prefix, std::span<const std::string> revisions) {
    const AsTableOwner scope;
    delete_snapshots.run({prefix, revisions});
}

std::optional<Snapshot> find_snapshot(std::string_view prefix) {
    const AsTableOwner scope;
    std::optional<Snapshot> result;
    select_snapshot.run({prefix}, [&](const Row& row) {
        result = Snapshot{row.text_array(0), row.text(1), row.boolean(2)};
    });
    return result;
}

void keep_snapshot(std::string_view prefix, std::span<const std::string> rows,
                   std::string_view fingerprint, const std::optional<std::string>& objects) {
    const AsTableOwner scope;
    pg::SettingsLevel settings;
    if (pg::has_lz4()) { // half a megabyte for a thousand tables: a tenth of pglz's time
        settings.set("default_toast_compression", "lz4");
    }
    insert_snapshot.run({prefix, rows, fingerprint, pg::value_of(objects)});
}

} // namespace migrate::engine::tables
