#include "engine/commands/merge.hpp"

#include "core/plan/lookup.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/target.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/registry/registration.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/run/preflight.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/revision.hpp"

namespace migrate::engine {

std::string merge_revisions(const std::vector<std::string>& targets, const std::string& message,
                            const std::optional<std::string>& prefix) {
    begin_change("migrate_merge()");
    const Prefix found = require_prefix(named_prefix(prefix));
    const History history = tables::load_history(found.source(), address_of(found));
    const core::Graph& graph = history.graph;
    const std::vector<core::Target> parsed = core::parse_targets(targets);
    const std::vector<core::Index> parents = core::merge_parents(graph, parsed);
    Registration request;
    request.message = message.empty() ? "merge " + core::listed(graph, parents) : message;
    request.down = "";
    request.down_revision = ids_of(graph, parents);
    request.prefix = found.name;
    return put_new_revision(std::move(request));
}

} // namespace migrate::engine
