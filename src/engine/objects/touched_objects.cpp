#include "engine/objects/touched_objects.hpp"

#include <algorithm>

namespace migrate::engine {

using pg::Nature;
using pg::ObjectAddressKey;
using pg::ObjectFacts;

namespace {

/// Catalogs of what is always part of a relation.
bool is_part(const ObjectAddressKey& object) {
    constexpr pg::ObjectId catalogs[] = {
        2604, // pg_attrdef
        2606, // pg_constraint
        2610, // pg_index
        2611, // pg_inherits
        2618, // pg_rewrite
        2620, // pg_trigger
        3256, // pg_policy
        3381  // pg_statistic_ext
    };
    return std::find(std::begin(catalogs), std::end(catalogs), object.class_id) !=
           std::end(catalogs);
}

} // namespace

TouchedObjects::Entry& TouchedObjects::note(const ObjectAddressKey& object, Change change) {
    Entry& entry = changes_[{object.class_id, object.object_id, 0}];
    entry.change = std::max(entry.change, change);
    return entry;
}

void TouchedObjects::add(const ObjectAddressKey& object, const ObjectFacts& facts, Change change) {
    note(object, change);
    if (facts.relation != pg::invalid_object_id) {
        note(pg::relation_address(facts.relation), std::min(change, Change::content));
    }
    if (facts.nature == Nature::named) {
        schemas_.insert(facts.schema);
    }
}

void TouchedObjects::add_new(const ObjectAddressKey& object, const ObjectFacts& facts) {
    add(object, facts, Change::content);
    if (object.sub_id == 0) {
        note(object, Change::itself).is_new = true;
    }
}

void TouchedObjects::add_dropped(const ObjectAddressKey& object, const ObjectFacts& facts) {
    add(object, facts, Change::content);
    if (object.sub_id == 0) {
        note(object, Change::itself).is_dropped = true;
    }
}

std::vector<ObjectAddressKey> TouchedObjects::wholes() const {
    std::vector<ObjectAddressKey> result;
    result.reserve(changes_.size());
    for (const auto& [object, entry] : changes_) {
        if (!is_part(object)) {
            result.push_back(object);
        }
    }
    return result;
}

TouchedObjects::Reaching TouchedObjects::reaching() const {
    const bool has_kept_drops = rollbacks_ == pg::rollback_count();
    Reaching result;
    for (const auto& [object, entry] : changes_) {
        if (entry.change != Change::itself && !entry.is_new &&
            !(entry.is_dropped && has_kept_drops)) {
            result.catalogs.push_back(object.class_id);
            result.objects.push_back(object.object_id);
            result.changes.push_back(std::int64_t(entry.change));
        }
    }
    return result;
}

} // namespace migrate::engine
