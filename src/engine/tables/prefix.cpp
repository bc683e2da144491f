#include "engine/tables/prefix.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "engine/tables/installation.hpp"
#include "pg/session/session.hpp"
#include "pg/sql/key_lookup.hpp"
#include "pg/sql/statement.hpp"

namespace migrate::engine::tables {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

Prefix read_prefix(const Row& row) {
    Prefix prefix;
    prefix.name = row.text(0);
    prefix.owner = row.text(1);
    prefix.schema = row.text(2);
    prefix.naming = core::parse_naming(row.view(3));
    prefix.search_path = row.text(4);
    prefix.template_name = row.optional_text(5);
    prefix.isolation = core::parse_isolation(row.view(6));
    const auto settings = row.text_array(7); // name, value, name, value …
    for (std::size_t i = 0; i + 1 < settings.size(); i += 2) {
        prefix.settings.push_back({settings[i], settings[i + 1]});
    }
    prefix.generation = row.bigint(8);
    prefix.snapshots = core::parse_snapshots(row.view(9));
    prefix.number = row.bigint(10);
    return prefix;
}

#define MIGRATE_PREFIX_COLUMNS                                                                     \
    "p.name, p.owner, p.schema, p.naming, p.search_path, p.template, p.isolation,"                 \
    " CASE WHEN p.settings OPERATOR(pg_catalog.=) '{}' THEN '{}' ELSE"                             \
    " ARRAY(SELECT x FROM pg_catalog.jsonb_each_text(p.settings) AS s (key, value),"               \
    " LATERAL pg_catalog.unnest(ARRAY[s.key, s.value]) AS x) END, p.generation, p.snapshots,"      \
    " p.number"

Statement select_prefix("SELECT " MIGRATE_PREFIX_COLUMNS " FROM migrate.prefix AS p"
                        " WHERE p.name OPERATOR(pg_catalog.=) $1",
                        Type::text);

Statement select_prefixes("SELECT " MIGRATE_PREFIX_COLUMNS
                          " FROM migrate.prefix AS p ORDER BY p.name");

// Once per transaction: a row that one transaction updates again and again drags a chain of
// versions behind it, and registering n revisions would take n squared.
Statement count_generation("UPDATE migrate.prefix AS p SET generation = p.generation"
                           " OPERATOR(pg_catalog.+) 1 WHERE p.name OPERATOR(pg_catalog.=) $1"
                           " AND p.xmin OPERATOR(pg_catalog.<>)"
                           "  pg_catalog.pg_current_xact_id()::pg_catalog.xid"
                           " RETURNING " MIGRATE_PREFIX_COLUMNS,
                           Type::text);
#undef MIGRATE_PREFIX_COLUMNS

Statement insert_prefix_row(
    "INSERT INTO migrate.prefix (name, owner, schema, naming, search_path, template)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    Type::text, Type::text, Type::text, Type::text, Type::text, Type::text);

Statement
    update_prefix_row("UPDATE migrate.prefix SET owner = $2, search_path = $3, isolation = $4,"
                      " settings = pg_catalog.jsonb_object($5), snapshots = $6"
                      " WHERE name OPERATOR(pg_catalog.=) $1",
                      Type::text, Type::text, Type::text, Type::text, Type::text_array, Type::text);

Statement delete_prefix_row("DELETE FROM migrate.prefix WHERE name OPERATOR(pg_catalog.=) $1",
                            Type::text);

Statement lock_prefix_row("SELECT 1 FROM migrate.prefix WHERE name OPERATOR(pg_catalog.=) $1"
                          " FOR SHARE",
                          Type::text);

// Data-modifying CTEs run in full whether or not they are read.
Statement delete_everything(
    "WITH o AS (DELETE FROM migrate.object WHERE prefix OPERATOR(pg_catalog.=) $1),"
    " v AS (DELETE FROM migrate.version WHERE prefix OPERATOR(pg_catalog.=) $1),"
    " u AS (DELETE FROM migrate.run WHERE prefix OPERATOR(pg_catalog.=) $1),"
    " s AS (DELETE FROM migrate.snapshot WHERE prefix OPERATOR(pg_catalog.=) $1),"
    " n AS (DELETE FROM migrate.noted_object WHERE prefix OPERATOR(pg_catalog.=) $1)"
    " DELETE FROM migrate.revision WHERE prefix OPERATOR(pg_catalog.=) $1",
    Type::text);

} // namespace

std::optional<Prefix> find_prefix(std::string_view name) {
    const AsTableOwner scope;
    std::optional<Prefix> prefix;
    select_prefix.run({name}, [&](const Row& row) { prefix = read_prefix(row); });
    return prefix;
}

std::vector<Prefix> prefixes() {
    const AsTableOwner scope;
    std::vector<Prefix> result;
    select_prefixes.run({}, [&](const Row& row) { result.push_back(read_prefix(row)); });
    return result;
}

bool insert_prefix(const Prefix& prefix) {
    const AsTableOwner scope;
    const auto insert = [&] {
        return insert_prefix_row.run({prefix.name, prefix.owner, prefix.schema,
                                      std::string_view(core::word_of(prefix.naming)),
                                      prefix.search_path, pg::value_of(prefix.template_name)}) > 0;
    };
    while (!insert()) {
        pg::check_interrupts();
        if (select_prefix.run({prefix.name}) > 0) {
            return false;
        }
        // The number was taken, which is next to impossible, or the other one is gone again.
    }
    return true;
}

void update_prefix(const Prefix& prefix) {
    std::vector<std::string> settings;
    for (const pg::Setting& setting : prefix.settings) {
        settings.insert(settings.end(), {setting.name, setting.value});
    }
    const AsTableOwner scope;
    update_prefix_row.run({prefix.name, prefix.owner, prefix.search_path,
                           std::string_view(core::word_of(prefix.isolation)), settings,
                           std::string_view(core::word_of(prefix.snapshots))});
}

void delete_prefix(std::string_view name) {
    const AsTableOwner scope;
    delete_prefix_row.run({name});
}

std::optional<Prefix> advance_generation(std::string_view name) {
    const AsTableOwner scope;
    std::optional<Prefix> counted;
    count_generation.run({name}, [&](const Row& row) { counted = read_prefix(row); });
    return counted;
}

void require_fresh_snapshot(std::string_view name) {
    const AsTableOwner scope;
    lock_prefix_row.run({name});
}

void delete_all_of_prefix(std::string_view prefix) {
    const AsTableOwner scope;
    delete_everything.run({prefix});
}

std::int64_t generation_of_others(std::string_view prefix) {
    std::int64_t result = 0;
    pg::look_up_rows(prefix_table(), nullptr, {}, {"name", "generation"}, [&](const Row& row) {
        result += row.view(0) == prefix ? 0 : 1 + row.bigint(1);
    });
    return result;
}

} // namespace migrate::engine::tables
