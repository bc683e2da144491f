#include "core/failure.hpp"
#include "core/graph/traversal.hpp"
#include "core/plan/lookup.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/resolver.hpp"
#include "core/sql/calls.hpp"

#include <algorithm>
#include <iterator>

namespace migrate::core {

namespace {

std::string merge_of(const Graph& graph, const std::vector<Index>& revisions) {
    std::vector<std::string> ids;
    ids.reserve(revisions.size());
    for (const Index i : revisions) {
        ids.push_back(graph.id(i));
    }
    return select_call("migrate_merge", {sql_array(ids)}, graph.address().source);
}

[[noreturn]] void fail_too_few(const Graph& graph, const std::vector<Index>& parents) {
    const std::vector<Index> heads = graph.heads();
    constexpr std::size_t most_shown = 4;
    const std::string all =
        heads.size() > most_shown
            ? select_call("migrate_merge", {"ARRAY['heads']"}, graph.address().source)
            : merge_of(graph, heads);
    throw Failure(FailureCode::invalid_argument, "a merge needs at least two revisions",
                  parents.empty() ? "The targets name none."
                                  : "The targets name " + listed(graph, parents) + " only.",
                  heads.size() > 1 ? "Name those to join, as in " + all + "."
                                   : "There are no two heads, so there is nothing to join.");
}

/// What another one descends from is in it already.
void refuse_ancestors(const Graph& graph, const std::vector<Index>& parents) {
    std::vector<Index> grandparents;
    for (const Index parent : parents) {
        const auto list = graph.parents(parent);
        grandparents.insert(grandparents.end(), list.begin(), list.end());
    }
    const Marks below = with_ancestors(graph, grandparents, Edges::parent);
    const auto found = std::find_if(parents.begin(), parents.end(),
                                    [&below](Index parent) { return below[parent]; });
    if (found == parents.end()) {
        return;
    }
    const Marks above = with_descendants(graph, std::span(&*found, 1), Edges::parent);
    const auto descendant = std::find_if(parents.begin(), parents.end(), [&](Index parent) {
        return parent != *found && above[parent];
    });
    std::vector<Index> rest;
    std::copy_if(parents.begin(), parents.end(), std::back_inserter(rest),
                 [&below](Index parent) { return !below[parent]; });
    throw Failure(FailureCode::invalid_argument,
                  "revision " + in_quotes(graph.id(*found)) + " needs no merge",
                  "Revision " + in_quotes(graph.id(*descendant)) + ", which is to be merged, " +
                      "descends from it.",
                  rest.size() > 1 ? "Leave it out, as in " + merge_of(graph, rest) + "."
                                  : "Leave it out; what is left is one line already.");
}

} // namespace

std::vector<Index> merge_parents(const Graph& graph, std::span<const Target> targets) {
    const AppliedSet nothing(graph);
    std::vector<Index> parents;
    Marks listed_already(graph.size());
    for (const Target& target : targets) {
        if (target.symbol == Target::Symbol::none) {
            throw Failure(FailureCode::invalid_target,
                          "target " + in_quotes(target.text) + " names no revision to merge",
                          "It counts from where a database is.", "Name the revision itself.");
        }
        const auto named = Resolver(graph, nothing, target, Purpose::merge).named();
        for (const Index i : named.value_or(std::vector<Index>())) {
            if (!listed_already[i]) {
                listed_already[i] = true;
                parents.push_back(i);
            }
        }
    }
    if (parents.size() < 2) {
        fail_too_few(graph, parents);
    }
    refuse_ancestors(graph, parents);
    return parents;
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
