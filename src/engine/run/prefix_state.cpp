#include "engine/run/prefix_state.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/plan/target.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/run/placeholders.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/script_rules.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/revision.hpp"
#include "pg/script/parse.hpp"

#include <algorithm>

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

PrefixState::Locked PrefixState::lock() {
    auto counted = lock_history(prefix_);
    own_changes_ += counted ? 1 : 0;
    Prefix now = counted ? std::move(*counted) : require_prefix(prefix_.name);
    const bool is_as_read =
        now.generation == prefix_.generation + own_changes_ &&
        now.template_name == prefix_.template_name &&
        (!now.template_name || source_generation_ == require_prefix(*now.template_name).generation);
    return {std::move(now), is_as_read};
}

core::Plan make_plan(const PrefixState& state, core::Direction direction, std::string_view target,
                     core::Hints hints) {
    const core::Target parsed = core::parse_target(target);
    return direction == core::Direction::upgrade
               ? core::plan_upgrade(state.graph(), state.applied(), parsed, hints)
               : core::plan_downgrade(state.graph(), state.applied(), parsed, hints);
}

namespace {

/// All that `revision` keeps from going back are those above it, which come first in the
/// plan: where there are such, they alone can be taken back.
std::string irreversible_hint(const PrefixState& state, const core::Plan& plan,
                              core::Index revision, core::Hints hints) {
    const core::Graph& graph = state.graph();
    const auto children = graph.children(revision);
    const bool has_more_above =
        std::any_of(plan.steps.begin(), plan.steps.end(), [&](const core::Step& step) {
            return std::find(children.begin(), children.end(), step.revision) != children.end();
        });
    const std::string rest = "ake its changes back in a new revision.";
    return has_more_above ? "Go back to this revision, which then stays applied, with " +
                                core::run_statement(core::Direction::downgrade, graph.id(revision),
                                                    hints, graph.address().prefix) +
                                ", or t" + rest
                          : "T" + rest;
}

} // namespace

void require_reversible(const PrefixState& state, const core::Plan& plan, core::Hints hints) {
    if (plan.direction == core::Direction::upgrade) {
        return;
    }
    for (const core::Step& step : plan.steps) {
        if (!state.history().revisions[step.revision].is_reversible) {
            throw Failure(FailureCode::irreversible,
                          "revision " + in_quotes(state.graph().id(step.revision)) + " of " +
                              described_prefix(state.prefix().name) + " is irreversible",
                          "It was registered without a down text. Nothing was run.",
                          irreversible_hint(state, plan, step.revision, hints));
        }
    }
}

void require_run_rights(const Prefix& prefix, core::Direction direction) {
    if (prefix.template_name) {
        require_template_rights(prefix, require_prefix(*prefix.template_name));
    }
    require_schema(prefix, owner_of(prefix),
                   direction == core::Direction::upgrade ? SchemaUse::create : SchemaUse::look_up);
}

bool is_transactional(const PrefixState& state, core::Direction direction, core::Index revision) {
    const RevisionInfo& info = state.history().revisions[revision];
    return direction == core::Direction::upgrade ? info.up_transactional : info.down_transactional;
}

bool has_only_transactional_steps(const PrefixState& state, const core::Plan& plan) {
    return std::all_of(plan.steps.begin(), plan.steps.end(), [&](const core::Step& step) {
        return is_transactional(state, plan.direction, step.revision);
    });
}

void require_transactional_steps(const PrefixState& state, const core::Plan& plan,
                                 const std::string& hint) {
    for (const core::Step& step : plan.steps) {
        if (is_transactional(state, plan.direction, step.revision)) {
            continue;
        }
        const std::string& id = state.graph().id(step.revision);
        const std::string origin = core::text_name(plan.direction, id);
        const auto text = tables::text(state.prefix().source(), id, plan.direction);
        const pg::Script script(replaced_text(state.prefix(), text.value_or(""), origin), origin);
        require_transactional(script, origin, hint);
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

std::vector<std::string> ids_of(const core::Graph& graph, const core::Plan& plan) {
    std::vector<std::string> ids;
    ids.reserve(plan.steps.size());
    for (const core::Step& step : plan.steps) {
        ids.push_back(graph.id(step.revision));
    }
    return ids;
}

} // namespace migrate::engine
