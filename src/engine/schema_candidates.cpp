// These run with a search_path of pg_catalog alone, which is what their unqualified names
// mean, and which makes the server qualify all others in what it prints.
#include "engine/schema_candidates.hpp"

namespace migrate::engine {

namespace {

using pg::Statement;
using pg::Type;

// clang-format off
// Subqueries of one value, for the planner would otherwise read the whole of pg_depend.
#define OF_NOTHING(catalog, object, kinds)                                                         \
    "(SELECT true FROM pg_depend AS e WHERE e.classid = 'pg_catalog." catalog                      \
    "'::regclass AND e.objid = " object " AND e.deptype IN (" kinds ") LIMIT 1) IS NULL"
#define NOT_OF_EXTENSION(catalog, object) OF_NOTHING(catalog, object, "'e'")
// What may belong to a prefix that takes any name, in the schemas $1.
#define ALL_IN_SCHEMAS(catalog, schema, condition)                                                 \
    "SELECT a.oid::int8 FROM " catalog " AS a WHERE a." schema "::int8 = ANY ($1) AND ("           \
    condition ")"
// The same where it does not: what is called as the prefix ($2) or begins with that and an
// underscore (the accent comes next in ASCII), by an index on the name, for there may be thousands
// of prefixes beside it; and what is recorded.
#define CANDIDATES(catalog, name, schema, recorded, condition)                                     \
    "SELECT a.oid FROM " catalog " AS a WHERE a." name " = $2::name"                               \
    "  AND a." schema "::int8 = ANY ($1) AND (" condition ")"                                      \
    " UNION SELECT a.oid FROM " catalog " AS a WHERE a." name " >= ($2 || '_')::name"              \
    "  AND a." name " < ($2 || '`')::name AND a." schema "::int8 = ANY ($1) AND (" condition ")"   \
    " UNION SELECT a.oid FROM unnest(" recorded ") AS r (id)"                                      \
    "  JOIN " catalog " AS a ON a.oid = r.id::oid"                                                 \
    "  WHERE a." schema "::int8 = ANY ($1) AND (" condition ")"
// The columns of a table bring its indexes along with its sequences, so this is asked twice.
#define RELATION_KINDS "('r', 'p', 'v', 'm', 'f', 'S', 'c')"
#define OIDS(catalog) " FROM unnest($1) AS r (id) JOIN " catalog " ON "

#define OWN_TYPE "a.typtype IN ('e', 'd', 'r') OR a.typtype = 'b' AND a.typcategory <> 'A'"

Statement select_all_relations(
    ALL_IN_SCHEMAS("pg_class", "relnamespace", "a.relkind IN " RELATION_KINDS),
    Type::bigint_array);
Statement select_all_types(ALL_IN_SCHEMAS("pg_type", "typnamespace", OWN_TYPE), Type::bigint_array);
Statement select_all_functions(
    ALL_IN_SCHEMAS("pg_proc", "pronamespace", "true"), Type::bigint_array);
Statement select_named_relations(
    "WITH candidate (id) AS (" CANDIDATES("pg_class", "relname", "relnamespace", "$3",
        "a.relkind IN " RELATION_KINDS)
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
    "SELECT c.oid::int8 FROM (" CANDIDATES("pg_type", "typname", "typnamespace", "$4", OWN_TYPE)
    ") AS c",
    Type::bigint_array, Type::text, Type::bigint_array, Type::bigint_array, Type::bigint_array);
Statement select_named_functions(
    "SELECT c.oid::int8 FROM (" CANDIDATES("pg_proc", "proname", "pronamespace", "$5", "true")
    ") AS c",
    Type::bigint_array, Type::text, Type::bigint_array, Type::bigint_array, Type::bigint_array);

Statement select_relations(
    "SELECT c.oid::int8, CASE c.relkind WHEN 'c' THEN 1247 ELSE 1259 END::int8,"
    " CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END::int8,"
    " CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'"
    "  WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type'"
    "  ELSE 'table' END,"
    " quote_ident(n.nspname) || '.' || quote_ident(c.relname), n.nspname::text, c.relname::text,"
    " COALESCE((SELECT d.refobjid FROM pg_depend AS d"
    "  WHERE c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid"
    "  AND d.objsubid = 0 AND d.refclassid = 'pg_catalog.pg_class'::regclass"
    "  AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') LIMIT 1), 0)::int8,"
    " c.relkind::text || CASE WHEN c.relhastriggers THEN 'T' ELSE '' END"
    "  || CASE WHEN c.relhasrules THEN 'R' ELSE '' END"
    OIDS("pg_class AS c") "c.oid = r.id::oid"
    " JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE c.relpersistence <> 't'"
    " AND c.relkind IN " RELATION_KINDS
    " AND CASE c.relkind WHEN 'c' THEN " NOT_OF_EXTENSION("pg_type", "c.reltype")
    " ELSE " NOT_OF_EXTENSION("pg_class", "c.oid") " END",
    Type::bigint_array);
Statement select_types(
    "SELECT t.oid::int8, 1247::int8, t.oid::int8, 'type',"
    " quote_ident(n.nspname) || '.' || quote_ident(t.typname), n.nspname::text,"
    " t.typname::text, 0::int8, ''"
    OIDS("pg_type AS t") "t.oid = r.id::oid"
    " JOIN pg_namespace AS n ON n.oid = t.typnamespace"
    " WHERE " NOT_OF_EXTENSION("pg_type", "t.oid"),
    Type::bigint_array);
// Constructors of range types are internal parts of them.
Statement select_functions(
    "SELECT p.oid::int8, 1255::int8, p.oid::int8, i.type, i.identity, n.nspname::text,"
    " p.proname::text, 0::int8, ''"
    OIDS("pg_proc AS p") "p.oid = r.id::oid"
    " JOIN pg_namespace AS n ON n.oid = p.pronamespace,"
    " LATERAL pg_identify_object('pg_catalog.pg_proc'::regclass, p.oid, 0) AS i"
    " WHERE " OF_NOTHING("pg_proc", "p.oid", "'e', 'i'"),
    Type::bigint_array);

#undef OWN_TYPE
#undef OIDS
#undef RELATION_KINDS
#undef CANDIDATES
#undef ALL_IN_SCHEMAS
#undef NOT_OF_EXTENSION
#undef OF_NOTHING
// clang-format on

} // namespace

CandidateQueries relation_candidates() {
    return {select_all_relations, select_named_relations, select_relations};
}

CandidateQueries type_candidates() {
    return {select_all_types, select_named_types, select_types};
}

CandidateQueries function_candidates() {
    return {select_all_functions, select_named_functions, select_functions};
}

} // namespace migrate::engine
