// From a target to the revisions to run, and to the rows to stamp.  All of these
// throw Failure for a target that cannot be met, and change nothing.
#pragma once

#include "core/direction.hpp"
#include "core/graph/graph.hpp"
#include "core/plan/applied_set.hpp"
#include "core/plan/target.hpp"

#include <span>
#include <vector>

namespace migrate::core {

struct Step {
    Index revision;
    /// A downgrade takes it along only through depends_on.
    bool other_line;
};

struct Plan {
    Direction direction = Direction::upgrade;
    std::vector<Step> steps; ///< in the order in which they run
};

/// Needs first.  No steps when the target is applied already.
Plan plan_upgrade(const Graph& graph, const AppliedSet& applied, const Target& target,
                  Hints hints = Hints::statements);

/// Dependents first: the reverse of the order in which an upgrade would bring the
/// same revisions back.
Plan plan_downgrade(const Graph& graph, const AppliedSet& applied, const Target& target,
                    Hints hints = Hints::statements);

/// The revisions that an upgrade to `target` aims at (not what they need), in
/// registration order; none for base.
std::vector<Index> upgrade_goals(const Graph& graph, const AppliedSet& applied,
                                 const Target& target, Hints hints = Hints::statements);

/// The parents of a revision that merges what `targets` name, each once, as they were
/// named; `heads` are all revisions without a child, so that one head is left.  Throws
/// Failure(invalid_argument) unless they are at least two, none of them an ancestor of
/// another over PARENT: one that another merely depends on is merged like any other.
std::vector<Index> merge_parents(const Graph& graph, std::span<const Target> targets);

/// What `target` names, for people who look; hints name other targets then.
std::vector<Index> named_revisions(const Graph& graph, const AppliedSet& applied,
                                   const Target& target);

/// The rows after a stamp, in registration order; row_change() tells what changes.
/// The targets are taken together: their order means nothing.  With `purge` the
/// present rows do not count, so a caller whose rows are stale can pass none.
std::vector<Index> stamp_rows(const Graph& graph, const AppliedSet& applied,
                              std::span<const Target> targets, bool purge);

/// Which revisions of other lines a stamp of `targets` that leads from `applied` to
/// `new_rows` forgets: applied, as nothing but the rows that go could tell.  The maximal
/// ones, in registration order; a stamp of them afterwards brings them back, and changes
/// nothing else.
std::vector<Index> forgotten_by_stamp(const Graph& graph, const AppliedSet& applied,
                                      std::span<const Target> targets,
                                      std::span<const Index> new_rows);

/// What `lo:hi` holds, newest first: hi and everything it needs, from lo on, both
/// included.  `-N` alone as lo counts from hi, `+N` alone as hi counts from lo.
std::vector<Index> select_range(const Graph& graph, const AppliedSet& applied, const Range& range);

} // namespace migrate::core

#include "core/no_postgres.hpp"
