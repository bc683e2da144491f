#include "engine/tables/snapshot.hpp"

#include "core/schema/whole_objects.hpp"
#include "engine/tables/as_table_owner.hpp"
#include "engine/tables/object.hpp"
#include "pg/sql/statement.hpp"

#include <utility>

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

Statement select_snapshot("SELECT s.revisions, s.fingerprint, s.server OPERATOR(pg_catalog.=)"
                          " " MIGRATE_SERVER ", s.origin, s.objects FROM migrate.snapshot AS s"
                          " WHERE s.prefix OPERATOR(pg_catalog.=) $1"
                          " AND (s.origin IS NOT NULL OR s.objects IS NOT NULL)",
                          Type::text);

Statement delete_snapshots("DELETE FROM migrate.snapshot WHERE prefix OPERATOR(pg_catalog.=) $1"
                           " AND revisions OPERATOR(pg_catalog.&&) $2",
                           Type::text, Type::text_array);

// Of older states only the fingerprint stays.
Statement insert_snapshot(
    "WITH old AS (UPDATE migrate.snapshot SET objects = NULL, origin = NULL"
    "  WHERE prefix OPERATOR(pg_catalog.=) $1 AND revisions OPERATOR(pg_catalog.<>) $2"
    "  AND (objects IS NOT NULL OR origin IS NOT NULL))"
    " INSERT INTO migrate.snapshot (prefix, revisions, fingerprint, server, origin)"
    " VALUES ($1, $2, $3, " MIGRATE_SERVER ", $4)"
    " ON CONFLICT (prefix, revisions) DO UPDATE SET fingerprint = excluded.fingerprint,"
    "  objects = NULL, server = excluded.server, taken_at = excluded.taken_at,"
    "  origin = excluded.origin",
    Type::text, Type::text_array, Type::text, Type::text);
#undef MIGRATE_SERVER

Statement select_fingerprints("SELECT s.revisions, s.fingerprint FROM migrate.snapshot AS s"
                              " WHERE s.prefix OPERATOR(pg_catalog.=) $1",
                              Type::text);

Statement update_fingerprint("UPDATE migrate.snapshot SET fingerprint = $3"
                             " WHERE prefix OPERATOR(pg_catalog.=) $1"
                             " AND revisions OPERATOR(pg_catalog.=) $2",
                             Type::text, Type::text_array, Type::text);

Statement clear_snapshots("UPDATE migrate.snapshot SET fingerprint = '', objects = NULL,"
                          " origin = NULL WHERE prefix OPERATOR(pg_catalog.=) $1"
                          " AND revisions OPERATOR(pg_catalog.=) $2",
                          Type::text, Type::text_array);

Statement leave_snapshots("UPDATE migrate.snapshot SET origin = NULL"
                          " WHERE prefix OPERATOR(pg_catalog.=) $1 AND origin IS NOT NULL",
                          Type::text);

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
    const std::string here = origin();
    std::optional<Snapshot> result;
    select_snapshot.run({prefix}, [&](const Row& row) {
        result = Snapshot{row.text_array(0), row.text(1), row.boolean(2),
                          row.optional_text(3) == here, row.optional_text(4)};
    });
    return result;
}

void keep_snapshot(std::string_view prefix, std::span<const std::string> rows,
                   std::string_view fingerprint) {
    const AsTableOwner scope;
    insert_snapshot.run({prefix, rows, fingerprint, std::string_view(origin())});
}

void shift_fingerprints(std::string_view prefix, std::uint64_t difference) {
    const AsTableOwner scope;
    std::vector<std::pair<std::vector<std::string>, core::SchemaSum>> sums;
    select_fingerprints.run({prefix}, [&](const Row& row) {
        if (const auto sum = core::SchemaSum::from_word(row.text(1))) {
            sums.emplace_back(row.text_array(0), *sum);
        }
    });
    for (auto& [rows, sum] : sums) {
        sum.add(difference);
        update_fingerprint.run({prefix, rows, std::string_view(sum.word())});
    }
}

void clear_snapshot(std::string_view prefix, std::span<const std::string> rows) {
    const AsTableOwner scope;
    clear_snapshots.run({prefix, rows});
}

void leave_snapshot(std::string_view prefix) {
    const AsTableOwner scope;
    leave_snapshots.run({prefix});
}

} // namespace migrate::engine::tables
