// These run with a search_path of pg_catalog alone, which is what their unqualified names
// mean, and which makes the server qualify all others in what it prints.
#include "engine/schema/candidates.hpp"

#include "pg/sql/statement.hpp"

#include <algorithm>
#include <utility>

namespace migrate::engine {

namespace {

using core::SchemaIdentity;
using pg::Nature;
using pg::Row;
using pg::Statement;
using pg::Type;

// clang-format off
// All of a catalog in the schemas $1.
#define ALL_IN(catalog, schema)                                                                    \
    "SELECT a.oid FROM " catalog " AS a WHERE a." schema "::int8 = ANY ($1)"
#define LISTED(catalog, schema, oids)                                                              \
    "SELECT a.oid FROM unnest(" oids ") AS r (id) JOIN " catalog " AS a ON a.oid = r.id::oid"      \
    " WHERE a." schema "::int8 = ANY ($1)"
// In the schemas $1, what is called as the prefix ($2) or begins with that and an underscore (the
// accent comes next in ASCII), by an index on the name, for there may be thousands of prefixes
// beside it; and what is recorded.
#define NAMED(catalog, name, schema, recorded)                                                     \
    "SELECT a.oid FROM " catalog " AS a WHERE a." name " = $2::name"                               \
    " AND a." schema "::int8 = ANY ($1)"                                                           \
    " UNION SELECT a.oid FROM " catalog " AS a WHERE a." name " >= ($2 || '_')::name"              \
    " AND a." name " < ($2 || '`')::name AND a." schema "::int8 = ANY ($1)"                        \
    " UNION " LISTED(catalog, schema, recorded)
// The rows in pg_class of composite types.
#define OF_TYPES(oids)                                                                             \
    " UNION SELECT t.typrelid FROM unnest(" oids ") AS r (id) JOIN pg_type AS t ON t.oid ="        \
    " r.id::oid WHERE t.typrelid <> 0 AND t.typnamespace::int8 = ANY ($1)"
#define IS_MEMBER(catalog, oid)                                                                    \
    "EXISTS (SELECT FROM pg_depend AS e WHERE e.classid = '" catalog "'::regclass AND e.objid = "  \
    oid " AND e.deptype = 'e')"
// A sequence is its table's, whatever its name.
#define RELATIONS(set)                                                                             \
    "WITH candidate (id) AS (" set ")"                                                             \
    " SELECT c.oid::int8, c.reltype::int8, c.relnamespace::int8, c.relname::text,"                 \
    " c.relkind::text, c.relispartition, c.relhastriggers, c.relhasrules,"                         \
    " quote_ident(n.nspname) || '.' || quote_ident(c.relname), o.oid::int8, o.relkind::text,"      \
    " quote_ident(m.nspname) || '.' || quote_ident(o.relname)"                                     \
    " FROM (SELECT a.id FROM candidate AS a UNION SELECT d.objid FROM candidate AS a JOIN"         \
    "  pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.id"                \
    "  WHERE d.refobjsubid > 0 AND d.classid = 'pg_class'::regclass AND d.objsubid = 0"            \
    "  AND d.deptype IN ('a', 'i')) AS r (id)"                                                     \
    " JOIN pg_class AS c ON c.oid = r.id JOIN pg_namespace AS n ON n.oid = c.relnamespace"         \
    " LEFT JOIN pg_depend AS d ON c.relkind = 'S' AND d.classid = 'pg_class'::regclass"            \
    "  AND d.objid = c.oid AND d.objsubid = 0 AND d.refclassid = 'pg_class'::regclass"             \
    "  AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')"                                          \
    " LEFT JOIN pg_class AS o ON o.oid = d.refobjid"                                               \
    " LEFT JOIN pg_namespace AS m ON m.oid = o.relnamespace"                                       \
    " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND c.relpersistence <> 't'"          \
    " AND NOT " IS_MEMBER("pg_class", "c.oid")                                                     \
    " AND NOT (c.relkind = 'c' AND " IS_MEMBER("pg_type", "c.reltype") ")"
// A row type is its relation; arrays and multiranges come with what they are of.
#define TYPES(set)                                                                                 \
    "SELECT t.oid::int8, t.typnamespace::int8, t.typname::text, t.typtype::text,"                  \
    " quote_ident(n.nspname) || '.' || quote_ident(t.typname)"                                     \
    " FROM (" set ") AS r (id) JOIN pg_type AS t ON t.oid = r.id JOIN pg_namespace AS n"           \
    " ON n.oid = t.typnamespace WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'b'"            \
    " AND t.typcategory <> 'A' OR t.typtype = 'p' AND NOT t.typisdefined) AND NOT " IS_MEMBER("pg_type", "t.oid")
// Constructors of range types are internal parts of them.
#define FUNCTIONS(set)                                                                             \
    "SELECT p.oid::int8, p.pronamespace::int8, p.proname::text, i.type, i.identity"                \
    " FROM (" set ") AS r (id) JOIN pg_proc AS p ON p.oid = r.id,"                                 \
    " LATERAL pg_identify_object('pg_proc'::regclass, p.oid, 0) AS i"                              \
    " WHERE NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.classid = 'pg_proc'::regclass"          \
    " AND e.objid = p.oid AND e.deptype IN ('e', 'i')) AND i.identity IS NOT NULL"
#define OTHERS(set)                                                                                \
    "SELECT r.class_id, r.id, i.type, i.identity FROM (" set ") AS r (class_id, id),"              \
    " LATERAL pg_identify_object(r.class_id::oid, r.id::oid, 0) AS i WHERE i.identity IS NOT NULL" \
    " AND r.class_id::oid NOT IN ('pg_constraint'::regclass, 'pg_trigger'::regclass,"              \
    " 'pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_statistic_ext'::regclass,"                \
    " 'pg_extension'::regclass) AND NOT EXISTS (SELECT FROM pg_depend AS e"                        \
    " WHERE e.classid = r.class_id::oid AND e.objid = r.id::oid AND e.deptype IN ('e', 'i'))"
#define ALL_OF(catalog, schema)                                                                    \
    " UNION SELECT '" catalog "'::regclass::int8, a.oid::int8 FROM " catalog " AS a"               \
    " WHERE a." schema "::int8 = ANY ($1)"

#define OF_TYPES_IN(catalog, type)                                                                 \
    " UNION SELECT '" catalog "'::regclass::int8, a.oid::int8 FROM " catalog " AS a"               \
    " JOIN pg_type AS t ON t.oid = a." type " WHERE t.typnamespace::int8 = ANY ($1)"

// The statements of a catalog, by Choice.  Parameters: schemas, name, and oids of relations, types,
// functions.
#define PARAMETERS Type::bigint_array, Type::text, Type::bigint_array, Type::bigint_array,         \
    Type::bigint_array
// A parameter that a statement does not use needs a type all the same.
#define UNUSED " AND $2 IS NOT NULL AND $3 IS NOT NULL AND $4 IS NOT NULL AND $5 IS NOT NULL"
Statement relation_statements[] = {
    Statement(RELATIONS(ALL_IN("pg_class", "relnamespace")) UNUSED, PARAMETERS),
    Statement(RELATIONS(NAMED("pg_class", "relname", "relnamespace", "$3") OF_TYPES("$4")) UNUSED,
              PARAMETERS),
    Statement(RELATIONS(LISTED("pg_class", "relnamespace", "$3") OF_TYPES("$4")) UNUSED,
              PARAMETERS)};
Statement type_statements[] = {
    Statement(TYPES(ALL_IN("pg_type", "typnamespace")) UNUSED, PARAMETERS),
    Statement(TYPES(NAMED("pg_type", "typname", "typnamespace", "$4")) UNUSED, PARAMETERS),
    Statement(TYPES(LISTED("pg_type", "typnamespace", "$4")) UNUSED, PARAMETERS)};
Statement function_statements[] = {
    Statement(FUNCTIONS(ALL_IN("pg_proc", "pronamespace")) UNUSED, PARAMETERS),
    Statement(FUNCTIONS(NAMED("pg_proc", "proname", "pronamespace", "$5")) UNUSED, PARAMETERS),
    Statement(FUNCTIONS(LISTED("pg_proc", "pronamespace", "$5")) UNUSED, PARAMETERS)};

Statement listed_others(
    OTHERS("SELECT * FROM ROWS FROM (unnest($1), unnest($2)) AS l (class_id, id)"),
    Type::bigint_array, Type::bigint_array);
Statement others_in_schemas(
    OTHERS("SELECT * FROM ROWS FROM (unnest($2), unnest($3)) AS l (class_id, id)"
           ALL_OF("pg_operator", "oprnamespace") ALL_OF("pg_opclass", "opcnamespace")
           ALL_OF("pg_opfamily", "opfnamespace") ALL_OF("pg_collation", "collnamespace")
           ALL_OF("pg_conversion", "connamespace") ALL_OF("pg_ts_parser", "prsnamespace")
           ALL_OF("pg_ts_dict", "dictnamespace") ALL_OF("pg_ts_template", "tmplnamespace")
           ALL_OF("pg_ts_config", "cfgnamespace")
           OF_TYPES_IN("pg_cast", "castsource") OF_TYPES_IN("pg_cast", "casttarget")
           OF_TYPES_IN("pg_transform", "trftype")),
    Type::bigint_array, Type::bigint_array, Type::bigint_array);
// clang-format on

#undef UNUSED
#undef PARAMETERS
#undef OF_TYPES_IN
#undef ALL_OF
#undef OTHERS
#undef FUNCTIONS
#undef TYPES
#undef RELATIONS
#undef IS_MEMBER
#undef OF_TYPES
#undef NAMED
#undef LISTED
#undef ALL_IN

/// As pg_identify_object says it.
std::string_view relation_kind(char kind) {
    switch (kind) {
    case 'v':
        return "view";
    case 'm':
        return "materialized view";
    case 'f':
        return "foreign table";
    case 'S':
        return "sequence";
    case 'c':
        return "type";
    default:
        return "table";
    }
}

template <typename OnRow>
void find(Statement (&statements)[3], const CandidateSet& set, const OnRow& on_row) {
    statements[std::size_t(set.choice)].stream({set.schemas, std::string_view(set.name),
                                                set.oids.relations, set.oids.types,
                                                set.oids.functions},
                                               on_row);
}

pg::ObjectFacts named_facts(pg::ObjectId schema, std::string name) {
    pg::ObjectFacts facts;
    facts.nature = Nature::named;
    facts.schema = schema;
    facts.name = std::move(name);
    return facts;
}

SchemaCandidate relation_of(const Row& row) {
    SchemaCandidate candidate;
    const auto oid = pg::ObjectId(row.bigint(0));
    const char kind = row.view(4).front();
    candidate.relation = oid;
    candidate.address =
        kind == 'c' ? pg::type_address(pg::ObjectId(row.bigint(1))) : pg::relation_address(oid);
    candidate.identity = {std::string(relation_kind(kind)), row.text(8)};
    candidate.traits = kind;
    candidate.traits += row.boolean(6) ? "T" : "";
    candidate.traits += row.boolean(7) ? "R" : "";
    candidate.facts = named_facts(pg::ObjectId(row.bigint(2)), row.text(3));
    candidate.facts.is_partition = row.boolean(5);
    if (!row.is_null(9)) {
        candidate.facts.nature = Nature::dependent;
        candidate.facts.relation = pg::ObjectId(row.bigint(9));
        candidate.owner = {std::string(relation_kind(row.view(10).front())), row.text(11)};
    }
    return candidate;
}

} // namespace

void ObjectOids::add(const pg::ObjectAddressKey& object) {
    switch (object.class_id) {
    case 1259: // pg_class
        relations.push_back(object.object_id);
        break;
    case 1247: // pg_type
        types.push_back(object.object_id);
        break;
    case 1255: // pg_proc
        functions.push_back(object.object_id);
        break;
    case 2615: // pg_namespace
        schemas.push_back(object.object_id);
        break;
    default:
        other_catalogs.push_back(object.class_id);
        others.push_back(object.object_id);
    }
}

std::vector<SchemaCandidate> relation_candidates(const CandidateSet& set) {
    std::vector<SchemaCandidate> found;
    find(relation_statements, set, [&](const Row& row) { found.push_back(relation_of(row)); });
    std::stable_partition(found.begin(), found.end(), [](const SchemaCandidate& candidate) {
        return candidate.identity.kind != "sequence";
    });
    return found;
}

std::vector<SchemaCandidate> type_candidates(const CandidateSet& set) {
    std::vector<SchemaCandidate> found;
    find(type_statements, set, [&](const Row& row) {
        found.push_back({.address = pg::type_address(pg::ObjectId(row.bigint(0))),
                         .identity = {"type", row.text(4)},
                         .facts = named_facts(pg::ObjectId(row.bigint(1)), row.text(2)),
                         .traits = row.text(3)});
    });
    return found;
}

std::vector<SchemaCandidate> function_candidates(const CandidateSet& set) {
    std::vector<SchemaCandidate> found;
    find(function_statements, set, [&](const Row& row) {
        found.push_back({.address = pg::function_address(pg::ObjectId(row.bigint(0))),
                         .identity = {row.text(3), row.text(4)},
                         .facts = named_facts(pg::ObjectId(row.bigint(1)), row.text(2)),
                         .traits = "F"});
    });
    return found;
}

std::vector<SchemaCandidate> other_candidates(const CandidateSet& set) {
    std::vector<SchemaCandidate> found;
    const auto on_row = [&](const Row& row) {
        SchemaCandidate candidate;
        candidate.address = {pg::ObjectId(row.bigint(0)), pg::ObjectId(row.bigint(1)), 0};
        candidate.identity = {row.text(2), row.text(3)};
        found.push_back(std::move(candidate));
    };
    if (set.choice == CandidateSet::Choice::all) {
        others_in_schemas.stream({set.schemas, set.oids.other_catalogs, set.oids.others}, on_row);
    } else if (!set.oids.others.empty()) {
        listed_others.stream({set.oids.other_catalogs, set.oids.others}, on_row);
    }
    for (SchemaCandidate& candidate : found) {
        candidate.facts = pg::look_up(candidate.address);
    }
    return found;
}

} // namespace migrate::engine
