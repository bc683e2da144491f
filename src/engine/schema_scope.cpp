#include "engine/schema_scope.hpp"

#include "engine/registry_scope.hpp"
#include "pg/catalog.hpp"
#include "pg/spi.hpp"

namespace migrate::engine {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

Statement select_records("SELECT o.prefix OPERATOR(pg_catalog.=) $1, o.type, o.identity,"
                         " o.class_oid, o.object_oid, o.origin OPERATOR(pg_catalog.=) $2,"
                         " CASE WHEN o.origin OPERATOR(pg_catalog.<>) $2"
                         "  THEN o.object_names[1] END"
                         " FROM migrate.object AS o"
                         " WHERE o.object_subid OPERATOR(pg_catalog.=) 0"
                         " AND o.class_oid OPERATOR(pg_catalog.<>) 3501",
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
    std::set<std::string> names = {mine.schema};
    const RegistryScope scope;
    select_records.run({mine_, here}, [&](const Row& row) {
        const bool is_mine = row.boolean(0);
        if (!row.boolean(5)) {
            (is_mine ? named_mine_ : named_others_).insert({row.text(1), row.text(2)});
            if (is_mine) {
                names.insert(row.text(6)); // that its address begins with
            }
            return;
        }
        const pg::ObjectAddressKey object = {pg::ObjectId(row.bigint(3)),
                                             pg::ObjectId(row.bigint(4)), 0};
        recorded_.insert_or_assign(object, is_mine);
        if (is_mine) {
            recorded_oids_.add(object);
        }
    });
    find_schemas(names);
}

/// Those of these names, those recorded, and those of recorded relations, types and functions.
void SchemaScope::find_schemas(const std::set<std::string>& names) {
    std::set<pg::ObjectId> schemas(recorded_oids_.schemas.begin(), recorded_oids_.schemas.end());
    for (const std::string& name : names) {
        if (const auto schema = pg::find_schema(name)) {
            schemas.insert(*schema);
        }
    }
    for (const auto& [object, is_mine] : recorded_) {
        if (is_mine) {
            schemas.insert(pg::schema_of(object));
        }
    }
    for (const pg::ObjectId schema : schemas) {
        const std::string name = pg::schema_name(schema);
        if (!name.empty() && !name.starts_with("pg_") && name != "information_schema" &&
            name != "migrate") {
            schemas_.push_back(schema);
        }
    }
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
