// Runs with a search_path of pg_catalog alone, which is what its unqualified names mean.
#include "engine/schema/dependency_rows.hpp"

#include "pg/sql/statement.hpp"

namespace migrate::engine {

namespace {

// The server's own objects have oids below that of the first user's.
pg::Statement select_dependencies(
    "SELECT d.classid::int8, d.objid::int8, d.objsubid::int8, d.refclassid::int8,"
    " d.refobjid::int8, d.refobjsubid::int8, d.deptype::text FROM pg_depend AS d"
    " WHERE d.objid >= 16384 AND d.refclassid <> 'pg_namespace'::regclass");

core::CatalogAddress address_at(const pg::Row& row, int column) {
    return {std::uint32_t(row.bigint(column)), std::uint32_t(row.bigint(column + 1)),
            std::int32_t(row.bigint(column + 2))};
}

} // namespace

std::vector<core::DependencyRow> dependency_rows() {
    std::vector<core::DependencyRow> rows;
    select_dependencies.stream({}, [&rows](const pg::Row& row) {
        rows.push_back({address_at(row, 0), address_at(row, 3), row.view(6).front()});
    });
    return rows;
}

} // namespace migrate::engine
