// migrate_history, migrate_current, migrate_heads, migrate_bases, migrate_branches and
// migrate_show: revisions with what is known of them.
#pragma once

#include "core/commit_message.hpp"
#include "engine/tables/log.hpp"

#include <cstdint>
#include <optional>
#include <string>
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
    bool is_missing = false;                 // a row that no registered revision has
    std::optional<tables::LastRun> last_run; // how it came to be applied
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

} // namespace migrate::engine
