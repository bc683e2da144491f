// Setting where a prefix stands without running anything.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// A row of the prefix after a stamp.
struct StampResult {
    std::string prefix;
    std::string revision;
};

/// Makes the rows of the prefix what `targets` say; with `purge` the present rows do not
/// count.  Returns the rows afterwards.
std::vector<StampResult> stamp(const std::vector<std::string>& targets, bool purge,
                               const std::optional<std::string>& prefix);

} // namespace migrate::engine
