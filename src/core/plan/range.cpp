#include "core/failure.hpp"
#include "core/graph/traversal.hpp"
#include "core/plan/lookup.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/resolver.hpp"

#include <algorithm>

namespace migrate::core {

using Symbol = Target::Symbol;

namespace {

/// The revisions at one end of a range; nullopt for base.
using End = std::optional<std::vector<Index>>;

bool is_lone(const std::optional<Target>& target) {
    return target && target->symbol == Symbol::none;
}

/// `branch@base`: of that branch, but not of the whole graph, the beginning.
bool is_base_of_branch(const std::optional<Target>& target) {
    return target && target->branch && target->symbol == Symbol::base &&
           target->relative.value_or(0) == 0;
}

[[noreturn]] void fail(const Range& range, std::string detail) {
    throw Failure(FailureCode::invalid_target, "invalid range " + in_quotes(range.text),
                  std::move(detail),
                  "Alone, -N can stand before the colon and counts from the other side, and +N "
                  "can stand after it; \"current-N\" and \"current+N\" count from the rows.");
}

void check_lone_ends(const Range& range) {
    if (is_lone(range.low) && *range.low->relative >= 0) {
        fail(range, "Its low end does not lead downwards.");
    }
    if (is_lone(range.high) && *range.high->relative <= 0) {
        fail(range, "Its high end does not lead upwards.");
    }
    if (is_lone(range.low) && is_lone(range.high)) {
        fail(range, "Each end counts from the other.");
    }
}

/// The end that `resolver`'s ±N reaches from the `other` one.
End count_from(const Graph& graph, const Range& range, const Resolver& resolver, const End& other) {
    const std::vector<Index> starts = resolver.on_branch(other.value_or(std::vector<Index>()));
    if (starts.size() > 1) {
        throw Failure(FailureCode::ambiguous_walk,
                      "range " + in_quotes(range.text) + " is ambiguous",
                      "Its other end is " + listed(graph, starts) + ".",
                      "Name one revision there, or a branch, as in " +
                          in_quotes(graph.id(starts.front()) + "@" + resolver.target().text) + ".");
    }
    const Position start = starts.empty() ? std::nullopt : Position(starts.front());
    const Position end = resolver.walk(start, *resolver.target().relative);
    return end ? End(std::vector{*end}) : std::nullopt;
}

End low_end(const Graph& graph, const Range& range, const Resolver& resolver, const End& high) {
    if (is_lone(range.low)) {
        return count_from(graph, range, resolver, high);
    }
    if (is_base_of_branch(range.low)) {
        return resolver.on_branch(graph.bases());
    }
    return resolver.named();
}

/// An open high end is the heads, of the low end's branch if it names one.
Target high_target(const Range& range) {
    if (range.high) {
        return *range.high;
    }
    Target heads = parse_target("heads");
    if (range.low && range.low->branch) {
        heads.branch = range.low->branch;
        heads.text = *range.low->branch + "@heads";
    }
    return heads;
}

} // namespace

std::vector<Index> select_range(const Graph& graph, const AppliedSet& applied, const Range& range) {
    check_lone_ends(range);
    const Target target = high_target(range);
    const Resolver high_resolver(graph, applied, target, Purpose::look);
    std::optional<Resolver> low_resolver;
    if (range.low) {
        low_resolver.emplace(graph, applied, *range.low, Purpose::look);
    }

    End low;
    End high;
    if (is_lone(range.high)) {
        low = low_resolver ? low_end(graph, range, *low_resolver, std::nullopt) : std::nullopt;
        high = count_from(graph, range, high_resolver, low);
    } else {
        high = high_resolver.named();
        low = low_resolver ? low_end(graph, range, *low_resolver, high) : std::nullopt;
    }

    const Marks reached = with_ancestors(graph, high.value_or(std::vector<Index>()), Edges::all);
    std::vector<Index> selected = upgrade_order(graph, reached);
    if (low) {
        for (const Index i : *low) {
            if (!reached[i] && !is_base_of_branch(range.low)) {
                throw Failure(
                    FailureCode::invalid_target,
                    "revision " + in_quotes(graph.id(i)) + " is not below the high end of " +
                        "range " + in_quotes(range.text),
                    high && !high->empty() ? "The high end is " + listed(graph, *high) + "."
                                           : "The high end is base.",
                    "The older end comes first: lo:hi.");
            }
        }
        const Marks above = with_descendants(graph, *low, Edges::parent);
        selected.erase(std::remove_if(selected.begin(), selected.end(),
                                      [&above](Index i) { return !above[i]; }),
                       selected.end());
    }
    std::reverse(selected.begin(), selected.end());
    return selected;
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
