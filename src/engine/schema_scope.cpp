#include "engine/schema_scope.hpp"

#include "engine/registry_scope.hpp"
#include "pg/spi.hpp"

namespace migrate::engine {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

Statement select_records("SELECT o.prefix OPERATOR(pg_catalog.=) $1, o.type, o.identity,"
                         " o.class_oid, o.object_oid, o.origin OPERATOR(pg_catalog.=) $2"
                         " FROM migrate.object AS o"
                         " WHERE o.object_subid OPERATOR(pg_catalog.=) 0"
                         " AND o.class_oid OPERATOR(pg_catalog.<>) 3501",
                         Type::text, Type::text);
// The schemas of relations, types and functions that were recorded here, those recorded
// themselves, that of the prefix, and those of what was recorded elsewhere, by the names
// that its address begins with.
Statement select_schemas(
    "SELECT n.oid::pg_catalog.int8 FROM pg_catalog.pg_namespace AS n"
    " WHERE (n.nspname OPERATOR(pg_catalog.=) $1"
    "  OR n.oid OPERATOR(pg_catalog.=) ANY (ARRAY("
    "   SELECT c.relnamespace FROM pg_catalog.pg_class AS c"
    "    WHERE c.oid OPERATOR(pg_catalog.=) ANY ($2::pg_catalog.oid[])"
    "   UNION SELECT t.typnamespace FROM pg_catalog.pg_type AS t"
    "    WHERE t.oid OPERATOR(pg_catalog.=) ANY ($3::pg_catalog.oid[])"
    "   UNION SELECT f.pronamespace FROM pg_catalog.pg_proc AS f"
    "    WHERE f.oid OPERATOR(pg_catalog.=) ANY ($4::pg_catalog.oid[])))"
    "  OR n.oid OPERATOR(pg_catalog.=) ANY ($5::pg_catalog.oid[])"
    "  OR n.nspname OPERATOR(pg_catalog.=) ANY (ARRAY("
    "   SELECT o.object_names[1] FROM migrate.object AS o"
    "   WHERE o.prefix OPERATOR(pg_catalog.=) $6 AND o.origin OPERATOR(pg_catalog.<>) $7)))"
    " AND n.nspname OPERATOR(pg_catalog.!~) '^(pg_|information_schema$|migrate$)'",
    Type::text, Type::bigint_array, Type::bigint_array, Type::bigint_array, Type::bigint_array,
    Type::text, Type::text);

} // namespace

void RecordedOids::add(const pg::ObjectAddressKey& object) {
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

SchemaScope::SchemaScope(const Prefix& mine)
    : mine_(mine.name), naming_(core::parse_naming(mine.naming)) {
    for (const Prefix& prefix : registry::prefixes()) {
        if (core::parse_naming(prefix.naming) == core::Naming::prefixed) {
            reservations_.add(prefix.schema, prefix.name, holders_.size());
        }
        holders_.push_back(prefix.name);
    }
    const std::string here = registry::origin();
    const RegistryScope scope;
    select_records.run({mine_, here}, [&](const Row& row) {
        const bool is_mine = row.boolean(0);
        if (!row.boolean(5)) {
            (is_mine ? named_mine_ : named_others_).insert({row.text(1), row.text(2)});
            return;
        }
        const pg::ObjectAddressKey object = {pg::ObjectId(row.bigint(3)),
                                             pg::ObjectId(row.bigint(4)), 0};
        recorded_.insert_or_assign(object, is_mine);
        if (is_mine) {
            recorded_oids_.add(object);
        }
    });
    const auto& [relations, types, functions, schemas, other_catalogs, others] = recorded_oids_;
    select_schemas.run({mine.schema, relations, types, functions, schemas, mine_, here},
                       [&](const Row& row) { schemas_.push_back(row.bigint(0)); });
}

SchemaScope::Belonging SchemaScope::of(const SchemaCandidate& object) const {
    const auto found = recorded_.find(object.address);
    if (found != recorded_.end()) {
        return found->second ? Belonging::mine : Belonging::other;
    }
    if (named_mine_.contains(object.identity)) {
        return Belonging::mine;
    }
    if (named_others_.contains(object.identity)) {
        return Belonging::other;
    }
    if (const auto holder = reservations_.holder_of(object.schema, object.name)) {
        return holders_[*holder] == mine_ ? Belonging::mine : Belonging::other;
    }
    return takes_any_name() ? Belonging::nobody : Belonging::other;
}

} // namespace migrate::engine
