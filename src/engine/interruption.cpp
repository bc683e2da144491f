#include "engine/interruption.hpp"

#include "core/failure.hpp"
#include "core/names.hpp"
#include "engine/ownership.hpp"

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

std::optional<RunRow> settle_run(const std::string& prefix) {
    auto run = registry::find_run(prefix);
    if (!run) {
        return std::nullopt;
    }
    if (run->outcome == "running") {
        LogEntry entry;
        entry.prefix = prefix;
        entry.revision = run->revision;
        entry.direction = run->direction;
        entry.outcome = "interrupted";
        entry.role = run->role;
        entry.statements = run->statements;
        registry::insert_log(entry);
        registry::fail_run(prefix);
    }
    if (!run->is_partial()) {
        registry::delete_run(prefix);
        return std::nullopt;
    }
    return run;
}

void refuse_partial_run(const Prefix& prefix, const std::optional<RunRow>& partial) {
    if (!partial) {
        return;
    }
    const bool is_up = partial->direction == "upgrade";
    const std::string argument =
        prefix.is_default() ? "" : ", prefix => " + core::sql_literal(prefix.name);
    throw Failure(FailureCode::not_in_prerequisite_state,
                  "revision " + in_quotes(partial->revision) + " of " +
                      described_prefix(prefix.name) + " is half " +
                      (is_up ? "deployed" : "reverted"),
                  "Statements done: " + std::to_string(partial->statements) + ".",
                  is_up ? "Finish it with CALL migrate_deploy(" +
                              core::sql_literal(partial->revision) + argument +
                              "), or take back by hand what was done and say so with "
                              "migrate_stamp."
                        : "Finish it with CALL migrate_revert(" +
                              core::sql_literal(partial->revision + "-1") + argument +
                              "), or put back by hand what was undone and say so with "
                              "migrate_stamp.");
}

} // namespace migrate::engine
