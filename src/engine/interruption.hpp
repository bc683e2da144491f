// What a deploy that died, or failed within a revision that is not atomic, has left in
// migrate.run.
#pragma once

#include "engine/registry.hpp"

#include <optional>
#include <string>

namespace migrate::engine {

/// Looks at the row of `prefix`, whose run lock we hold: nobody is running.  A run that was
/// interrupted is logged as such; one that has left nothing behind is forgotten.  Returns
/// one that stopped half-way through a revision.
std::optional<RunRow> settle_run(const std::string& prefix);

/// Throws Failure(not_in_prerequisite_state) when `partial` is one: only the call that was
/// begun can finish it.
void refuse_partial_run(const Prefix& prefix, const std::optional<RunRow>& partial);

} // namespace migrate::engine
