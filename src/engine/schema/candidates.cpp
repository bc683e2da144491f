// These run with a search_path of pg_catalog alone, which is what their unqualified names
// mean, and which makes the server qualify all others in what it prints.
#include "engine/schema/candidates.hpp"

#include "pg/sql/statement.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>

namespace migrate::engine {

namespace {

using pg::Nature;
using pg::Row;
using pg::Statement;
using pg::Type;

// clang-format off
// What is in the schemas $1; and casts and transforms, which are in none, for types that are.
Statement select_all(
    "SELECT d.classid::int8, d.objid::int8 FROM unnest($1) AS s (id) JOIN pg_depend AS d"
    " ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = s.id::oid"
    " WHERE d.classid <> 'pg_default_acl'::regclass UNION SELECT d.classid::int8, d.objid::int8 FROM pg_depend AS d JOIN pg_type AS t"
    " ON t.oid = d.refobjid WHERE d.classid IN ('pg_cast'::regclass, 'pg_transform'::regclass)"
    " AND d.objid >= 16384 AND d.refclassid = 'pg_type'::regclass"
    " AND t.typnamespace::int8 = ANY ($1)",
    Type::bigint_array);

// In the schemas $1, what is called as the prefix ($2) or begins with that and an underscore (the
// accent comes next in ASCII), by an index on the name, for there may be thousands of prefixes
// beside it.
#define NAMED(catalog, name, schema)                                                               \
    "SELECT '" catalog "'::regclass::int8, a.oid::int8 FROM " catalog " AS a WHERE a." name        \
    " = $2::name AND a." schema "::int8 = ANY ($1)"                                                \
    " UNION SELECT '" catalog "'::regclass::int8, a.oid::int8 FROM " catalog " AS a WHERE a." name \
    " >= ($2 || '_')::name AND a." name " < ($2 || '`')::name AND a." schema "::int8 = ANY ($1)"
Statement select_named(
    NAMED("pg_class", "relname", "relnamespace") " UNION " NAMED("pg_type", "typname",
    "typnamespace") " UNION " NAMED("pg_proc", "proname", "pronamespace"),
    Type::bigint_array, Type::text);

#define IS_PART(catalog, oid, types)                                                               \
    "EXISTS (SELECT FROM pg_depend AS e WHERE e.classid = " catalog " AND e.objid = " oid          \
    " AND e.deptype IN (" types "))"
// By oid ($2), the rows of composite types by that of the type ($3).
Statement select_relations(
    "SELECT c.oid::int8, c.reltype::int8, c.relnamespace::int8, c.relname::text,"
    " c.relkind::text, c.relispartition, c.relhastriggers AND EXISTS (SELECT FROM pg_trigger AS g"
    "  WHERE g.tgrelid = c.oid AND (NOT g.tgisinternal OR g.tgparentid <> 0)), c.relhasrules,"
    " quote_ident(n.nspname) || '.' || quote_ident(c.relname)"
    " FROM (SELECT r.id::oid FROM unnest($2) AS r (id) UNION SELECT t.typrelid FROM unnest($3)"
    "  AS r (id) JOIN pg_type AS t ON t.oid = r.id::oid WHERE t.typrelid <> 0) AS r (id)"
    " JOIN pg_class AS c ON c.oid = r.id JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE c.relnamespace::int8 = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')"
    " AND c.relpersistence <> 't' AND NOT EXISTS (SELECT FROM pg_depend AS e"
    "  WHERE e.classid = CASE c.relkind WHEN 'c' THEN 'pg_type'::regclass ELSE"
    "  'pg_class'::regclass END AND e.objid = CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END"
    "  AND e.deptype = 'e')",
    Type::bigint_array, Type::bigint_array, Type::bigint_array);
// A sequence is its table's, whatever its name: those that the tables $1 own.
Statement select_owned_sequences(
    "SELECT d.objid::int8 FROM unnest($1) AS r (id) JOIN pg_depend AS d"
    " ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.id::oid AND d.refobjsubid > 0"
    " AND d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND d.deptype IN ('a', 'i')"
    " JOIN pg_class AS c ON c.oid = d.objid WHERE c.relkind = 'S'",
    Type::bigint_array);
// The tables that own the sequences $1.
Statement select_owners(
    "SELECT d.objid::int8, o.oid::int8, o.relkind::text,"
    " quote_ident(n.nspname) || '.' || quote_ident(o.relname)"
    " FROM unnest($1) AS r (id) JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass"
    " AND d.objid = r.id::oid AND d.objsubid = 0 AND d.refclassid = 'pg_class'::regclass"
    " AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')"
    " JOIN pg_class AS o ON o.oid = d.refobjid JOIN pg_namespace AS n ON n.oid = o.relnamespace",
    Type::bigint_array);
// A row type is its relation; arrays and multiranges come with what they are of.
Statement select_types(
    "SELECT t.oid::int8, t.typnamespace::int8, t.typname::text, t.typtype::text,"
    " quote_ident(n.nspname) || '.' || quote_ident(t.typname)"
    " FROM unnest($2) AS r (id) JOIN pg_type AS t ON t.oid = r.id::oid JOIN pg_namespace AS n"
    " ON n.oid = t.typnamespace WHERE t.typnamespace::int8 = ANY ($1)"
    " AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'b' AND t.typcategory <> 'A'"
    "  OR t.typtype = 'p' AND NOT t.typisdefined)"
    " AND NOT " IS_PART("'pg_type'::regclass", "t.oid", "'e'"),
    Type::bigint_array, Type::bigint_array);
// Constructors of range types are internal parts of them.
Statement select_functions(
    "SELECT p.oid::int8, p.pronamespace::int8, p.proname::text, i.type, i.identity"
    " FROM unnest($2) AS r (id) JOIN pg_proc AS p ON p.oid = r.id::oid,"
    " LATERAL pg_identify_object('pg_proc'::regclass, p.oid, 0) AS i"
    " WHERE p.pronamespace::int8 = ANY ($1) AND i.identity IS NOT NULL"
    " AND NOT " IS_PART("'pg_proc'::regclass", "p.oid", "'e', 'i'"),
    Type::bigint_array, Type::bigint_array);
Statement select_others(
    "SELECT r.class_id, r.id, i.type, i.identity"
    " FROM ROWS FROM (unnest($1), unnest($2)) AS r (class_id, id),"
    " LATERAL pg_identify_object(r.class_id::oid, r.id::oid, 0) AS i WHERE i.identity IS NOT NULL"
    " AND r.class_id::oid NOT IN ('pg_constraint'::regclass, 'pg_trigger'::regclass,"
    " 'pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_statistic_ext'::regclass,"
    " 'pg_extension'::regclass)"
    " AND NOT " IS_PART("r.class_id::oid", "r.id::oid", "'e', 'i'"),
    Type::bigint_array, Type::bigint_array);
// clang-format on

#undef IS_PART
#undef NAMED

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
    return candidate;
}

void find_owners(std::span<SchemaCandidate> sequences) {
    if (sequences.empty()) {
        return;
    }
    std::unordered_map<std::int64_t, SchemaCandidate*> by_oid;
    std::vector<std::int64_t> oids;
    for (SchemaCandidate& sequence : sequences) {
        by_oid.emplace(sequence.relation, &sequence);
        oids.push_back(sequence.relation);
    }
    select_owners.stream({oids}, [&by_oid](const Row& row) {
        SchemaCandidate& sequence = *by_oid.at(row.bigint(0));
        sequence.facts.nature = Nature::dependent;
        sequence.facts.relation = pg::ObjectId(row.bigint(1));
        sequence.owner = {std::string(relation_kind(row.view(2).front())), row.text(3)};
    });
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

void ObjectOids::make_unique() {
    for (std::vector<std::int64_t>* oids : {&relations, &types, &functions, &schemas}) {
        std::sort(oids->begin(), oids->end());
        oids->erase(std::unique(oids->begin(), oids->end()), oids->end());
    }
    std::set<std::pair<std::int64_t, std::int64_t>> pairs;
    for (std::size_t i = 0; i < others.size(); i++) {
        pairs.emplace(other_catalogs[i], others[i]);
    }
    other_catalogs.clear();
    others.clear();
    for (const auto& [catalog, object] : pairs) {
        other_catalogs.push_back(catalog);
        others.push_back(object);
    }
}

void add_owned_sequences(ObjectOids& oids) {
    if (!oids.relations.empty()) {
        std::vector<std::int64_t> sequences;
        select_owned_sequences.stream(
            {oids.relations}, [&sequences](const Row& row) { sequences.push_back(row.bigint(0)); });
        oids.relations.insert(oids.relations.end(), sequences.begin(), sequences.end());
    }
}

ObjectOids find_candidates(const CandidateScope& scope) {
    ObjectOids found = scope.name ? scope.recorded : ObjectOids();
    const auto add = [&found](const Row& row) {
        found.add({pg::ObjectId(row.bigint(0)), pg::ObjectId(row.bigint(1)), 0});
    };
    if (scope.name) {
        select_named.stream({scope.schemas, std::string_view(*scope.name)}, add);
        add_owned_sequences(found);
    } else {
        select_all.stream({scope.schemas}, add);
        // What is in no schema.
        found.other_catalogs.insert(found.other_catalogs.end(),
                                    scope.recorded.other_catalogs.begin(),
                                    scope.recorded.other_catalogs.end());
        found.others.insert(found.others.end(), scope.recorded.others.begin(),
                            scope.recorded.others.end());
    }
    found.make_unique();
    return found;
}

std::vector<SchemaCandidate> look_up_candidates(const std::vector<std::int64_t>& schemas,
                                                const ObjectOids& oids) {
    std::vector<SchemaCandidate> found;
    if (!oids.relations.empty() || !oids.types.empty()) {
        select_relations.stream({schemas, oids.relations, oids.types},
                                [&](const Row& row) { found.push_back(relation_of(row)); });
        const auto sequences =
            std::stable_partition(found.begin(), found.end(), [](const SchemaCandidate& relation) {
                return relation.identity.kind != "sequence";
            });
        find_owners({sequences, found.end()});
    }
    if (!oids.types.empty()) {
        select_types.stream({schemas, oids.types}, [&](const Row& row) {
            SchemaCandidate& type = found.emplace_back();
            type.address = pg::type_address(pg::ObjectId(row.bigint(0)));
            type.identity = {"type", row.text(4)};
            type.facts = named_facts(pg::ObjectId(row.bigint(1)), row.text(2));
            type.traits = row.text(3);
        });
    }
    if (!oids.functions.empty()) {
        select_functions.stream({schemas, oids.functions}, [&](const Row& row) {
            SchemaCandidate& function = found.emplace_back();
            function.address = pg::function_address(pg::ObjectId(row.bigint(0)));
            function.identity = {row.text(3), row.text(4)};
            function.facts = named_facts(pg::ObjectId(row.bigint(1)), row.text(2));
            function.traits = "F";
        });
    }
    if (!oids.others.empty()) {
        const std::size_t first = found.size();
        select_others.stream({oids.other_catalogs, oids.others}, [&](const Row& row) {
            SchemaCandidate& other = found.emplace_back();
            other.address = {pg::ObjectId(row.bigint(0)), pg::ObjectId(row.bigint(1)), 0};
            other.identity = {row.text(2), row.text(3)};
        });
        for (std::size_t i = first; i < found.size(); i++) {
            found[i].facts = pg::look_up(found[i].address);
        }
    }
    return found;
}

} // namespace migrate::engine
