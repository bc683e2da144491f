// Records which objects a running text creates, alters and drops, and has the fence judge each of
// them.
#pragma once

#include "core/direction.hpp"
#include "engine/objects/fence.hpp"
#include "engine/objects/touched_objects.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/pending_writes.hpp"
#include "pg/hooks/observer.hpp"
#include "pg/wall/scope.hpp"
#include "pg/wall/subtransaction.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace migrate::engine {

class Recorder final : public pg::ObjectObserver {
  public:
    /// Temporary objects would outlive a confined role's text and run as the caller: only an
    /// unconfined one may make them.  What is created in an upgrade is the work of the revision
    /// that runs.  What may look otherwise afterwards is added to `touched`.  `passes_over`: what
    /// the function of that name asks.
    Recorder(Fence& fence, TouchedObjects& touched, pg::Confinement confinement,
             core::Direction direction, std::function<bool(std::string_view)> passes_over)
        : fence_(fence), touched_(touched),
          refuses_temporary_(confinement != pg::Confinement::none),
          is_upgrade_(direction == core::Direction::upgrade), passes_over_(std::move(passes_over)) {
    }

    void created(const pg::ObjectAddressKey& object) override;
    void altered(const pg::ObjectAddressKey& object) override;
    void dropping(const pg::ObjectAddressKey& object, const pg::ObjectAddressKey& subject) override;
    void touching(const pg::ObjectAddressKey& object, std::string_view verb) override;
    void writing(pg::ObjectId relation) override;
    void renaming_begins() override { renamings_++; }
    void renaming_ends() override { renamings_--; }
    void changing(const pg::ObjectAddressKey& object) override;
    void changing_anything() override { touched_.add_everything(); }
    void label_added(pg::ObjectId type, const std::string& label) override;
    bool passes_over(std::string_view statement) override { return passes_over_(statement); }

    /// Judges what the statement that just ended created and altered, once it is visible.
    /// Throws Error.
    void statement_ended() override;

    /// Adds to the records what the revision changed since the last time; what a downgrade
    /// created is of no revision.
    void write(const std::string& prefix, const std::string& revision, PendingWrites& records);
    /// Whether the text that ran dropped `object`, as of the last writing.
    bool has_dropped(const pg::ObjectAddressKey& object) const { return gone_.contains(object); }

    /// Types that something used which a downgrade dropped; grows while more is dropped.
    const std::vector<pg::ObjectId>& released_types() const { return released_types_; }
    /// Whether the text that ran has dropped `object`; a subtransaction may have undone that.
    bool has_seen_drop_of(const pg::ObjectAddressKey& object) const {
        return dropped_set_.contains(object);
    }
    /// Whether what the text that ran has dropped is gone for certain.
    bool has_kept_drops() const { return rollbacks_ == pg::rollback_count() && !has_dropped_part_; }
    /// Whether the text that ran created `object`.
    bool has_created(const pg::ObjectAddressKey& object) const {
        return created_set_.contains(object);
    }

    /// Whether the text that ran created any type.
    bool has_created_types() const {
        return std::any_of(created_.begin(), created_.end(), pg::is_type);
    }
    /// Functions whose bodies may be others than before.
    const std::vector<pg::ObjectId>& changed_functions() const { return changed_functions_; }

  private:
    void note_function(const pg::ObjectAddressKey& object) {
        if (pg::is_function(object)) {
            changed_functions_.push_back(object.object_id);
        }
    }

    using Keys = std::unordered_set<pg::ObjectAddressKey, pg::ObjectAddressHash>;

    std::vector<pg::ObjectAddressKey> gone() const;
    void judge_created(const pg::ObjectAddressKey& object);
    void judge_relations_of(const pg::ObjectAddressKey& object, const pg::ObjectFacts& facts);
    void refuse_temporary(const pg::ObjectAddressKey& object, const pg::ObjectFacts& facts) const;
    std::optional<std::string> maker_of(const pg::ObjectName& name,
                                        const std::vector<ObjectRow>& deleted,
                                        const std::string& revision) const;
    std::vector<ObjectRow> created_rows(const std::vector<ObjectRow>& deleted,
                                        const std::string& revision) const;
    void append_detached(std::vector<ObjectRow>& rows) const;
    void append_labels(std::vector<ObjectRow>& rows, const std::string& revision) const;
    static void write_renamed(const std::string& prefix, PendingWrites& records);

    struct Label {
        pg::ObjectId type;
        std::string label;
    };

    /// How much the object that an event is about changes.
    TouchedObjects::Change change() const {
        return renamings_ > 0 ? TouchedObjects::Change::name : TouchedObjects::Change::content;
    }

    Fence& fence_;
    TouchedObjects& touched_;
    int renamings_ = 0; // statements under way that give other names
    bool refuses_temporary_;
    bool is_upgrade_;
    std::function<bool(std::string_view)> passes_over_;
    std::vector<pg::ObjectAddressKey> new_; // created by the running statement
    Keys new_set_;
    std::unordered_map<pg::ObjectAddressKey, pg::ObjectFacts, pg::ObjectAddressHash>
        before_;                                // altered by the running statement, as they were
    std::vector<pg::ObjectAddressKey> created_; // by the revision, in order
    Keys created_set_;
    std::vector<pg::ObjectAddressKey> dropped_;
    Keys dropped_set_;
    bool has_dropped_part_ = false; // of one of these, by which that need not have gone
    std::uint64_t rollbacks_ = pg::rollback_count(); // when the text began
    Keys gone_;                                      // dropped, and written down
    // Parts of relations that could have been recorded, and were not: constraints by their relation
    // and name, of which there are most; others by type and identity, which cost more to ask for.
    std::set<std::pair<pg::ObjectId, std::string>> dropped_constraints_;
    std::unordered_set<std::string> dropped_parts_;
    std::vector<pg::ObjectId> released_types_;
    std::vector<pg::ObjectId> changed_functions_;
    Keys unrecorded_partitions_; // named by a statement that may detach them
    std::vector<Label> labels_;
    bool has_renamed_ = false;
};

} // namespace migrate::engine
