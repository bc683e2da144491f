#include "engine/commands/owner_of.hpp"

#include "core/failure.hpp"
#include "core/prefix_naming.hpp"
#include "engine/tables/as_table_owner.hpp"
#include "engine/tables/installation.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/sql/statement.hpp"
#include "pg/wall/subtransaction.hpp"

namespace migrate::engine {

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
// By its address where that means something, else by its name.
Statement select_record("SELECT o.prefix, o.revision FROM migrate.object AS o"
                        " WHERE (o.class_oid OPERATOR(pg_catalog.=) $1"
                        "  AND o.object_oid OPERATOR(pg_catalog.=) $2"
                        "  AND o.object_subid OPERATOR(pg_catalog.=) $3"
                        "  AND o.origin OPERATOR(pg_catalog.=) $4)"
                        " OR (o.type OPERATOR(pg_catalog.=) $5"
                        "  AND o.identity OPERATOR(pg_catalog.=) $6"
                        "  AND o.origin OPERATOR(pg_catalog.<>) $4)",
                        Type::bigint, Type::bigint, Type::bigint, Type::text, Type::text,
                        Type::text);

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

struct Record {
    std::string prefix;
    std::optional<std::string> revision;
};

std::optional<Record> recorded(const ObjectAddressKey& object) {
    const auto name = pg::name_of(object);
    if (!name) {
        return std::nullopt;
    }
    const std::string here = tables::origin();
    const AsTableOwner scope;
    std::optional<Record> result;
    select_record.run({std::int64_t(object.class_id), std::int64_t(object.object_id),
                       std::int64_t(object.sub_id), here, name->type, name->identity},
                      [&](const Row& row) {
                          result = {row.text(0), row.optional_text(1)};
                      });
    return result;
}

/// The prefix that reserves the name of `object`.
std::optional<Record> reserved(const pg::ObjectFacts& facts) {
    core::Reservations reservations;
    const auto prefixes = tables::prefixes();
    for (std::size_t i = 0; i < prefixes.size(); i++) {
        if (core::parse_naming(prefixes[i].naming) == core::Naming::prefixed) {
            reservations.add(prefixes[i].schema, prefixes[i].name, i);
        }
    }
    const auto holder = reservations.holder_of(pg::schema_name(facts.schema), facts.name);
    return holder ? std::optional(Record{prefixes[*holder].name, std::nullopt}) : std::nullopt;
}

std::optional<Record> owner_record(const ObjectAddressKey& object) {
    const pg::ObjectFacts facts = pg::look_up(object);
    if (auto record = recorded(object)) {
        return record;
    }
    if (facts.nature == pg::Nature::dependent) {
        return owner_record(pg::relation_address(facts.relation));
    }
    return facts.nature == pg::Nature::named ? reserved(facts) : std::nullopt;
}

} // namespace

std::vector<Provenance> owner_of_object(const std::string& name) {
    std::vector<Provenance> result;
    bool is_known = false;
    for (const ObjectAddressKey& object : objects_named(name)) {
        const pg::Nature nature = pg::look_up(object).nature;
        // The row types of tables and the like
        if (nature == pg::Nature::gone || nature == pg::Nature::internal) {
            continue;
        }
        is_known = true;
        if (auto record = owner_record(object)) {
            const auto identity = pg::name_of(object);
            result.push_back({identity ? identity->type + " " + identity->identity : name,
                              std::move(record->prefix), std::move(record->revision)});
        }
    }
    if (!is_known) {
        throw core::Failure(core::FailureCode::undefined_object,
                            core::in_quotes(name) + " is no relation, type, function or column", {},
                            "Qualify its name with its schema, and a column's with its table.");
    }
    return result;
}

} // namespace migrate::engine
