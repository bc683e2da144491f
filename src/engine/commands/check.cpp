#include "engine/commands/check.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/sql/calls.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/tables/current.hpp"
#include "engine/tables/run.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Direction;
using core::Failure;
using core::FailureCode;
using core::Index;

void check(const std::optional<std::string>& prefix_argument) {
    auto prefix = find_or_default(named_prefix(prefix_argument));
    if (!prefix) {
        return;
    }
    const auto heads = tables::head_state(prefix->name);
    if (heads.is_within_revision) {
        refuse_partial_run(*prefix, tables::find_run(prefix->name));
    }
    if (heads.heads > 0 && heads.all_are_current) {
        return;
    }
    const PrefixState state(std::move(*prefix));
    std::vector<Index> pending;
    for (Index i = 0; i < state.graph().size(); i++) {
        if (!state.applied().is_applied(i)) {
            pending.push_back(i);
        }
    }
    if (!pending.empty()) {
        const core::Graph& graph = state.graph();
        const std::string count = std::to_string(pending.size());
        const std::vector<std::string> target = graph.heads().size() > 1
                                                    ? std::vector<std::string>{"'heads'"}
                                                    : std::vector<std::string>();
        const bool is_atomic = std::all_of(pending.begin(), pending.end(), [&](Index revision) {
            return is_transactional(state, Direction::upgrade, revision);
        });
        throw Failure(
            FailureCode::pending,
            described_prefix(state.prefix().name) + " has " + count +
                (pending.size() > 1 ? " pending revisions" : " pending revision"),
            "Not applied: " + core::listed(state.graph(), pending) + ".",
            std::string("Apply ") + (pending.size() > 1 ? "them" : "it") + " with " +
                (is_atomic
                     ? core::select_call("migrate_upgrade", target, graph.address().prefix)
                     : core::procedure_call("migrate_deploy", target, graph.address().prefix)) +
                ".");
    }
}

} // namespace migrate::engine
