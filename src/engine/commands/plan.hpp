// migrate_plan: what an upgrade or downgrade would run.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace migrate::engine {

/// One step of a plan; valid while it is visited.
struct PlannedStep {
    std::string_view prefix;
    std::string_view direction;
    std::string_view id;
    std::string_view message;
    bool is_other_line = false;
    bool is_transactional = true;
    bool is_reversible = true;
};
/// What an upgrade or downgrade to `target` would run.  Without a direction: an upgrade,
/// or where that has nothing to do, a downgrade.
void plan(const std::string& target, const std::optional<std::string>& direction,
          const std::optional<std::string>& prefix,
          const std::function<void(const PlannedStep&)>& visit);

} // namespace migrate::engine
