#include "engine/schema/scope.hpp"

#include "engine/catalog/schemas.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/catalog/objects.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace migrate::engine {

SchemaScope::SchemaScope(const Prefix& mine)
    : name_(mine.name), naming_(mine.naming), ownership_([this](const ObjectRow& row) {
          const bool is_whole = row.address.object_id != pg::invalid_object_id &&
                                row.address.sub_id == 0 &&
                                row.address.class_id != tables::label_class;
          if (row.prefix == name_ && is_whole) {
              recorded_oids_.add(row.address);
          }
      }),
      own_schema_(pg::find_schema(mine.schema)) {}

const std::vector<std::int64_t>& SchemaScope::schemas() const {
    if (!schemas_) {
        schemas_ = find_schemas();
    }
    return *schemas_;
}

std::vector<std::int64_t> SchemaScope::schemas_of(const ObjectOids& objects) const {
    // All that was ever recorded need not be looked up for what is in the prefix's own schema.
    const auto found = catalog::schemas_of(objects.relations, objects.types, objects.functions);
    const bool are_own = objects.schemas.empty() && objects.others.empty() &&
                         std::all_of(found.begin(), found.end(),
                                     [this](pg::ObjectId schema) { return own_schema_ == schema; });
    return are_own ? std::vector<std::int64_t>(found.begin(), found.end()) : schemas();
}

/// Its own, those recorded, and those of recorded relations, types and functions.
std::vector<std::int64_t> SchemaScope::find_schemas() const {
    std::set<pg::ObjectId> schemas(recorded_oids_.schemas.begin(), recorded_oids_.schemas.end());
    if (own_schema_) {
        schemas.insert(*own_schema_);
    }
    const ObjectOids& own = recorded_oids_;
    constexpr std::size_t most_looked_up = 100;
    if (own.relations.size() + own.types.size() + own.functions.size() > most_looked_up) {
        for (const pg::ObjectId schema :
             catalog::schemas_of(own.relations, own.types, own.functions)) {
            schemas.insert(schema);
        }
    } else {
        for (const auto& [object, owner] : ownership_.records()) {
            if (object.sub_id == 0 && is_mine(owner)) {
                schemas.insert(pg::schema_of(object));
            }
        }
    }
    std::vector<std::int64_t> result;
    for (const pg::ObjectId schema : schemas) {
        const std::string name = pg::schema_name(schema);
        if (!name.empty() && !pg::is_system_schema(name) && name != "migrate") {
            result.push_back(schema);
        }
    }
    return result;
}

CandidateScope SchemaScope::candidates() const {
    return {schemas(), takes_any_name() ? std::nullopt : std::optional(name_), recorded_oids_};
}

SchemaScope::Belonging SchemaScope::of(const SchemaCandidate& object) const {
    if (const auto owner = ownership_.owner_of(object.address, object.facts)) {
        return is_mine(*owner) ? Belonging::mine : Belonging::other;
    }
    return takes_any_name() ? Belonging::nobody : Belonging::other;
}

} // namespace migrate::engine
