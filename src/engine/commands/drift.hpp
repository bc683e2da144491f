// migrate_drift: how the schema of a prefix differs from what its last run left.
#pragma once

#include "core/plan/plan.hpp"
#include "engine/tables/prefix.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace migrate::engine {

/// A difference as migrate_drift prints it.
struct Drift {
    std::string prefix;
    std::string change; // added, removed, changed
    std::string object;
    std::optional<std::string> property;
    std::optional<std::string> before;
    std::optional<std::string> after;
};
/// Throws Failure(not_in_prerequisite_state) when the schema as of the rows is not known.
std::vector<Drift> drift(const std::optional<std::string>& prefix);

} // namespace migrate::engine
