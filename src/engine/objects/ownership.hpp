// Which prefix an object belongs to: the one rule, asked by the fence, by records, drift, verify
// and migrate_owner_of.
//
// An index, constraint, trigger, policy, rule, column or owned sequence belongs where its relation
// belongs.  A partition belongs to the prefix of its parent, if that has one; so does a child of
// tables that agree, if nobody recorded it (a chunk that a job makes).  Any other object belongs
// to the prefix whose revision is recorded to have made it; failing that, to the prefix that
// reserves its name; failing that, to nobody.
#pragma once

#include "core/prefix_naming.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/catalog/objects.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace migrate::engine {

class Ownership {
  public:
    /// A prefix, by its place in prefixes(), and its revision that is recorded to have made the
    /// object, if any is.
    struct Owner {
        std::size_t prefix;
        std::optional<std::string> revision;
    };

    /// Reads the prefixes and all recorded objects of the database; calls `visit` with each record.
    explicit Ownership(const std::function<void(const ObjectRow& row)>& visit = {});

    const std::vector<Prefix>& prefixes() const { return prefixes_; }
    std::size_t place_of(const std::string& prefix) const { return places_.at(prefix); }

    /// Whose `object` is; nothing when it is nobody's.
    std::optional<Owner> owner_of(const pg::ObjectAddressKey& object,
                                  const pg::ObjectFacts& facts) const;
    /// The prefix that reserves a name in the schema of this name.
    std::optional<std::size_t> holder_of(const std::string& schema, const std::string& name) const {
        return reservations_.holder_of(schema, name);
    }

    /// Who is recorded to have made `object`; null when nobody is.
    const Owner* record_of(const pg::ObjectAddressKey& object) const;
    using Records = std::unordered_map<pg::ObjectAddressKey, Owner, pg::ObjectAddressHash>;
    const Records& records() const { return records_; }
    void record(const pg::ObjectAddressKey& object, Owner owner) {
        records_.insert_or_assign(object, std::move(owner));
    }

    const std::string& schema_name(pg::ObjectId schema) const;
    /// A schema was renamed: names are looked up again.
    void forget_schema_names() { schema_names_.clear(); }

  private:
    std::optional<Owner> owner_of_relation(pg::ObjectId relation) const;
    std::optional<Owner> owner_of_parents(pg::ObjectId relation) const;

    std::vector<Prefix> prefixes_;
    std::unordered_map<std::string, std::size_t> places_;
    core::Reservations reservations_;
    Records records_;
    mutable std::unordered_map<pg::ObjectId, std::string> schema_names_;
};

} // namespace migrate::engine
