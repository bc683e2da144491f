// These run with a search_path of pg_catalog alone, which is what their unqualified names
// mean, and which makes the server qualify all others in what it prints.
#include "engine/schema/candidates.hpp"

namespace migrate::engine {

namespace {

using pg::Statement;
using pg::Type;

// clang-format off
// In the schemas $1, what is called as the prefix ($2) or begins with that and an underscore (the
// accent comes next in ASCII), by an index on the name, for there may be thousands of prefixes
// beside it; and what is recorded.
#define CANDIDATES(catalog, name, schema, recorded)                                                \
    "SELECT a.oid FROM " catalog " AS a WHERE a." name " = $2::name"                               \
    "  AND a." schema "::int8 = ANY ($1)"                                      \
    " UNION SELECT a.oid FROM " catalog " AS a WHERE a." name " >= ($2 || '_')::name"              \
    "  AND a." name " < ($2 || '`')::name AND a." schema "::int8 = ANY ($1)"   \
    " UNION SELECT a.oid FROM unnest(" recorded ") AS r (id)"                                      \
    "  JOIN " catalog " AS a ON a.oid = r.id::oid"                                                 \
    "  WHERE a." schema "::int8 = ANY ($1)"

Statement select_named_relations(
    "WITH candidate (id) AS (" CANDIDATES("pg_class", "relname", "relnamespace", "$3")
    // The row of a composite type in pg_class, when the type is recorded.
    "  UNION SELECT t.typrelid FROM unnest($4) AS r (id) JOIN pg_type AS t ON t.oid = r.id::oid"
    "   WHERE t.typrelid <> 0 AND t.typnamespace::int8 = ANY ($1))"
    " SELECT a.id::int8 FROM candidate AS a"
    // A sequence is its table's, whatever its name.
    " UNION SELECT d.objid::int8 FROM candidate AS a JOIN pg_depend AS d"
    "  ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = a.id"
    " WHERE d.refobjsubid > 0 AND d.classid = 'pg_catalog.pg_class'::regclass"
    "  AND d.objsubid = 0 AND d.deptype IN ('a', 'i')",
    Type::bigint_array, Type::text, Type::bigint_array, Type::bigint_array, Type::bigint_array);
Statement select_named_types(
    "SELECT c.oid::int8 FROM (" CANDIDATES("pg_type", "typname", "typnamespace", "$4")
    ") AS c",
    Type::bigint_array, Type::text, Type::bigint_array, Type::bigint_array, Type::bigint_array);
Statement select_named_functions(
    "SELECT c.oid::int8 FROM (" CANDIDATES("pg_proc", "proname", "pronamespace", "$5")
    ") AS c",
    Type::bigint_array, Type::text, Type::bigint_array, Type::bigint_array, Type::bigint_array);

#undef CANDIDATES
// clang-format on

} // namespace

pg::Statement& named_relations() {
    return select_named_relations;
}
pg::Statement& named_types() {
    return select_named_types;
}
pg::Statement& named_functions() {
    return select_named_functions;
}

} // namespace migrate::engine
