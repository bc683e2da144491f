// Sees every object that a running text creates, alters or drops; has the fence judge
// each; and writes at the end which objects the revision made.
#pragma once

#include "engine/fence.hpp"
#include "pg/object_access.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace migrate::engine {

class Recorder final : public pg::ObjectObserver {
  public:
    /// `refuses_temporary`: temporary objects would outlive a confined role's text and
    /// run as the caller.
    Recorder(Fence& fence, bool refuses_temporary)
        : fence_(fence), refuses_temporary_(refuses_temporary) {}

    void created(const pg::ObjectAddressKey& object) override;
    void altered(const pg::ObjectAddressKey& object) override;
    void dropping(const pg::ObjectAddressKey& object) override;
    void touching(const pg::ObjectAddressKey& object) override;
    void writing(pg::ObjectId relation) override;
    void label_added(pg::ObjectId type, const std::string& label) override;

    /// Judges what the statement that just ended created and altered, which is visible
    /// only now.  Throws Error.
    void finish_statement();

    /// Writes to migrate.object what changed, created objects as made by `revision`
    /// (by none in a downgrade).
    void write(const std::string& prefix, const std::optional<std::string>& revision);

    /// Types that columns had which are gone now.
    const std::vector<pg::ObjectId>& released_types() const { return released_types_; }

  private:
    using Keys = std::unordered_set<pg::ObjectAddressKey, pg::ObjectAddressHash>;

    void judge_created(const pg::ObjectAddressKey& object);
    void judge_relations_of(const pg::ObjectAddressKey& object, const pg::ObjectFacts& facts);
    void refuse_temporary(const pg::ObjectAddressKey& object) const;
    std::vector<ObjectRow> created_rows(const std::vector<ObjectRow>& deleted,
                                        const std::optional<std::string>& revision) const;
    void append_labels(std::vector<ObjectRow>& rows,
                       const std::optional<std::string>& revision) const;

    struct Label {
        pg::ObjectId type;
        std::string label;
    };

    Fence& fence_;
    bool refuses_temporary_;
    std::vector<pg::ObjectAddressKey> new_; // created by the running statement
    std::unordered_map<pg::ObjectAddressKey, pg::ObjectFacts, pg::ObjectAddressHash>
        before_;                                // altered by the running statement, as they were
    std::vector<pg::ObjectAddressKey> created_; // by the revision, in order
    Keys created_set_;
    std::vector<pg::ObjectAddressKey> dropped_; // recorded ones
    std::vector<pg::ObjectId> released_types_;
    std::vector<Label> labels_;
    bool has_renamed_ = false;
};

} // namespace migrate::engine
