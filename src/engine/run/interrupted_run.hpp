// A run that was interrupted, or failed within a revision: what it left, and whether that is
// partially applied.
#pragma once

#include "engine/tables/prefix.hpp"
#include "engine/tables/run.hpp"

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// What a statement outside of transactions has left, for people: invalid indexes, a
/// partition that is half detached.
std::vector<std::string> leftovers_of(const RunRow& run);

/// Whether the index or partition that a statement was about to take away is not known by its
/// oid: it is done, or this is a restored dump.  The name in the text tells.
bool has_lost_relation(const RunRow& run);

/// Whether something of the revision is done, or left behind.
bool is_partially_applied(const RunRow& run);

/// Looks at the row of `prefix`, whose run lock we hold: nobody is running.  A run that was
/// interrupted is logged as such; one that has left nothing behind is forgotten.  Returns
/// one that stopped half-way through a revision.
std::optional<RunRow> settle_run(const std::string& prefix);

/// Throws Failure(not_in_prerequisite_state) when `partial` is one: only the call that was
/// begun can finish it.
void refuse_partial_run(const Prefix& prefix, const std::optional<RunRow>& partial);

} // namespace migrate::engine
