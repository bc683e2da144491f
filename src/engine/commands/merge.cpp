#include "engine/commands/merge.hpp"

#include "core/plan/lookup.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/target.hpp"
#include "engine/access/rights.hpp"
#include "engine/commands/register.hpp"
#include "engine/commands/upgrade.hpp"
#include "engine/run/prefix_state.hpp"

namespace migrate::engine {

std::string merge_revisions(const std::vector<std::string>& targets, const std::string& message,
                            const std::optional<std::string>& prefix) {
    begin_change("migrate_merge()");
    const Prefix found = require_prefix(named_prefix(prefix));
    const History history = registry::load_history(found.source(), address_of(found));
    const core::Graph& graph = history.graph;
    std::vector<core::Target> parsed;
    parsed.reserve(targets.size());
    for (const std::string& target : targets) {
        parsed.push_back(core::parse_target(target));
    }
    const std::vector<core::Index> parents = core::merge_parents(graph, parsed);
    Registration request;
    request.message = message.empty() ? "merge " + core::listed(graph, parents) : message;
    request.down = "";
    request.down_revision = ids_of(graph, parents);
    request.prefix = found.name;
    return create_revision(std::move(request), "migrate_merge()");
}

} // namespace migrate::engine
