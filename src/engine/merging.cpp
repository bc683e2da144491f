#include "engine/merging.hpp"

#include "core/failure.hpp"
#include "core/names.hpp"
#include "core/target.hpp"
#include "engine/ownership.hpp"
#include "engine/planning.hpp"
#include "engine/registration.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

namespace {

/// A revision that another of `parents` needs is merged already.
void refuse_ancestors(const core::Graph& graph, const std::vector<core::Index>& parents) {
    for (const core::Index parent : parents) {
        std::vector<core::Index> others;
        std::copy_if(parents.begin(), parents.end(), std::back_inserter(others),
                     [parent](core::Index other) { return other != parent; });
        const core::AppliedSet reached(graph, std::span<const core::Index>(others));
        if (reached.is_applied(parent)) {
            throw Failure(FailureCode::invalid_argument,
                          "revision " + in_quotes(graph.id(parent)) + " needs no merge",
                          "Another of the revisions to merge descends from it or depends on it.",
                          "Leave it out.");
        }
    }
}

} // namespace

std::string merge_revisions(const std::vector<std::string>& targets, const std::string& message,
                            const std::optional<std::string>& prefix) {
    const Prefix found = require_prefix(named_prefix(prefix));
    const History history = registry::load_history(found.source());
    const core::Graph& graph = history.graph;
    const core::AppliedSet nothing(graph);
    std::vector<core::Index> parents;
    for (const std::string& target : targets) {
        for (const core::Index revision :
             core::upgrade_goals(graph, nothing, core::parse_target(target))) {
            if (std::find(parents.begin(), parents.end(), revision) == parents.end()) {
                parents.push_back(revision);
            }
        }
    }
    if (parents.size() < 2) {
        throw Failure(FailureCode::invalid_argument, "a merge needs at least two revisions",
                      parents.empty()
                          ? "The targets name none."
                          : "The targets name " + core::listed(graph, parents) + " only.");
    }
    refuse_ancestors(graph, parents);
    Registration request;
    request.message = message.empty() ? "merge " + core::listed(graph, parents) : message;
    request.down = "";
    request.down_revision = ids_of(graph, parents);
    request.prefix = found.name;
    return create_revision(std::move(request), "migrate_merge()");
}

} // namespace migrate::engine
