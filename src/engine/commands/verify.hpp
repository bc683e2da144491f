// migrate_verify: proves that revisions come undone.  Runs them up, down and up again, compares the
// schema before and after, and leaves nothing behind.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// What was found, as migrate_verify prints it.
struct Finding {
    std::optional<std::string> revision; // nothing: of all revisions together
    std::string kind; // leftover, missing, changed, not repeatable, irreversible, error
    std::optional<std::string> object;
    std::string detail;
};

/// Verifies the pending revisions as far as `target`, all in a subtransaction that is rolled
/// back.  No finding: each comes undone, and all of them together.  Throws core::Failure
/// where an upgrade would not even begin, and pg::Error for what no text is to blame for: a
/// cancel, a lock that was not to be had.
std::vector<Finding> verify(const std::string& target, const std::optional<std::string>& prefix);

} // namespace migrate::engine
