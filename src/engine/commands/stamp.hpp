// migrate_stamp: says which revisions are current, without running anything.
#pragma once

#include "engine/run/stamping.hpp"

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

std::vector<StampResult> stamp(const std::vector<std::string>& targets, StampMode mode,
                               const std::optional<std::string>& prefix);

} // namespace migrate::engine
