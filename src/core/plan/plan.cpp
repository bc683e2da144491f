#include "core/plan/plan.hpp"

#include "core/failure.hpp"
#include "core/graph/traversal.hpp"
#include "core/plan/lookup.hpp"
#include "core/plan/resolver.hpp"
#include "core/sql/calls.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

namespace migrate::core {

using Symbol = Target::Symbol;

namespace {

/// A lone ±N goes up in an upgrade, and down in a downgrade.
void check_lone_steps(const Graph& graph, const AppliedSet& applied, const Target& target,
                      Direction direction, Hints hints) {
    const bool is_upgrade = direction == Direction::upgrade;
    const int steps = target.relative.value_or(0);
    if (target.symbol != Symbol::none || (is_upgrade ? steps > 0 : steps < 0)) {
        return;
    }
    const auto possible = [&](bool up, const std::string& text) {
        const Target any;
        return Resolver(graph, applied, any, up ? Purpose::upgrade : Purpose::downgrade, hints)
            .first_possible({text});
    };
    const auto other_way = steps != 0 && hints != Hints::targets && hints != Hints::none
                               ? possible(!is_upgrade, target.text)
                               : std::nullopt;
    const auto example = possible(is_upgrade, is_upgrade ? "+1" : "-1");
    throw Failure(FailureCode::invalid_target,
                  "target " + in_quotes(target.text) + " does not lead " +
                      (is_upgrade ? "upwards" : "downwards"),
                  {},
                  other_way ? "Use " + *other_way + " for the other direction."
                            : std::string(is_upgrade ? "An upgrade counts upwards"
                                                     : "A downgrade counts downwards") +
                                  (example ? ", as in " + *example : "") + ".");
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

/// The branch is below all that follows the landing place, or beside it.
[[noreturn]] void fail_no_arm(const Graph& graph, const AppliedSet& applied,
                              const Resolver& resolver, const Landing& landing,
                              const std::vector<Index>& next) {
    const std::string& branch = graph.id(*landing.arm);
    const std::string& id = graph.id(*landing.position);
    std::vector<std::string> arms;
    for (const Index i : next) {
        if (applied.is_applied(i)) {
            arms.push_back(graph.id(i) + "@" + id);
        }
    }
    const auto one = resolver.first_possible(arms);
    const auto all = resolver.first_possible({id});
    throw Failure(
        FailureCode::not_on_branch,
        "branch " + in_quotes(resolver.target().branch.value_or(branch)) +
            " does not tell which arm above revision " + in_quotes(id) +
            of_prefix(graph.address().prefix) + " is meant",
        "Revision " + in_quotes(id) + " is followed by " + listed(graph, next) +
            ", and the branch, revision " + in_quotes(branch) + ", is above none of them.",
        one && all
            ? "Name the arm to take back, as in " + *one + ", or all of them with " + *all + "."
            : resolver.where_to_look());
}

/// What goes first of all: the children of where the downgrade lands, of one arm
/// if there are several.
std::vector<Index> lowest_to_go(const Graph& graph, const AppliedSet& applied,
                                const Resolver& resolver, const Landing& landing) {
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
        fail_no_arm(graph, applied, resolver, landing, lowest);
    }
    return kept;
}

[[noreturn]] void fail_nothing_to_go(const Graph& graph, const AppliedSet& applied, Index x,
                                     const Target& target, Hints hints) {
    const std::vector<Index> rows = applied.rows();
    const std::string detail = rows.empty() ? "No revision is applied."
                                            : (rows.size() == 1 ? "The row is " : "The rows are ") +
                                                  listed(graph, rows) + ".";
    const std::string of = of_prefix(graph.address().prefix);
    if (!applied.is_applied(x)) {
        throw Failure(
            FailureCode::not_applied, "revision " + in_quotes(graph.id(x)) + of + " is not applied",
            detail,
            "A downgrade goes to an applied revision" +
                (hints == Hints::statements || hints == Hints::calls
                     ? "; to apply this one, use " + run_statement(Direction::upgrade, graph.id(x),
                                                                   hints, graph.address().prefix)
                     : std::string()) +
                ".");
    }
    std::vector<Index> dependents;
    for (const Index i : graph.dependents(x)) {
        if (applied.is_applied(i)) {
            dependents.push_back(i);
        }
    }
    throw Failure(FailureCode::not_in_prerequisite_state,
                  "no revision above " + in_quotes(graph.id(x)) + of + " is applied" +
                      (target.branch ? " on branch " + in_quotes(*target.branch) : ""),
                  "It is applied because " + listed(graph, dependents) +
                      (dependents.size() == 1 ? " needs it." : " need it."),
                  "There is nothing to take back here; name another revision or branch.");
}

} // namespace

std::vector<Index> upgrade_goals(const Graph& graph, const AppliedSet& applied,
                                 const Target& target, Hints hints) {
    check_lone_steps(graph, applied, target, Direction::upgrade, hints);
    return Resolver(graph, applied, target, Purpose::upgrade, hints)
        .named()
        .value_or(std::vector<Index>());
}

std::vector<Index> named_revisions(const Graph& graph, const AppliedSet& applied,
                                   const Target& target) {
    if (target.symbol == Target::Symbol::none) {
        check_lone_steps(graph, applied, target,
                         target.relative.value_or(0) < 0 ? Direction::downgrade
                                                         : Direction::upgrade,
                         Hints::targets);
        const Resolver resolver(graph, applied, target, Purpose::look);
        const Position end = resolver.walk(resolver.current(), target.relative.value_or(0));
        return end ? std::vector<Index>{*end} : std::vector<Index>();
    }
    return Resolver(graph, applied, target, Purpose::look).named().value_or(std::vector<Index>());
}

Plan plan_upgrade(const Graph& graph, const AppliedSet& applied, const Target& target,
                  Hints hints) {
    Marks missing = with_ancestors(graph, upgrade_goals(graph, applied, target, hints), Edges::all);
    for (Index i = 0; i < graph.size(); ++i) {
        missing[i] = missing[i] && !applied.is_applied(i);
    }
    Plan plan{Direction::upgrade, {}};
    for (const Index i : upgrade_order(graph, missing)) {
        plan.steps.push_back({i, false});
    }
    return plan;
}

Plan plan_downgrade(const Graph& graph, const AppliedSet& applied, const Target& target,
                    Hints hints) {
    check_lone_steps(graph, applied, target, Direction::downgrade, hints);
    const Resolver resolver(graph, applied, target, Purpose::downgrade, hints);
    const Landing landing = land(resolver);
    const std::vector<Index> lowest = lowest_to_go(graph, applied, resolver, landing);
    Marks going = with_descendants(graph, lowest, Edges::all);
    const Marks own_line = with_descendants(graph, lowest, Edges::parent);
    for (Index i = 0; i < graph.size(); ++i) {
        going[i] = going[i] && applied.is_applied(i);
    }
    const std::vector<Index> order = upgrade_order(graph, going);
    if (order.empty() && landing.position && !applied.is_row(*landing.position)) {
        fail_nothing_to_go(graph, applied, *landing.position, target, hints);
    }
    Plan plan{Direction::downgrade, {}};
    for (auto i = order.rbegin(); i != order.rend(); ++i) {
        plan.steps.push_back({*i, !own_line[*i]});
    }
    return plan;
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
