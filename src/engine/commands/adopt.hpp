// migrate_adopt: takes over from a tool that keeps its version in a table of its own.
#pragma once

#include "engine/run/stamping.hpp"

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// Stamps the prefix with the revisions in column version_num of `table`, which is read
/// with the rights of the prefix's owner.  Throws for a table or column that is not there, and for
/// rows that are not registered, naming them.
std::vector<StampResult> adopt(const std::string& table, const std::optional<std::string>& prefix);

} // namespace migrate::engine
