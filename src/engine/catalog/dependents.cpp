#include "engine/catalog/dependents.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "pg/sql/statement.hpp"

namespace migrate::engine::catalog {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

#define CATALOG(name) "'pg_catalog." name "'::pg_catalog.regclass::pg_catalog.oid"

// An internal part (row type, array, multirange, identity sequence) is called after its whole, and
// says what that says.  A function that mentions a type by its name is called otherwise with it.
// The text of a view, policy or body may change with each column that comes or goes, for names that
// are not unique any more get aliases.  A rule is where its view is, and views over that follow.
// clang-format off
Statement select_dependents(
    "WITH RECURSIVE reached (classid, objid, change) AS (  SELECT"
    " x.classid::pg_catalog.oid, x.objid::pg_catalog.oid,"
    " x.change::pg_catalog.int4  FROM ROWS"
    " FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3))"
    " AS x (classid, objid, change)"
    " UNION SELECT n.classid, n.objid, n.change FROM reached AS r, LATERAL ("
    " SELECT d.classid, d.objid,"
    " CASE WHEN d.deptype OPERATOR(pg_catalog.=) 'i' THEN r.change"
    " WHEN r.change OPERATOR(pg_catalog.=) 2"
    " AND d.classid OPERATOR(pg_catalog.=) " CATALOG("pg_proc") " THEN 2"
    " WHEN r.change OPERATOR(pg_catalog.=) 1"
    " OR d.classid OPERATOR(pg_catalog.=) " CATALOG("pg_rewrite") " THEN 1 ELSE 0 END"
    " AS change"
    " FROM pg_catalog.pg_depend AS d"
    " WHERE d.refclassid OPERATOR(pg_catalog.=) r.classid"
    " AND d.refobjid OPERATOR(pg_catalog.=) r.objid"
    " AND r.change OPERATOR(pg_catalog.>) 0"
    " AND (r.change OPERATOR(pg_catalog.=) 2 OR d.deptype OPERATOR(pg_catalog.=) 'i'"
    " OR d.classid OPERATOR(pg_catalog.=) ANY"
    " (ARRAY[" CATALOG("pg_rewrite") ", " CATALOG("pg_policy") ", " CATALOG("pg_proc") "])"
    " OR (d.classid OPERATOR(pg_catalog.=) " CATALOG("pg_class")
    " AND d.objsubid OPERATOR(pg_catalog.=) 0"
    " AND r.classid OPERATOR(pg_catalog.=) " CATALOG("pg_class") "))"
    " UNION ALL SELECT " CATALOG("pg_class") ", w.ev_class, r.change"
    " FROM pg_catalog.pg_rewrite AS w WHERE w.oid OPERATOR(pg_catalog.=) r.objid"
    " AND r.classid OPERATOR(pg_catalog.=) " CATALOG("pg_rewrite")
    " AND r.change OPERATOR(pg_catalog.>) 0) AS n)"
    // To wholes.
    " SELECT DISTINCT CASE WHEN w.of_type OPERATOR(pg_catalog.<>) 0::pg_catalog.oid"
    " THEN " CATALOG("pg_type")
    " WHEN w.of_relation OPERATOR(pg_catalog.<>) 0::pg_catalog.oid THEN " CATALOG("pg_class")
    " ELSE r.classid END::pg_catalog.int8,  COALESCE(NULLIF(w.of_type,"
    " 0::pg_catalog.oid), NULLIF(w.of_relation, 0::pg_catalog.oid),"
    " r.objid)::pg_catalog.int8"
    " FROM (SELECT DISTINCT q.classid, q.objid FROM reached AS q) AS r LEFT JOIN LATERAL ("
    " SELECT c.conrelid AS of_relation, c.contypid AS of_type"
    " FROM pg_catalog.pg_constraint AS c WHERE c.oid OPERATOR(pg_catalog.=) r.objid"
    " AND r.classid OPERATOR(pg_catalog.=) " CATALOG("pg_constraint")
    " UNION ALL SELECT a.adrelid, 0::pg_catalog.oid FROM pg_catalog.pg_attrdef AS a"
    " WHERE a.oid OPERATOR(pg_catalog.=) r.objid"
    " AND r.classid OPERATOR(pg_catalog.=) " CATALOG("pg_attrdef")
    " UNION ALL SELECT a.ev_class, 0::pg_catalog.oid FROM pg_catalog.pg_rewrite AS a"
    " WHERE a.oid OPERATOR(pg_catalog.=) r.objid"
    " AND r.classid OPERATOR(pg_catalog.=) " CATALOG("pg_rewrite")
    " UNION ALL SELECT a.tgrelid, 0::pg_catalog.oid FROM pg_catalog.pg_trigger AS a"
    " WHERE a.oid OPERATOR(pg_catalog.=) r.objid"
    " AND r.classid OPERATOR(pg_catalog.=) " CATALOG("pg_trigger")
    " UNION ALL SELECT a.polrelid, 0::pg_catalog.oid FROM pg_catalog.pg_policy AS a"
    " WHERE a.oid OPERATOR(pg_catalog.=) r.objid"
    " AND r.classid OPERATOR(pg_catalog.=) " CATALOG("pg_policy")
    " UNION ALL SELECT a.stxrelid, 0::pg_catalog.oid FROM pg_catalog.pg_statistic_ext AS a"
    " WHERE a.oid OPERATOR(pg_catalog.=) r.objid"
    " AND r.classid OPERATOR(pg_catalog.=) " CATALOG("pg_statistic_ext")
    " UNION ALL SELECT i.indrelid, 0::pg_catalog.oid FROM pg_catalog.pg_index AS i"
    " WHERE i.indexrelid OPERATOR(pg_catalog.=) r.objid"
    " AND r.classid OPERATOR(pg_catalog.=) " CATALOG("pg_class")
    " UNION ALL SELECT 0::pg_catalog.oid, c.reltype FROM pg_catalog.pg_class AS c"
    " WHERE c.oid OPERATOR(pg_catalog.=) r.objid AND c.relkind OPERATOR(pg_catalog.=) 'c'"
    " AND r.classid OPERATOR(pg_catalog.=) " CATALOG("pg_class") "  ) AS w ON true",
    Type::bigint_array, Type::bigint_array, Type::bigint_array);
// clang-format on
#undef CATALOG

} // namespace

std::vector<pg::ObjectAddressKey> dependents(std::span<const std::int64_t> catalogs,
                                             std::span<const std::int64_t> objects,
                                             std::span<const std::int64_t> changes) {
    const AsTableOwner scope;
    std::vector<pg::ObjectAddressKey> result;
    select_dependents.run({catalogs, objects, changes}, [&](const Row& row) {
        result.push_back({pg::ObjectId(row.bigint(0)), pg::ObjectId(row.bigint(1)), 0});
    });
    return result;
}

} // namespace migrate::engine::catalog
