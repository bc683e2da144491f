#include "engine/commands/status.hpp"

#include "core/plan/applied_set.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/catalog/lock_holders.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/schema/snapshots.hpp"
#include "engine/tables/current.hpp"
#include "engine/tables/installation.hpp"
#include "engine/tables/revision.hpp"
#include "engine/tables/run.hpp"
#include "pg/session/session.hpp"

#include <algorithm>
#include <unordered_map>

namespace migrate::engine {

namespace {

/// Who runs revisions of `prefix`, or where a deploy of them has stopped.
void describe_run(const Prefix& prefix, PrefixStatus& status) {
    const auto holder = catalog::exclusive_lock_holder(tables::run_table(), lock_key(prefix));
    const auto run = tables::find_run(prefix.name);
    if (holder) {
        status.state = "running";
        status.running_since = holder->since;
        status.running_pid = holder->pid;
        status.running_query = holder->query;
    } else if (run && run->state == core::RunState::running && pg::is_standby()) {
        status.state = "unknown"; // what looks like a leftover may be under construction
    } else if (run) {
        status.state = run->state == core::RunState::stopped ? "failed" : "interrupted";
        status.leftovers = leftovers_of(*run);
    }
    if (run) {
        status.running_revision = run->revision;
        status.running_since = run->started_at;
    }
}

std::int64_t pending_count(const core::Graph& graph, const core::AppliedSet& applied) {
    return std::int64_t(graph.size() - applied.size());
}

} // namespace

std::vector<PrefixStatus> status(const std::optional<std::string>& prefix_argument) {
    std::vector<Prefix> prefixes;
    if (prefix_argument) {
        prefixes.push_back(require_prefix(*prefix_argument));
    } else {
        prefixes = tables::prefixes();
    }
    // Instances share their template's history: it is loaded once.
    std::unordered_map<std::string, History> histories;
    std::vector<PrefixStatus> result;
    for (Prefix& prefix : prefixes) {
        pg::check_interrupts();
        PrefixStatus status;
        status.rows = tables::current(prefix.name);
        auto history = histories.find(prefix.source());
        if (history == histories.end()) {
            history =
                histories.emplace(prefix.source(), tables::load_history(prefix.source(), {})).first;
        }
        const core::Graph& graph = history->second.graph;
        status.heads = ids_of(graph, graph.heads());
        status.is_stale = std::any_of(status.rows.begin(), status.rows.end(),
                                      [&](const std::string& row) { return !graph.find(row); });
        if (!status.is_stale) {
            status.pending = pending_count(graph, core::AppliedSet(graph, status.rows));
        }
        status.last_run = tables::last_run(prefix.name);
        describe_run(prefix, status);
        if (prefixes.size() == 1) {
            status.has_drifted = has_drifted(prefix, status.rows);
        }
        status.prefix = std::move(prefix);
        result.push_back(std::move(status));
    }
    return result;
}

} // namespace migrate::engine
