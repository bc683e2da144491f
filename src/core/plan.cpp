#include "core/plan.hpp"

#include "core/failure.hpp"
#include "core/names.hpp"
#include "core/resolver.hpp"
#include "core/walk.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

namespace migrate::core {

using Symbol = Target::Symbol;

namespace {

/// A lone ±N goes up in an upgrade, and down in a downgrade.
void check_lone_steps(const Target& target, Direction direction) {
    const bool is_upgrade = direction == Direction::upgrade;
    const int steps = target.relative.value_or(0);
    if (target.symbol != Symbol::none || (is_upgrade ? steps > 0 : steps < 0)) {
        return;
    }
    std::string hint = is_upgrade ? "An upgrade counts upwards, as in SELECT migrate_upgrade('+1')."
                                  : "A downgrade counts downwards, as in "
                                    "SELECT migrate_downgrade('-1').";
    if (steps != 0) {
        hint = std::string("Use ") +
               (is_upgrade ? "SELECT migrate_downgrade(" : "SELECT migrate_upgrade(") +
               sql_literal(target.text) + ") for the other direction.";
    }
    throw Failure(FailureCode::invalid_target,
                  "target " + in_quotes(target.text) + " does not lead " +
                      (is_upgrade ? "upwards" : "downwards"),
                  {}, hint);
}

/// Where a downgrade goes, and the branch whose arm alone it takes back.
struct Landing {
    Position position;
    std::optional<Index> arm;
};

Landing land(const Resolver& resolver) {
    const Target& target = resolver.target();
    if (target.symbol != Symbol::none) {
        return {resolver.single(), resolver.branch()};
    }
    const Position start = resolver.current();
    return {resolver.walk(start, *target.relative), resolver.branch() ? resolver.branch() : start};
}

/// What goes first of all: the children of where the downgrade lands, of one arm
/// if there are several.
std::vector<Index> lowest_to_go(const Graph& graph, const Resolver& resolver,
                                const Landing& landing) {
    std::vector<Index> lowest;
    if (landing.position) {
        const auto children = graph.children(*landing.position);
        lowest.assign(children.begin(), children.end());
    } else {
        lowest = graph.bases();
    }
    if (!landing.arm || lowest.size() < 2) {
        return lowest;
    }
    const Marks arm = with_ancestors(graph, std::span(&*landing.arm, 1), Edges::parent);
    std::vector<Index> kept;
    std::copy_if(lowest.begin(), lowest.end(), std::back_inserter(kept),
                 [&arm](Index i) { return arm[i]; });
    if (kept.empty()) {
        const std::string& branch = graph.id(*landing.arm);
        const std::string& id = graph.id(*landing.position);
        throw Failure(FailureCode::not_on_branch,
                      "branch " + in_quotes(resolver.target().branch.value_or(branch)) +
                          " does not tell which arm above revision " + in_quotes(id) + " is meant",
                      "Revision " + in_quotes(id) + " is followed by " + listed(graph, lowest) +
                          ", and the branch, revision " + in_quotes(branch) +
                          ", is above none of them.",
                      "Name the arm to take back, as in " +
                          resolver.statement(graph.id(lowest.front()) + "@" + id) +
                          ", or all of them with " + resolver.statement(id) + ".");
    }
    return kept;
}

[[noreturn]] void fail_nothing_to_go(const Graph& graph, const AppliedSet& applied, Index x,
                                     const Target& target) {
    const std::vector<Index> rows = applied.rows();
    const std::string detail =
        rows.empty() ? "No revision is applied." : "The rows are " + listed(graph, rows) + ".";
    if (!applied.is_applied(x)) {
        throw Failure(FailureCode::not_applied,
                      "revision " + in_quotes(graph.id(x)) + " is not applied", detail,
                      "A downgrade goes to an applied revision; to apply this one, use "
                      "SELECT migrate_upgrade(" +
                          sql_literal(graph.id(x)) + ").");
    }
    std::vector<Index> dependents;
    for (const Index i : graph.dependents(x)) {
        if (applied.is_applied(i)) {
            dependents.push_back(i);
        }
    }
    throw Failure(FailureCode::not_in_prerequisite_state,
                  "no revision above " + in_quotes(graph.id(x)) + " is applied" +
                      (target.branch ? " on branch " + in_quotes(*target.branch) : ""),
                  "It is applied because " + listed(graph, dependents) +
                      (dependents.size() == 1 ? " needs it." : " need it."),
                  "There is nothing to take back here; name another revision or branch.");
}

} // namespace

std::vector<Index> upgrade_goals(const Graph& graph, const AppliedSet& applied,
                                 const Target& target) {
    check_lone_steps(target, Direction::upgrade);
    return Resolver(graph, applied, target, Purpose::upgrade)
        .named()
        .value_or(std::vector<Index>());
}

std::vector<Index> named_revisions(const Graph& graph, const AppliedSet& applied,
                                   const Target& target) {
    if (target.symbol == Target::Symbol::none) {
        check_lone_steps(target, target.relative.value_or(0) < 0 ? Direction::downgrade
                                                                 : Direction::upgrade);
        const Resolver resolver(graph, applied, target, Purpose::look);
        const Position end = resolver.walk(resolver.current(), target.relative.value_or(0));
        return end ? std::vector<Index>{*end} : std::vector<Index>();
    }
    return Resolver(graph, applied, target, Purpose::look).named().value_or(std::vector<Index>());
}

Plan plan_upgrade(const Graph& graph, const AppliedSet& applied, const Target& target) {
    Marks missing = with_ancestors(graph, upgrade_goals(graph, applied, target), Edges::all);
    for (Index i = 0; i < graph.size(); ++i) {
        missing[i] = missing[i] && !applied.is_applied(i);
    }
    Plan plan{Direction::upgrade, {}};
    for (const Index i : upgrade_order(graph, missing)) {
        plan.steps.push_back({i, false});
    }
    return plan;
}

Plan plan_downgrade(const Graph& graph, const AppliedSet& applied, const Target& target) {
    check_lone_steps(target, Direction::downgrade);
    const Resolver resolver(graph, applied, target, Purpose::downgrade);
    const Landing landing = land(resolver);
    const std::vector<Index> lowest = lowest_to_go(graph, resolver, landing);
    Marks going = with_descendants(graph, lowest, Edges::all);
    const Marks own_line = with_descendants(graph, lowest, Edges::parent);
    for (Index i = 0; i < graph.size(); ++i) {
        going[i] = going[i] && applied.is_applied(i);
    }
    const std::vector<Index> order = upgrade_order(graph, going);
    if (order.empty() && landing.position && !applied.is_row(*landing.position)) {
        fail_nothing_to_go(graph, applied, *landing.position, target);
    }
    Plan plan{Direction::downgrade, {}};
    for (auto i = order.rbegin(); i != order.rend(); ++i) {
        plan.steps.push_back({*i, !own_line[*i]});
    }
    return plan;
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
