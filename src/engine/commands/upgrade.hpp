// migrate_upgrade and migrate_downgrade: all revisions of the plan in the caller's transaction.
#pragma once

#include "core/plan/plan.hpp"
#include "engine/run/transactional_run.hpp"

#include <functional>
#include <optional>
#include <string>

namespace migrate::engine {

/// Runs the steps to `target`, and calls `on_step` after each.  Nothing to do: no step, no lock, no
/// error.  `command` names the function that was called, for messages.  Throws core::Failure and
/// pg::Error; nothing of the call remains then.
void run_to(core::Direction direction, const std::string& target,
            const std::optional<std::string>& prefix, const char* command,
            const std::function<void(const StepResult&)>& on_step);

} // namespace migrate::engine
