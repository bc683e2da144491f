// Stamping: sets which revisions of a prefix are current, without running anything.
#pragma once

#include <string>
#include <vector>

namespace migrate::engine {

/// A current revision of the prefix after a stamp.
struct StampResult {
    std::string prefix;
    std::string revision;
};

/// Whether targets are added to what is current on other lines, or replace all of it.
enum class StampMode { by_line, purge };

/// Makes `targets` current in the prefix `name`, under its locks.  Returns all that is current
/// afterwards.
std::vector<StampResult> set_current(const std::string& name,
                                     const std::vector<std::string>& targets, StampMode mode);

} // namespace migrate::engine
