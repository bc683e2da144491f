// From a target to the revisions to run, and to the rows to stamp.  All of these
// throw Failure for a target that cannot be met, and change nothing.
#pragma once

#include "core/graph.hpp"
#include "core/rows.hpp"
#include "core/target.hpp"

#include <span>
#include <vector>

namespace migrate::core {

enum class Direction { upgrade, downgrade };

struct Step {
    Index revision;
    /// A downgrade takes it along only through depends_on.
    bool other_line;
};

struct Plan {
    Direction direction;
    std::vector<Step> steps; ///< in the order in which they run
};

/// Needs first.  No steps when the target is applied already.
Plan plan_upgrade(const Graph& graph, const AppliedSet& applied, const Target& target);

/// Dependents first: the reverse of the order in which an upgrade would bring the
/// same revisions back.
Plan plan_downgrade(const Graph& graph, const AppliedSet& applied, const Target& target);

/// The revisions that an upgrade to `target` aims at (not what they need), in
/// registration order; none for base.
std::vector<Index> upgrade_goals(const Graph& graph, const AppliedSet& applied,
                                 const Target& target);

/// What `target` names, for people who look; hints do not speak of upgrades then.
std::vector<Index> named_revisions(const Graph& graph, const AppliedSet& applied,
                                   const Target& target);

/// The rows after a stamp, in registration order; row_change() tells what changes.
/// The targets are taken together: their order means nothing.  With `purge` the
/// present rows do not count, so a caller whose rows are stale can pass none.
std::vector<Index> stamp_rows(const Graph& graph, const AppliedSet& applied,
                              std::span<const Target> targets, bool purge);

/// What `lo:hi` holds, newest first: hi and everything it needs, from lo on, both
/// included.  `-N` alone as lo counts from hi, `+N` alone as hi counts from lo.
std::vector<Index> select_range(const Graph& graph, const AppliedSet& applied, const Range& range);

} // namespace migrate::core

#include "core/no_postgres.hpp"
