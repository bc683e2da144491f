#include "engine/catalog/types.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "pg/sql/statement.hpp"

namespace migrate::engine::catalog {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

// The parts of a type (its array type, multirange, constructors, domain constraints, the
// row of a composite type in pg_class) hang on it by internal or automatic dependencies.
Statement select_dependents(
    "WITH RECURSIVE part (classid, objid) AS ("
    "  SELECT 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, $1::pg_catalog.oid"
    "  UNION SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, t.typrelid"
    "   FROM pg_catalog.pg_type AS t WHERE t.oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid"
    "   AND t.typrelid OPERATOR(pg_catalog.<>) 0::pg_catalog.oid"
    "  UNION SELECT d.classid, d.objid FROM part AS p JOIN pg_catalog.pg_depend AS d"
    "   ON d.refclassid OPERATOR(pg_catalog.=) p.classid"
    "   AND d.refobjid OPERATOR(pg_catalog.=) p.objid"
    "   WHERE d.deptype OPERATOR(pg_catalog.=) ANY (ARRAY['i', 'a']::pg_catalog.\"char\"[]))"
    " SELECT DISTINCT d.classid::pg_catalog.int8, d.objid::pg_catalog.int8,"
    "  d.objsubid::pg_catalog.int8,"
    "  CASE WHEN r.ev_class IS NULL"
    "   THEN pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)"
    "   ELSE pg_catalog.pg_describe_object("
    "    'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, r.ev_class, 0)"
    "   END AS description"
    " FROM part AS p JOIN pg_catalog.pg_depend AS d"
    "  ON d.refclassid OPERATOR(pg_catalog.=) p.classid"
    "  AND d.refobjid OPERATOR(pg_catalog.=) p.objid"
    // A view uses a type through its rule, which nobody knows by name.
    " LEFT JOIN pg_catalog.pg_rewrite AS r ON r.oid OPERATOR(pg_catalog.=) d.objid"
    "  AND d.classid OPERATOR(pg_catalog.=)"
    "   'pg_catalog.pg_rewrite'::pg_catalog.regclass::pg_catalog.oid"
    "  AND r.rulename OPERATOR(pg_catalog.=) '_RETURN'"
    " WHERE d.deptype OPERATOR(pg_catalog.=) 'n'::pg_catalog.\"char\""
    "  AND NOT EXISTS (SELECT FROM part AS q WHERE q.classid OPERATOR(pg_catalog.=) d.classid"
    "   AND q.objid OPERATOR(pg_catalog.=) d.objid) ORDER BY description",
    Type::bigint);

Statement select_labels(
    "SELECT e.enumlabel::pg_catalog.text FROM pg_catalog.pg_enum AS e"
    " JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) e.enumtypid"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace"
    " WHERE n.nspname OPERATOR(pg_catalog.=) $1 AND t.typname OPERATOR(pg_catalog.=) $2"
    " AND e.enumlabel OPERATOR(pg_catalog.=) ANY ($3) ORDER BY e.enumsortorder",
    Type::text, Type::text, Type::text_array);

Statement select_type_identity(
    "SELECT n.nspname::pg_catalog.text, t.typname::pg_catalog.text,"
    " ARRAY(SELECT p.typname::pg_catalog.text FROM pg_catalog.pg_type AS p"
    "  WHERE p.oid OPERATOR(pg_catalog.=) t.typarray OR p.oid OPERATOR(pg_catalog.=)"
    "   (SELECT r.rngmultitypid FROM pg_catalog.pg_range AS r"
    "     WHERE r.rngtypid OPERATOR(pg_catalog.=) t.oid)), t.typowner::pg_catalog.int8,"
    " CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END"
    " FROM pg_catalog.pg_type AS t"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace"
    " WHERE t.oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid",
    Type::bigint);

// Names of collations, functions and types as regcollation and its like print them under the path
// of the run: the same for both that are compared.
Statement select_type_definition(
    "SELECT pg_catalog.concat_ws(' ', CASE t.typtype WHEN 'e' THEN 'ENUM' WHEN 'd' THEN 'DOMAIN'"
    "  WHEN 'r' THEN 'RANGE' ELSE 'composite' END,"
    " (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', '"
    "    ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum AS e"
    "   WHERE e.enumtypid OPERATOR(pg_catalog.=) t.oid"
    "   AND e.enumlabel::pg_catalog.text OPERATOR(pg_catalog.<>) ALL ($2)),"
    " (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', pg_catalog.quote_ident(a.attname),"
    "    pg_catalog.format_type(a.atttypid, a.atttypmod),"
    "    NULLIF(a.attcollation, 0::pg_catalog.oid)::pg_catalog.regcollation), ', '"
    "    ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a"
    "   WHERE a.attrelid OPERATOR(pg_catalog.=) t.typrelid"
    "   AND t.typrelid OPERATOR(pg_catalog.<>) 0::pg_catalog.oid"
    "   AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped),"
    " CASE t.typtype WHEN 'd' THEN pg_catalog.concat_ws(' ',"
    "   pg_catalog.format_type(t.typbasetype, t.typtypmod),"
    "   NULLIF(t.typcollation, 0::pg_catalog.oid)::pg_catalog.regcollation,"
    "   'DEFAULT ' OPERATOR(pg_catalog.||)"
    "    pg_catalog.pg_get_expr(t.typdefaultbin, 0::pg_catalog.oid),"
    "   CASE WHEN t.typnotnull THEN 'NOT NULL' END,"
    "   (SELECT pg_catalog.string_agg(pg_catalog.pg_get_constraintdef(c.oid), ', '"
    "      ORDER BY pg_catalog.pg_get_constraintdef(c.oid)) FROM pg_catalog.pg_constraint AS c"
    "     WHERE c.contypid OPERATOR(pg_catalog.=) t.oid"
    "     AND c.contype OPERATOR(pg_catalog.=) 'c'::pg_catalog.\"char\")) END,"
    " (SELECT pg_catalog.concat_ws(' ', pg_catalog.format_type(r.rngsubtype, NULL),"
    "    r.rngsubopc, NULLIF(r.rngcollation, 0::pg_catalog.oid)::pg_catalog.regcollation,"
    "    r.rngcanonical, r.rngsubdiff) FROM pg_catalog.pg_range AS r"
    "   WHERE r.rngtypid OPERATOR(pg_catalog.=) t.oid))"
    " FROM pg_catalog.pg_type AS t WHERE t.oid OPERATOR(pg_catalog.=) $1::pg_catalog.oid",
    Type::bigint, Type::text_array);

} // namespace

