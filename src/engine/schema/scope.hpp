// The scope of a prefix's model: objects that belong to it (see ownership.hpp), and for a prefix
// that may take any name also those of its schemas that belong to nobody.
#pragma once

#include "core/prefix_naming.hpp"
#include "engine/objects/ownership.hpp"
#include "engine/schema/candidates.hpp"
#include "engine/tables/prefix.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace migrate::engine {

class SchemaScope {
  public:
    /// `known` has the prefixes and all recorded objects of the database, if somebody has read
    /// them; it must outlive this.
    explicit SchemaScope(const Prefix& mine, const Ownership* known = nullptr);
    SchemaScope(const SchemaScope&) = delete;
    SchemaScope& operator=(const SchemaScope&) = delete;
    ~SchemaScope() = default;

    enum class Belonging { other, nobody, mine };
    /// `other` also for what is nobody's where that is left out.
    Belonging of(const SchemaCandidate& object) const;
    /// The oids of the schemas to look in: its own, and those of what it recorded.
    std::vector<std::int64_t> schemas() const;
    /// Those of them that `objects` can be in.
    std::vector<std::int64_t> schemas_of(std::span<const pg::ObjectAddressKey> objects) const;
    /// Whether all of these schemas are its own, but for what others have in them.
    bool takes_any_name() const { return naming_ == core::Naming::any; }
    /// Where all that can belong to it is.
    CandidateScope candidates() const;

  private:
    using Schemas = std::set<pg::ObjectId>;

    Schemas own_schema() const;
    bool is_mine(const Ownership::Owner& owner) const { return owner.prefix == place_; }
    /// Whether it is recorded to have made `object`.
    bool has_recorded(const pg::ObjectAddressKey& object) const;
    template <typename Visit> void for_each_recorded(const Visit& visit) const;

    std::string name_;
    std::string schema_;
    core::Naming naming_;
    std::optional<Ownership> read_;
    const Ownership& ownership_;
    std::size_t place_; // of the prefix, in that
};

} // namespace migrate::engine
