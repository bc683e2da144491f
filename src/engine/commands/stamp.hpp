// migrate_stamp: says which revisions are current, without running anything.
#pragma once

#include "engine/run/stamping.hpp"

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// Whether to look, before a stamp, if the schema is what the stamped texts make.
enum class StampProof { none, required };

/// Throws Failure(not_proved) where a proof is required and fails.
std::vector<StampResult> stamp(const std::vector<std::string>& targets, StampMode mode,
                               const std::optional<std::string>& prefix, StampProof proof);

} // namespace migrate::engine