std::vector<Dependent> dependents_of_type(pg::ObjectId type) {
    const AsTableOwner scope;
    std::vector<Dependent> result;
    select_dependents.run({std::int64_t(type)}, [&](const Row& row) {
        result.push_back({{pg::ObjectId(row.bigint(0)), pg::ObjectId(row.bigint(1)),
                           std::int32_t(row.bigint(2))},
                          row.text(3)});
    });
    return result;
}

std::vector<std::string> present_labels(std::string_view schema, std::string_view type,
                                        std::span<const std::string> labels) {
    const AsTableOwner scope;
    std::vector<std::string> result;
    select_labels.run({schema, type, labels},
                      [&](const Row& row) { result.push_back(row.text(0)); });
    return result;
}

std::optional<TypeIdentity> type_identity(pg::ObjectId type) {
    const AsTableOwner scope;
    std::optional<TypeIdentity> result;
    select_type_identity.run({std::int64_t(type)}, [&](const Row& row) {
        result = {row.text(0), row.text(1), row.text_array(2), pg::ObjectId(row.bigint(3)),
                  row.text(4)};
    });
    return result;
}

std::string type_definition(pg::ObjectId type, std::span<const std::string> labels) {
    const AsTableOwner scope;
    std::string result;
    select_type_definition.run({std::int64_t(type), labels},
                               [&](const Row& row) { result = row.text(0); });
    return result;
}

} // namespace migrate::engine::catalog
