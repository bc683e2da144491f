#include "core/failure.hpp"
#include "core/graph/traversal.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/resolver.hpp"
#include "core/sql/calls.hpp"

#include <algorithm>

namespace migrate::core {

namespace {

/// A lone ±N counts from where the database is, either way.
void check_lone_steps(const Graph& graph, const Target& target) {
    if (target.symbol == Target::Symbol::none && target.relative.value_or(0) == 0) {
        throw Failure(
            FailureCode::invalid_target, "target " + in_quotes(target.text) + " leads nowhere", {},
            "Name a revision to stamp, as in " +
                select_call("migrate_stamp", {"ARRAY['heads']"}, graph.address().prefix) + ".");
    }
}

/// The rows on the branch's line, and what depends on the branch.
void drop_branch(const Graph& graph, Index branch, Marks& rows) {
    const std::span<const Index> start(&branch, 1);
    const Marks below = with_ancestors(graph, start, Edges::parent);
    const Marks above = with_descendants(graph, start, Edges::all);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = rows[i] && !below[i] && !above[i];
    }
}

} // namespace

std::vector<Index> stamp_rows(const Graph& graph, const AppliedSet& applied,
                              std::span<const Target> targets, bool purge) {
    Marks kept(graph.size());
    if (!purge) {
        for (const Index row : applied.rows()) {
            kept[row] = true;
        }
    }
    const AppliedSet nothing(graph);
    Marks stamps(graph.size());
    std::vector<Index> new_rows;
    for (const Target& target : targets) {
        check_lone_steps(graph, target);
        const Resolver resolver(graph, purge ? nothing : applied, target, Purpose::stamp);
        const auto revisions = resolver.named();
        if (revisions) {
            for (const Index i : *revisions) {
                stamps[i] = true;
                new_rows.push_back(i);
            }
        } else if (resolver.branch()) {
            drop_branch(graph, *resolver.branch(), kept);
        } else {
            kept.assign(kept.size(), false);
        }
    }
    // Rows above a stamped revision become that revision, unless they are stamped
    // themselves; rows below it vanish because it needs them.
    const Marks above = with_descendants(graph, new_rows, Edges::all);
    for (Index i = 0; i < graph.size(); ++i) {
        if (kept[i] && !above[i]) {
            new_rows.push_back(i);
        }
    }
    return maximal_of(graph, new_rows);
}

std::vector<Index> forgotten_by_stamp(const Graph& graph, const AppliedSet& applied,
                                      std::span<const Target> targets,
                                      std::span<const Index> new_rows) {
    std::vector<Index> meant;
    for (const Target& target : targets) {
        const Resolver resolver(graph, applied, target, Purpose::stamp, Hints::none);
        const auto revisions = resolver.named();
        if (!revisions && !resolver.branch()) {
            return {}; // base: everything is meant
        }
        for (const Index i : revisions ? *revisions : std::vector{*resolver.branch()}) {
            meant.push_back(i);
        }
    }
    const Marks kept = with_ancestors(graph, new_rows, Edges::all);
    const Marks below = with_ancestors(graph, meant, Edges::parent);
    const Marks above = with_descendants(graph, meant, Edges::all);
    std::vector<Index> forgotten;
    for (Index i = 0; i < graph.size(); ++i) {
        if (applied.is_applied(i) && !kept[i] && !below[i] && !above[i]) {
            forgotten.push_back(i);
        }
    }
    return maximal_of(graph, forgotten);
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
