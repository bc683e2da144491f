#include "engine/schema/objects.hpp"

#include "pg/catalog/objects.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace migrate::engine {

using core::SchemaIdentity;
using core::SchemaObject;

namespace {

bool is_kind_read_alone(const std::string& kind) {
    constexpr std::string_view kinds[] = {"table",         "view",      "materialized view",
                                          "foreign table", "sequence",  "type",
                                          "function",      "procedure", "aggregate"};
    return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

} // namespace

bool can_be_read_alone(const pg::ObjectAddressKey& object) {
    return pg::is_relation(object) || pg::is_type(object) || pg::is_function(object);
}

SchemaReading read_objects(const Prefix& prefix, SchemaExtent extent,
                           std::span<const pg::ObjectAddressKey> wholes) {
    std::set<SchemaIdentity> wanted;
    bool are_others_wanted = false;
    for (const pg::ObjectAddressKey& object : wholes) {
        if (!can_be_read_alone(object)) {
            are_others_wanted = true;
        } else if (auto name = pg::name_of({object.class_id, object.object_id, 0})) {
            wanted.insert({std::move(name->type), std::move(name->identity)});
        }
    }
    SchemaReading all = read_schema(prefix, extent);
    std::vector<SchemaObject> objects;
    for (const SchemaObject& object : all.model.objects()) {
        const bool is_part = !object.parent.is_none() && object.identity.kind != "sequence";
        const SchemaIdentity& whole = is_part ? object.parent : object.identity;
        if (is_kind_read_alone(whole.kind) ? wanted.contains(whole) : are_others_wanted) {
            objects.push_back(object);
        }
    }
    return {core::SchemaModel(std::move(objects)), std::move(all.not_owned)};
}

} // namespace migrate::engine
