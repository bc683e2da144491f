#include "engine/objects/ownership.hpp"

#include <utility>

namespace migrate::engine {

using pg::Nature;
using pg::ObjectAddressKey;
using pg::ObjectFacts;

Ownership::Ownership(const std::function<void(const ObjectRow& row)>& visit)
    : prefixes_(tables::prefixes()) {
    for (std::size_t i = 0; i < prefixes_.size(); i++) {
        places_.emplace(prefixes_[i].name, i);
        if (prefixes_[i].naming == core::Naming::prefixed) {
            reservations_.add(prefixes_[i].schema, prefixes_[i].name, i);
        }
    }
    tables::for_each_address([&](ObjectRow& row) {
        const auto place = places_.find(row.prefix);
        if (place == places_.end()) {
            return;
        }
        if (visit) {
            visit(row);
        }
        if (row.address.object_id != pg::invalid_object_id) {
            record(row.address, {place->second, std::move(row.revision)});
        }
    });
}

const Ownership::Owner* Ownership::record_of(const ObjectAddressKey& object) const {
    const auto found = records_.find(object);
    return found == records_.end() ? nullptr : &found->second;
}

const std::string& Ownership::schema_name(pg::ObjectId schema) const {
    auto [entry, is_new] = schema_names_.try_emplace(schema);
    if (is_new) {
        entry->second = pg::schema_name(schema);
    }
    return entry->second;
}

std::optional<Ownership::Owner> Ownership::owner_of_relation(pg::ObjectId relation) const {
    const ObjectAddressKey object = pg::relation_address(relation);
    return owner_of(object, pg::look_up(object));
}

/// Where all parents of `relation` belong; nothing when it has none, or they do not agree.
std::optional<Ownership::Owner> Ownership::owner_of_parents(pg::ObjectId relation) const {
    std::optional<Owner> result;
    for (const pg::ObjectId parent : pg::inherited_relations(relation)) {
        const auto owner = owner_of_relation(parent);
        if (!owner || (result && result->prefix != owner->prefix)) {
            return std::nullopt;
        }
        result = Owner{owner->prefix, std::nullopt};
    }
    return result;
}

std::optional<Ownership::Owner> Ownership::owner_of(const ObjectAddressKey& object,
                                                    const ObjectFacts& facts) const {
    const Owner* own = record_of(object);
    std::optional<Owner> of_whole;
    if (facts.nature == Nature::dependent) {
        of_whole = owner_of_relation(facts.relation);
    } else if (facts.nature == Nature::named && pg::is_relation(object) &&
               (facts.is_partition || own == nullptr)) {
        of_whole = owner_of_parents(object.object_id);
    }
    if (of_whole) {
        if (own != nullptr) {
            // The work of somebody else on it is recorded there, and belongs here all the same.
            of_whole->revision = own->prefix == of_whole->prefix ? own->revision : std::nullopt;
        }
        return of_whole;
    }
    if (own != nullptr) {
        return *own;
    }
    if (facts.nature == Nature::named) {
        if (const auto holder = holder_of(schema_name(facts.schema), facts.name)) {
            return Owner{*holder, std::nullopt};
        }
    }
    return std::nullopt;
}

} // namespace migrate::engine
