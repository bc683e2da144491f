// Which objects a model of a prefix holds: those that belong to it (see fence.hpp), and for
// a prefix that may take any name also those of its schemas that are nobody's.
#pragma once

#include "core/prefix_naming.hpp"
#include "core/schema/model.hpp"
#include "engine/tables/prefix.hpp"

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace migrate::engine {

/// An object with a name of its own, as the catalogs have it.
struct SchemaCandidate {
    pg::ObjectAddressKey address;
    core::SchemaIdentity identity;
    std::string schema;
    std::string name;
};

/// Oids of recorded objects, by their catalog.
struct RecordedOids {
    std::vector<std::int64_t> relations;
    std::vector<std::int64_t> types;
    std::vector<std::int64_t> functions;
    std::vector<std::int64_t> schemas;
    // Of all others, with their catalogs.
    std::vector<std::int64_t> other_catalogs;
    std::vector<std::int64_t> others;

    void add(const pg::ObjectAddressKey& object);
};

class SchemaScope {
  public:
    /// Reads the prefixes and all recorded objects of the database.
    explicit SchemaScope(const Prefix& mine);

    enum class Belonging { other, nobody, mine };
    /// `other` also for what is nobody's where that is left out.
    Belonging of(const SchemaCandidate& object) const;
    /// The oids of the schemas to look in: its own, and those of what it recorded.
    const std::vector<std::int64_t>& schemas() const { return schemas_; }
    /// Whether all of these schemas are its own, but for what others have in them.
    bool takes_any_name() const { return naming_ == core::Naming::any; }
    /// What all that can belong to it is called, or begins with and an underscore, recorded
    /// objects aside; nothing when that is not known.
    std::optional<std::string> common_name() const {
        return takes_any_name() || !named_mine_.empty() ? std::nullopt : std::optional(mine_);
    }
    /// The recorded objects of the prefix in this database, columns aside.
    const RecordedOids& recorded() const { return recorded_oids_; }

  private:
    void find_schemas(const std::set<std::string>& names);

    std::string mine_;
    core::Naming naming_;
    core::Reservations reservations_;
    std::vector<std::string> holders_; // names of prefixes, by their number in reservations_
    std::unordered_map<pg::ObjectAddressKey, bool, pg::ObjectAddressHash> recorded_; // is mine
    // Recorded elsewhere, before a dump was restored here: known by name only.
    std::set<core::SchemaIdentity> named_mine_;
    std::set<core::SchemaIdentity> named_others_;
    RecordedOids recorded_oids_;
    std::vector<std::int64_t> schemas_;
};

} // namespace migrate::engine
