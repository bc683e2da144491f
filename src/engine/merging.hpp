// Bringing lines together again.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// Registers an empty revision whose parents are what `targets` name (ids, labels,
/// `heads` …), under a generated id, which is returned.  Throws unless they are at least
/// two, none an ancestor of another.
std::string merge_revisions(const std::vector<std::string>& targets, const std::string& message,
                            const std::optional<std::string>& prefix);

} // namespace migrate::engine
