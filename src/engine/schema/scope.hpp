// The scope of a prefix's model: objects that belong to it (see ownership.hpp), and for a prefix
// that may take any name also those of its schemas that belong to nobody.
#pragma once

#include "core/prefix_naming.hpp"
#include "engine/objects/ownership.hpp"
#include "engine/schema/candidates.hpp"
#include "engine/tables/prefix.hpp"

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

class SchemaScope {
  public:
    /// Reads the prefixes and all recorded objects of the database.
    explicit SchemaScope(const Prefix& mine);

    enum class Belonging { other, nobody, mine };
    /// `other` also for what is nobody's where that is left out.
    Belonging of(const SchemaCandidate& object) const;
    /// The oids of the schemas to look in: its own, and those of what it recorded.
    const std::vector<std::int64_t>& schemas() const;
    /// The same where only these objects are looked for: those that they can be in.
    std::vector<std::int64_t> schemas_of(const ObjectOids& objects) const;
    /// Whether all of these schemas are its own, but for what others have in them.
    bool takes_any_name() const { return naming_ == core::Naming::any; }
    /// Where all that can belong to it is.
    CandidateScope candidates() const;
    /// The recorded objects of the prefix in this database, columns aside.
    const ObjectOids& recorded() const { return recorded_oids_; }

  private:
    std::vector<std::int64_t> find_schemas() const;
    bool is_mine(const Ownership::Owner& owner) const {
        return ownership_.prefixes()[owner.prefix].name == name_;
    }

    std::string name_;
    core::Naming naming_;
    ObjectOids recorded_oids_;
    Ownership ownership_; // after those, which its reading fills in
    std::optional<pg::ObjectId> own_schema_;
    mutable std::optional<std::vector<std::int64_t>> schemas_; // found when they are asked for
};

} // namespace migrate::engine
