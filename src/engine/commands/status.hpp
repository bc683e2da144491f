// What people look at: where a prefix stands, its history, what would run.  Nothing here
// changes anything, so all of it works on a standby.
#pragma once

#include "core/commit_message.hpp"
#include "core/plan/plan.hpp"
#include "engine/tables/registry.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// One revision as history, current, heads and show print it.
struct RevisionView {
    std::string prefix;
    std::string id;
    std::vector<std::string> parents;
    std::vector<std::string> depends_on;
    std::vector<std::string> labels;     // own
    std::vector<std::string> all_labels; // own and inherited
    std::string message;
    std::optional<core::Message> message_parts; // of a message as type(scope): subject
    bool is_head = false;
    bool is_current = false; // a row
    bool is_applied = false;
    bool is_branch_point = false;
    bool is_merge_point = false;
    bool is_reversible = true;
    bool is_missing = false;                   // a row that no registered revision has
    std::optional<registry::LastRun> last_run; // how it came to be applied
};

/// The rows of the prefix; a stale row too, marked as missing.
std::vector<RevisionView> current(const std::optional<std::string>& prefix);
std::vector<RevisionView> heads(const std::optional<std::string>& prefix);
/// The revisions without a parent.
std::vector<RevisionView> bases(const std::optional<std::string>& prefix);
/// The revisions with more than one child.
std::vector<RevisionView> branches(const std::optional<std::string>& prefix);
/// `range` as `lo:hi`, newest first; nothing: all.
std::vector<RevisionView> history(const std::optional<std::string>& range,
                                  const std::optional<std::string>& prefix);

/// One revision with its texts, which only those who may act as the owner see.
struct RevisionDetails {
    RevisionView view;
    std::optional<std::string> up;
    std::optional<std::string> down;
    std::string registered_by;
    std::int64_t registered_at = 0;
    std::vector<std::string> objects; // that it created: kind and name
};
/// `target` must name one revision.
RevisionDetails show(const std::string& target, const std::optional<std::string>& prefix);

/// One step of a plan; valid while it is visited.
struct PlannedStep {
    std::string_view prefix;
    std::string_view direction;
    std::string_view id;
    std::string_view message;
    bool is_other_line = false;
    bool is_transactional = true;
    bool is_reversible = true;
};
/// What an upgrade or downgrade to `target` would run.  Without a direction: an upgrade,
/// or where that has nothing to do, a downgrade.
void plan(const std::string& target, const std::optional<std::string>& direction,
          const std::optional<std::string>& prefix,
          const std::function<void(const PlannedStep&)>& visit);

/// The graph of a prefix, line by line, as `text`, `mermaid` or `dot`.
std::vector<std::string> draw(const std::string& format, const std::optional<std::string>& prefix);

/// Throws Failure(pending) unless everything that is registered is applied.
void check(const std::optional<std::string>& prefix);

/// One prefix as migrate_status prints it.
struct PrefixStatus {
    Prefix prefix;
    std::vector<std::string> rows;
    std::vector<std::string> heads;
    std::int64_t revisions = 0;
    std::int64_t pending = 0;
    bool is_stale = false; // a row is no registered revision; pending is not known
    std::optional<registry::LastRun> last_run;
    /// idle; running; or, of a deploy that has stopped half-way through a revision, failed or
    /// interrupted.  On a standby unknown instead of running or interrupted.
    std::string state = "idle";
    std::optional<std::string> running_revision;
    std::optional<std::int64_t> running_since; // microseconds, as the server counts them
    std::optional<std::int64_t> running_pid;
    std::optional<std::string> running_query;
    std::optional<bool>
        has_drifted; // looked at where one prefix is asked for, or there is only one
    std::vector<std::string> leftovers; // invalid indexes and half detached partitions
};
/// All prefixes, or one.
std::vector<PrefixStatus> status(const std::optional<std::string>& prefix);

} // namespace migrate::engine
