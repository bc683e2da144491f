#include "engine/planning.hpp"

#include "core/failure.hpp"
#include "core/target.hpp"
#include "engine/ownership.hpp"
#include "engine/script_check.hpp"
#include "engine/type_cleanup.hpp"
#include "pg/parse.hpp"

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

core::AppliedSet applied_set(const core::Graph& graph, const std::vector<std::string>& rows,
                             StaleRows stale_rows) {
    if (stale_rows == StaleRows::refused) {
        return core::AppliedSet(graph, rows);
    }
    std::vector<core::Index> known;
    for (const std::string& row : rows) {
        if (const auto index = graph.find(row)) {
            known.push_back(*index);
        }
    }
    return core::AppliedSet(graph, std::span<const core::Index>(known));
}

core::Plan make_plan(const Standing& standing, core::Direction direction, std::string_view target) {
    const core::Target parsed = core::parse_target(target);
    return direction == core::Direction::upgrade
               ? core::plan_upgrade(standing.graph(), standing.applied(), parsed)
               : core::plan_downgrade(standing.graph(), standing.applied(), parsed);
}

void require_runnable(const Standing& standing, const core::Plan& plan) {
    const bool is_up = plan.direction == core::Direction::upgrade;
    const std::string& source = standing.prefix().source();
    for (const core::Step& step : plan.steps) {
        const RevisionInfo& info = standing.history().revisions[step.revision];
        const std::string& id = standing.graph().id(step.revision);
        if (!is_up && !info.is_reversible) {
            throw Failure(FailureCode::irreversible,
                          "revision " + in_quotes(id) + " of " +
                              described_prefix(standing.prefix().name) + " is irreversible",
                          "It was registered without a down text. Nothing was run.",
                          "Choose a target above it, or take its changes back in a new revision.");
        }
        if (!(is_up ? info.up_transactional : info.down_transactional)) {
            const std::string origin =
                std::string(is_up ? "up" : "down") + " text of revision " + in_quotes(id);
            const auto text = registry::text(source, id, is_up);
            const pg::Script script(replaced_text(standing.prefix(), text.value_or("")), origin);
            require_transactional(script, origin);
        }
    }
}

std::vector<std::string> ids_of(const core::Graph& graph,
                                const std::vector<core::Index>& revisions) {
    std::vector<std::string> ids;
    ids.reserve(revisions.size());
    for (const core::Index revision : revisions) {
        ids.push_back(graph.id(revision));
    }
    return ids;
}

} // namespace migrate::engine
