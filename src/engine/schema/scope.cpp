#include "engine/schema/scope.hpp"

#include "engine/catalog/schemas.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/catalog/objects.hpp"

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
      }) {
    find_schemas(mine.schema);
}

/// Its own, those recorded, and those of recorded relations, types and functions.
void SchemaScope::find_schemas(const std::string& own_schema) {
    std::set<pg::ObjectId> schemas(recorded_oids_.schemas.begin(), recorded_oids_.schemas.end());
    if (const auto schema = pg::find_schema(own_schema)) {
        schemas.insert(*schema);
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
    for (const pg::ObjectId schema : schemas) {
        const std::string name = pg::schema_name(schema);
        if (!name.empty() && !pg::is_system_schema(name) && name != "migrate") {
            schemas_.push_back(schema);
        }
    }
}

CandidateScope SchemaScope::candidates() const {
    return {schemas_, takes_any_name() ? std::nullopt : std::optional(name_), recorded_oids_};
}

SchemaScope::Belonging SchemaScope::of(const SchemaCandidate& object) const {
    if (const auto owner = ownership_.owner_of(object.address, object.facts)) {
        return is_mine(*owner) ? Belonging::mine : Belonging::other;
    }
    return takes_any_name() ? Belonging::nobody : Belonging::other;
}

} // namespace migrate::engine
