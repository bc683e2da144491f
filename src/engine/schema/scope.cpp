#include "engine/schema/scope.hpp"

#include "engine/tables/installation.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/sql/key_lookup.hpp"

namespace migrate::engine {

using pg::Row;

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
    for (const Prefix& prefix : tables::prefixes()) {
        if (core::parse_naming(prefix.naming) == core::Naming::prefixed) {
            reservations_.add(prefix.schema, prefix.name, holders_.size());
        }
        holders_.push_back(prefix.name);
    }
    const std::string here = tables::origin();
    std::set<std::string> names = {mine.schema};
    pg::look_up_rows(
        tables::object_table(), nullptr, {},
        {"prefix", "origin", "class_oid", "object_oid", "object_subid", "type", "identity",
         "object_names"},
        [&](const Row& row) {
            const bool is_mine = row.view(0) == mine_;
            const pg::ObjectAddressKey object = {pg::ObjectId(row.bigint(2)),
                                                 pg::ObjectId(row.bigint(3)),
                                                 std::int32_t(row.bigint(4))};
            if (object.sub_id != 0 || object.class_id == tables::label_class) {
                return;
            }
            if (row.view(1) != here) {
                (is_mine ? named_mine_ : named_others_).insert({row.text(5), row.text(6)});
                const auto address = row.text_array(7);
                if (is_mine && !address.empty()) {
                    names.insert(address.front()); // a schema, of most objects
                }
                return;
            }
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
