#include "engine/run/interrupted_run.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/sql/calls.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/catalog/leftovers.hpp"
#include "engine/tables/log.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/run.hpp"
#include "pg/session/identifiers.hpp"
#include "pg/session/session.hpp"

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

namespace {

std::string described_state(const RunRow& run) {
    std::string result = "Statements done: " + std::to_string(run.statements) + ".";
    const auto leftovers = leftovers_of(run);
    if (!leftovers.empty()) {
        result += " Left behind: " + core::joined(leftovers) + ".";
    }
    return result;
}

} // namespace

std::vector<std::string> leftovers_of(const RunRow& run) {
    std::vector<std::string> result;
    if (!run.is_here) {
        return result;
    }
    std::vector<pg::ObjectId> indexes = run.indexes;
    if (run.relation) {
        indexes.push_back(*run.relation);
    }
    for (const auto& states : {catalog::index_states(indexes), catalog::old_copies(run.indexes)}) {
        for (const IndexState& index : states) {
            if (!index.is_valid) {
                result.push_back("invalid index " + pg::qualified_name(index.schema, index.name));
            }
        }
    }
    const auto detach = run.relation ? catalog::detach_state(*run.relation) : std::nullopt;
    if (detach && detach->is_pending) {
        result.push_back("half detached partition " + detach->partition);
    }
    return result;
}

bool has_lost_relation(const RunRow& run) {
    return run.relation &&
           (!run.is_here || (catalog::index_states(std::vector{*run.relation}).empty() &&
                             !catalog::detach_state(*run.relation)));
}

bool is_partially_applied(const RunRow& run) {
    return run.statements > 0 || has_lost_relation(run) || !leftovers_of(run).empty();
}

std::optional<RunRow> settle_run(const std::string& prefix) {
    auto run = tables::find_run(prefix);
    if (!run) {
        return std::nullopt;
    }
    if (run->state == core::RunState::running) {
        LogEntry entry;
        entry.prefix = prefix;
        entry.revision = run->revision;
        entry.direction = run->direction;
        entry.outcome = Outcome::interrupted;
        entry.role = run->role;
        entry.statements = run->statements;
        tables::insert_log({&entry, 1});
    }
    const bool is_partial = is_partially_applied(*run);
    const core::RunState next = core::next_state(
        run->state, is_partial ? core::RunEvent::is_found_partial : core::RunEvent::is_found_whole);
    if (next != run->state) {
        tables::set_run_state(prefix, next);
        run->state = next;
    }
    return is_partial ? std::move(run) : std::nullopt;
}

void refuse_partial_run(const Prefix& prefix, const std::optional<RunRow>& partial) {
    if (!partial) {
        return;
    }
    const bool is_up = partial->direction == core::Direction::upgrade;
    const std::string way_on = core::run_statement(
        partial->direction, is_up ? partial->revision : partial->revision + "-1",
        core::Hints::calls, prefix_in_hints(prefix.name));
    throw Failure(FailureCode::not_in_prerequisite_state,
                  "revision " + in_quotes(partial->revision) + " of " +
                      described_prefix(prefix.name) + " is partially " +
                      (is_up ? "applied" : "reverted"),
                  described_state(*partial),
                  "Finish it with " + way_on + ", or " +
                      (is_up ? "take back by hand what was done"
                             : "put back by hand what was "
                               "undone") +
                      " and say so with migrate_stamp.");
}

} // namespace migrate::engine
