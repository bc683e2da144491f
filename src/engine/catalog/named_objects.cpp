#include "engine/catalog/named_objects.hpp"

#include "pg/sql/statement.hpp"
#include "pg/wall/subtransaction.hpp"

namespace migrate::engine::catalog {

namespace {

using pg::ObjectAddressKey;
using pg::Row;
using pg::Statement;
using pg::Type;

// In the schemas of the caller's search_path where the name has none; a column has one name
// more than its relation.
Statement select_named(
    "WITH x (parts, names) AS (SELECT p, pg_catalog.cardinality(p)"
    "  FROM pg_catalog.parse_ident($1) AS p),"
    " s (oid, name, depth) AS (SELECT n.oid, x.parts, 1 FROM x, pg_catalog.pg_namespace AS n"
    "   WHERE n.nspname OPERATOR(pg_catalog.=) ANY (pg_catalog.current_schemas(false))"
    "  UNION ALL SELECT n.oid, x.parts[2:], 2 FROM x, pg_catalog.pg_namespace AS n"
    "   WHERE n.nspname OPERATOR(pg_catalog.=) x.parts[1])"
    " SELECT 1259::pg_catalog.int8, c.oid::pg_catalog.int8, 0::pg_catalog.int8"
    "  FROM s JOIN pg_catalog.pg_class AS c ON c.relnamespace OPERATOR(pg_catalog.=) s.oid"
    "  AND c.relname OPERATOR(pg_catalog.=) s.name[1] AND c.relkind OPERATOR(pg_catalog.<>) 'c'"
    "  WHERE pg_catalog.cardinality(s.name) OPERATOR(pg_catalog.=) 1"
    " UNION ALL SELECT 1259, c.oid::pg_catalog.int8, a.attnum"
    "  FROM s JOIN pg_catalog.pg_class AS c ON c.relnamespace OPERATOR(pg_catalog.=) s.oid"
    "  AND c.relname OPERATOR(pg_catalog.=) s.name[1] AND c.relkind OPERATOR(pg_catalog.<>) 'c'"
    "  JOIN pg_catalog.pg_attribute AS a ON a.attrelid OPERATOR(pg_catalog.=) c.oid"
    "  AND a.attname OPERATOR(pg_catalog.=) s.name[2] AND a.attnum OPERATOR(pg_catalog.>) 0"
    "  AND NOT a.attisdropped"
    "  WHERE pg_catalog.cardinality(s.name) OPERATOR(pg_catalog.=) 2"
    " UNION ALL SELECT 1247, t.oid::pg_catalog.int8, 0"
    "  FROM s JOIN pg_catalog.pg_type AS t ON t.typnamespace OPERATOR(pg_catalog.=) s.oid"
    "  AND t.typname OPERATOR(pg_catalog.=) s.name[1]"
    "  WHERE pg_catalog.cardinality(s.name) OPERATOR(pg_catalog.=) 1"
    " UNION ALL SELECT 1255, f.oid::pg_catalog.int8, 0"
    "  FROM s JOIN pg_catalog.pg_proc AS f ON f.pronamespace OPERATOR(pg_catalog.=) s.oid"
    "  AND f.proname OPERATOR(pg_catalog.=) s.name[1]"
    "  WHERE pg_catalog.cardinality(s.name) OPERATOR(pg_catalog.=) 1",
    Type::text);
Statement select_procedure("SELECT 1255::pg_catalog.int8,"
                           " pg_catalog.to_regprocedure($1)::pg_catalog.oid::pg_catalog.int8,"
                           " 0::pg_catalog.int8 WHERE pg_catalog.to_regprocedure($1) IS NOT NULL",
                           Type::text);

} // namespace

std::vector<ObjectAddressKey> objects_named(const std::string& name) {
    std::vector<ObjectAddressKey> result;
    Statement& statement = name.find('(') != std::string::npos ? select_procedure : select_named;
    const auto error = pg::attempt([&] {
        statement.run({std::string_view(name)}, [&](const Row& row) {
            result.push_back({pg::ObjectId(row.bigint(0)), pg::ObjectId(row.bigint(1)),
                              std::int32_t(row.bigint(2))});
        });
    });
    // Classes 22 and 42: what cannot be a name is none.
    const std::string code = error ? error->report().sqlstate_text().substr(0, 2) : "42";
    if (code != "42" && code != "22") {
        throw pg::Error(*error);
    }
    return result;
}

} // namespace migrate::engine::catalog
