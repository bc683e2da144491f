#include "engine/catalog/schemas.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "pg/sql/statement.hpp"

namespace migrate::engine::catalog {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

Statement select_schemas(
    "SELECT c.relnamespace::pg_catalog.int8 FROM pg_catalog.unnest($1) AS r (id)"
    " JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) r.id::pg_catalog.oid"
    " UNION SELECT t.typnamespace::pg_catalog.int8 FROM pg_catalog.unnest($2) AS r (id)"
    " JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) r.id::pg_catalog.oid"
    " UNION SELECT p.pronamespace::pg_catalog.int8 FROM pg_catalog.unnest($3) AS r (id)"
    " JOIN pg_catalog.pg_proc AS p ON p.oid OPERATOR(pg_catalog.=) r.id::pg_catalog.oid",
    Type::bigint_array, Type::bigint_array, Type::bigint_array);

} // namespace

std::vector<pg::ObjectId> schemas_of(std::span<const std::int64_t> relations,
                                     std::span<const std::int64_t> types,
                                     std::span<const std::int64_t> functions) {
    const AsTableOwner scope;
    std::vector<pg::ObjectId> result;
    select_schemas.run({relations, types, functions},
                       [&](const Row& row) { result.push_back(pg::ObjectId(row.bigint(0))); });
    return result;
}

} // namespace migrate::engine::catalog
