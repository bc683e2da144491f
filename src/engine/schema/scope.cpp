#include "engine/schema/scope.hpp"

#include "engine/tables/object.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/catalog/objects.hpp"

#include <algorithm>
#include <set>

namespace migrate::engine {

namespace {

std::vector<std::int64_t> without_system_schemas(const std::set<pg::ObjectId>& schemas) {
    std::vector<std::int64_t> result;
    for (const pg::ObjectId schema : schemas) {
        const std::string name = pg::schema_name(schema);
        if (!name.empty() && !pg::is_system_schema(name) && name != "migrate") {
            result.push_back(schema);
        }
    }
    return result;
}

} // namespace

SchemaScope::SchemaScope(const Prefix& mine, const Ownership* known)
    : name_(mine.name), schema_(mine.schema), naming_(mine.naming),
      ownership_(known != nullptr ? *known : read_.emplace()), place_(ownership_.place_of(name_)) {}

SchemaScope::Schemas SchemaScope::own_schema() const {
    const auto schema = pg::find_schema(schema_);
    return schema ? Schemas{*schema} : Schemas{};
}

bool SchemaScope::has_recorded(const pg::ObjectAddressKey& object) const {
    const Ownership::Owner* owner = ownership_.record_of(object);
    return owner != nullptr && is_mine(*owner);
}

/// Columns and labels aside.
template <typename Visit> void SchemaScope::for_each_recorded(const Visit& visit) const {
    for (const auto& [object, owner] : ownership_.records()) {
        if (is_mine(owner) && object.sub_id == 0 && object.class_id != tables::label_class) {
            visit(object);
        }
    }
}

std::vector<std::int64_t> SchemaScope::schemas() const {
    Schemas schemas = own_schema();
    for_each_recorded([&schemas](const pg::ObjectAddressKey& object) {
        schemas.insert(pg::is_schema(object) ? object.object_id : pg::schema_of(object));
    });
    return without_system_schemas(schemas);
}

std::vector<std::int64_t>
SchemaScope::schemas_of(std::span<const pg::ObjectAddressKey> objects) const {
    Schemas schemas = own_schema();
    Schemas others; // where it may have recorded something else
    for (const pg::ObjectAddressKey& object : objects) {
        (has_recorded(object) ? schemas : others).insert(pg::schema_of(object));
    }
    others.erase(pg::invalid_object_id);
    const bool are_known =
        std::includes(schemas.begin(), schemas.end(), others.begin(), others.end());
    return are_known ? without_system_schemas(schemas) : this->schemas();
}

CandidateScope SchemaScope::candidates() const {
    CandidateScope scope = {schemas(), takes_any_name() ? std::nullopt : std::optional(name_), {}};
    for_each_recorded([&scope](const pg::ObjectAddressKey& object) { scope.recorded.add(object); });
    return scope;
}

SchemaScope::Belonging SchemaScope::of(const SchemaCandidate& object) const {
    if (const auto owner = ownership_.owner_of(object.address, object.facts)) {
        return is_mine(*owner) ? Belonging::mine : Belonging::other;
    }
    return takes_any_name() ? Belonging::nobody : Belonging::other;
}

} // namespace migrate::engine
