// The note of a prefix's schema: when it is taken, what of it is read again after a run, and
// whether the schema is still as it says.
#pragma once

#include "core/direction.hpp"
#include "core/schema/model.hpp"
#include "core/schema/whole_objects.hpp"
#include "engine/objects/touched_objects.hpp"
#include "engine/tables/prefix.hpp"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// Where in a run a schema could be noted.
enum class RunMoment { between_revisions, after_last };

/// Whether it is noted then: as the option of the prefix has it.
bool notes_schema(const Prefix& prefix, RunMoment moment);

/// Whether to compare a schema with what was noted at the same current revisions before.
enum class DriftCheck { none, warn };

/// Follows a run.  Only what the run has touched is read again: what others have changed meanwhile
/// stays a difference to the note.
class RunNote {
  public:
    /// Whether an earlier call has run a part of the first revision, of which nothing is known.
    enum class Start { between_revisions, within_revision };

    /// Before a run of `revisions`, under the lock to run.  Of an upgrade: forgets what was noted
    /// when they were applied last, maybe with other texts; and while nothing is applied notes how
    /// things are.
    void begin(const Prefix& prefix, core::Direction direction,
               std::span<const std::string> revisions, Start start);

    /// What the texts touch is to be added here.
    TouchedObjects& touched() { return touched_; }

    /// Notes the schema of `prefix` at its current revisions, if it is to be noted.  What was made
    /// must have been written down.  With `check`, a WARNING tells when the schema is not what it
    /// was there before.
    void take(const Prefix& prefix, RunMoment moment, DriftCheck check);

  private:
    bool note_touched(const Prefix& prefix);
    void compare_with_before(const Prefix& prefix, const std::vector<std::string>& rows);

    TouchedObjects touched_;
    bool is_known_ = false;              // the note was right but for what was touched since
    std::optional<core::SchemaSum> sum_; // of what is noted, unless it has to be added up
};

/// Notes the whole schema of `prefix` as it is now, which is how it should be.
void note_schema(const Prefix& prefix);

/// The same where nothing is applied: whatever is there, revisions that come may answer for it.
void note_base(const Prefix& prefix);

/// `its base`, or `revision "x"`, for messages.
std::string described_current(const std::vector<std::string>& current);

/// A schema as it was noted.
struct SchemaNote {
    core::SchemaModel model;
    /// Those that could not be looked at: nothing is known of them.
    std::set<core::SchemaIdentity> unknown;
    bool is_of_this_server = false; // the major version

    /// What has become of it, but for what cannot be looked at now.  Throws Error.
    std::vector<core::SchemaDifference> differences_now(const Prefix& prefix) const;
};

/// The note of `prefix`; nothing when there is none of the state that `rows` are.
std::optional<SchemaNote> noted_schema(const Prefix& prefix, const std::vector<std::string>& rows);

/// Whether the schema is otherwise than it was noted at `rows`; nothing when that cannot be told.
std::optional<bool> has_drifted(const Prefix& prefix, const std::vector<std::string>& rows);

} // namespace migrate::engine
