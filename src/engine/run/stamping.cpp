#include "engine/run/stamping.hpp"

#include "core/plan/lookup.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/target.hpp"
#include "core/sql/calls.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/schema/snapshots.hpp"
#include "engine/tables/current.hpp"
#include "engine/tables/log.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/revision.hpp"
#include "engine/tables/run.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"

#include <algorithm>

namespace migrate::engine {

namespace {

/// One entry per row that came, one per row that went.
void log_changes(const std::string& prefix, const std::vector<std::string>& old_rows,
                 const std::vector<std::string>& new_rows) {
    const std::string role = pg::role_name(pg::current_role());
    std::vector<LogEntry> entries;
    const auto add_missing = [&](const std::vector<std::string>& rows,
                                 const std::vector<std::string>& others, Outcome outcome) {
        for (const std::string& row : rows) {
            if (std::find(others.begin(), others.end(), row) == others.end()) {
                LogEntry entry;
                entry.prefix = prefix;
                entry.revision = row;
                entry.outcome = outcome;
                entry.role = role;
                entries.push_back(std::move(entry));
            }
        }
    };
    add_missing(old_rows, new_rows, Outcome::unstamped);
    add_missing(new_rows, old_rows, Outcome::stamped);
    tables::insert_log(entries);
}

/// What was known only through the rows that went.
void announce_forgotten(const core::Graph& graph, const std::vector<core::Index>& forgotten) {
    if (!forgotten.empty()) {
        pg::notice("the stamp also forgets applied revisions of other lines: " +
                       core::listed(graph, forgotten),
                   {},
                   "If they are still applied, say so with " +
                       core::select_call("migrate_stamp",
                                         {core::sql_array(ids_of(graph, forgotten))},
                                         graph.address().prefix) +
                       ".");
    }
}

} // namespace

std::vector<StampResult> set_current(const std::string& name,
                                     const std::vector<std::string>& targets, StampMode mode,
                                     const StampCheck& check) {
    const bool purge = mode == StampMode::purge;
    const auto checked_prefix = [&] {
        Prefix prefix = require_prefix(name);
        require_membership(owner_of(prefix), "stamp " + described_prefix(name));
        return prefix;
    };
    lock_for_run(checked_prefix());
    const Prefix prefix = checked_prefix();
    const History history = tables::load_history(prefix.source(), address_of(prefix));
    const core::Graph& graph = history.graph;
    const auto old_rows = tables::current(name);
    // Rows that no revision has any more do not matter to a purge.
    const core::AppliedSet applied =
        purge ? core::AppliedSet(graph) : core::AppliedSet(graph, old_rows);
    const std::vector<core::Target> parsed = core::parse_targets(targets);
    const auto rows = core::stamp_rows(graph, applied, parsed, purge);
    if (check) {
        check(prefix, graph, rows);
    }
    const auto new_rows = ids_of(graph, rows);
    tables::change_current(name, old_rows, {});
    tables::change_current(name, {}, new_rows);
    log_changes(name, old_rows, new_rows);
    // Whoever says what is applied has also looked at what a deploy may have left half done.
    settle_run(name);
    tables::set_run_state(name, core::RunState::idle);
    // It says of the schema as it is that this is how it should be.
    if (new_rows.empty()) {
        note_base(prefix);
    } else {
        note_schema(prefix);
    }
    if (!purge) {
        announce_forgotten(graph, core::forgotten_by_stamp(graph, applied, parsed, rows));
    }
    std::vector<StampResult> result;
    result.reserve(new_rows.size());
    for (const std::string& row : new_rows) {
        result.push_back({name, row});
    }
    return result;
}

} // namespace migrate::engine
