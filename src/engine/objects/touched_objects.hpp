// Which objects may look otherwise after a run than before it: those that its texts have made,
// changed, dropped or named, and how much a change of each can show in the texts of others.
#pragma once

#include "pg/catalog/objects.hpp"
#include "pg/wall/subtransaction.hpp"
#include "pg/wall/types.hpp"

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

namespace migrate::engine {

class TouchedObjects {
  public:
    /// In rising order of what it can change beside the object itself.
    enum class Change {
        itself,  // nothing: a comment, a privilege
        content, // what views over it, its children and the sequences of its columns say
        name     // what everything says that mentions it
    };

    /// `facts` are of `object` before the change.
    void add(const pg::ObjectAddressKey& object, const pg::ObjectFacts& facts, Change change);
    /// What mentions a new object is new as well, or has changed itself.
    void add_new(const pg::ObjectAddressKey& object, const pg::ObjectFacts& facts);
    void add_dropped(const pg::ObjectAddressKey& object, const pg::ObjectFacts& facts);
    /// More may have changed than can be told.
    void add_everything() { is_everything_ = true; }
    void clear() { *this = {}; }

    bool is_empty() const { return !is_everything_ && changes_.empty(); }
    bool is_everything() const { return is_everything_; }
    /// The schemas of those that have one.
    const std::set<pg::ObjectId>& schemas() const { return schemas_; }

    /// All of them but for those that are only parts of others, whose wholes are among them.
    std::vector<pg::ObjectAddressKey> wholes() const;

    /// Of those whose change can show in others that are not among them, and which are not known to
    /// be gone: an entry in each.
    struct Reaching {
        std::vector<std::int64_t> catalogs;
        std::vector<std::int64_t> objects;
        std::vector<std::int64_t> changes; // as numbers
    };
    Reaching reaching() const;

  private:
    struct Entry {
        Change change = Change::itself;
        bool is_new = false;
        bool is_dropped = false;
    };
    Entry& note(const pg::ObjectAddressKey& object, Change change);

    // Without columns.
    std::unordered_map<pg::ObjectAddressKey, Entry, pg::ObjectAddressHash> changes_;
    std::set<pg::ObjectId> schemas_;
    bool is_everything_ = false;
    std::uint64_t rollbacks_ = pg::rollback_count(); // one may have undone drops
};

} // namespace migrate::engine
