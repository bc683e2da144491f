// Upgrade and downgrade: from a target to texts that ran, rows, log and object records,
// all in the caller's transaction.
#pragma once

#include "core/plan.hpp"
#include "engine/registry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// One revision that ran.
struct StepResult {
    std::string prefix;
    std::string revision;
    std::string direction;
    std::string message;
    std::int64_t statements = 0;
    std::int64_t duration_microseconds = 0;
    std::vector<std::string> dropped_types;
};

/// Runs the steps to `target`.  Nothing to do: no result, no lock, no error.  `command`
/// names the function that was called, for messages.  Throws core::Failure and pg::Error;
/// nothing of the call remains then.
std::vector<StepResult> run_to(core::Direction direction, const std::string& target,
                               const std::optional<std::string>& prefix, const char* command);

/// Takes the locks of a run; afterwards nobody can change what it depends on.  Whether the
/// generation of the prefix was advanced.
bool lock_for_run(const Prefix& prefix);

/// What every function that changes something begins with.  Throws on a standby, in a
/// read-only transaction, and (Failure(nested_call)) while a revision's text runs in this
/// session.
void begin_change(const char* command);

} // namespace migrate::engine
