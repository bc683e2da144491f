// migrate_merge: a revision that brings lines together again.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// Registers an empty revision whose parents are what `targets` name (ids, labels,
/// `heads` …), under a generated id, which is returned.  Throws as core::merge_parents.
std::string merge_revisions(const std::vector<std::string>& targets, const std::string& message,
                            const std::optional<std::string>& prefix);

} // namespace migrate::engine
