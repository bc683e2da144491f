#include "engine/schema/objects.hpp"

#include "pg/catalog/objects.hpp"

#include <algorithm>
#include <string_view>
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

SchemaReading read_touched(const Prefix& prefix, std::span<const pg::ObjectAddressKey> touched) {
    if (std::all_of(touched.begin(), touched.end(), can_be_read_alone)) {
        return read_objects(prefix, SchemaExtent::own, touched);
    }
    std::set<SchemaIdentity> named;
    for (const pg::ObjectAddressKey& object : touched) {
        if (can_be_read_alone(object)) {
            if (auto name = pg::name_of({object.class_id, object.object_id, 0})) {
                named.insert({std::move(name->type), std::move(name->identity)});
            }
        }
    }
    const auto is_wanted = [&named](const SchemaIdentity& whole) {
        return !is_kind_read_alone(whole.kind) || named.contains(whole);
    };
    SchemaReading reading = read_schema(prefix, SchemaExtent::own);
    std::vector<SchemaObject> objects;
    for (const SchemaObject& object : reading.model.objects()) {
        const bool is_part = !object.parent.is_none() && object.identity.kind != "sequence";
        if (is_wanted(is_part ? object.parent : object.identity)) {
            objects.push_back(object);
        }
    }
    reading.model = core::SchemaModel(std::move(objects));
    std::erase_if(reading.locked, [&](const SchemaIdentity& whole) { return !is_wanted(whole); });
    return reading;
}

} // namespace migrate::engine
