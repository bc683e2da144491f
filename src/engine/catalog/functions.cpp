#include "engine/catalog/functions.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "pg/sql/statement.hpp"

namespace migrate::engine::catalog {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

// Those that are parsed already (BEGIN ATOMIC) have dependencies that the server knows.
Statement select_bodies(
    "SELECT f.oid::pg_catalog.int8, n.nspname::pg_catalog.text, l.lanname::pg_catalog.text,"
    " f.prosrc, (SELECT pg_catalog.substr(c, 13) FROM pg_catalog.unnest(f.proconfig) AS c"
    "  WHERE pg_catalog.starts_with(c, 'search_path=') LIMIT 1)"
    " FROM pg_catalog.pg_proc AS f"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) f.pronamespace"
    " JOIN pg_catalog.pg_language AS l ON l.oid OPERATOR(pg_catalog.=) f.prolang"
    " WHERE l.lanname OPERATOR(pg_catalog.<>) ALL (ARRAY['internal', 'c']::pg_catalog.name[])"
    " AND f.prosqlbody IS NULL"
    " AND n.nspname OPERATOR(pg_catalog.<>) ALL"
    "  (ARRAY['pg_catalog', 'information_schema']::pg_catalog.name[])"
    " AND ($1 IS NULL OR f.oid::pg_catalog.int8 OPERATOR(pg_catalog.=) ANY ($1))",
    Type::bigint_array);

Statement select_function_name("SELECT 1 FROM pg_catalog.pg_proc AS f"
                               " WHERE f.proname OPERATOR(pg_catalog.=) $1::pg_catalog.name"
                               " LIMIT 1",
                               Type::text);

} // namespace

void for_each_body(const std::optional<std::vector<std::int64_t>>& functions,
                   const std::function<void(const FunctionBody&)>& visit) {
    const AsTableOwner scope;
    const pg::Value only =
        functions ? pg::Value(std::span<const std::int64_t>(*functions)) : pg::Value();
    select_bodies.stream({only}, [&](const Row& row) {
        visit({pg::ObjectId(row.bigint(0)), row.text(1), row.text(2), row.text(3),
               row.optional_text(4)});
    });
}

bool is_function_name(const std::string& name) {
    const AsTableOwner scope;
    return select_function_name.run({std::string_view(name)}) > 0;
}

} // namespace migrate::engine::catalog
