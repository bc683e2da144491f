// Upgrade and downgrade: from a target to texts that ran, rows, log and object records,
// all in the caller's transaction.
#pragma once

#include "core/plan/plan.hpp"
#include "engine/run/transactional_run.hpp"
#include "engine/tables/registry.hpp"

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

/// Takes the locks of a run; afterwards nobody can change what it depends on.  The prefix as it is
/// then, if its generation was advanced.
std::optional<Prefix> lock_for_run(const Prefix& prefix);

/// The same for the current transaction of a deploy, which holds the lock to run already.
std::optional<Prefix> lock_history(const Prefix& prefix);

/// Whether an upgrade to `target` has nothing to do, by one indexed read and no lock: what
/// every replica of an application does when it starts.
bool is_at_heads(const std::string& target, const std::string& prefix);

/// What every function that changes something begins with.  Throws on a standby, in a
/// read-only transaction, and (Failure(nested_call)) while a revision's text runs in this
/// session.
void begin_change(const char* command);

} // namespace migrate::engine
