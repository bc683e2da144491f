// Table migrate.run: the run of a prefix that is under way, or has stopped within a revision.
#pragma once

#include "core/direction.hpp"
#include "core/plan/run_states.hpp"
#include "pg/wall/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// A row of migrate.run.
struct RunRow {
    core::Direction direction = core::Direction::upgrade;
    std::string revision;
    core::RunState state = core::RunState::running;
    std::int64_t started_at = 0; // microseconds, as the server counts them
    std::string role;
    std::int64_t statements = 0;
    std::optional<std::int64_t> statement;
    std::optional<pg::ObjectId> relation;
    std::vector<pg::ObjectId> indexes; // none where their oids mean nothing
    bool is_here = true;               // the oid of `relation` means something in this database
};

namespace tables {

std::optional<RunRow> find_run(std::string_view prefix);
/// The prefixes in which `revision` of `source` is partially applied.
std::vector<std::string> partial_runs_of(std::string_view source, std::string_view revision);
/// Replaces the row of `prefix` by one for the begin of `revision`.
void begin_run(std::string_view prefix, core::Direction direction, std::string_view revision);
/// Makes the row say `state`; `idle` is no row.
void set_run_state(std::string_view prefix, core::RunState state);
/// Notes that `statement` is about to run outside of a transaction.
void begin_run_statement(std::string_view prefix, std::int64_t statement,
                         std::optional<pg::ObjectId> relation);
/// Notes an index that this statement has created.
void add_run_index(std::string_view prefix, pg::ObjectId index);
/// Notes that `statements` are done; `text_done` is the text as far as that.
void advance_run(std::string_view prefix, std::int64_t statements, std::string_view text_done);
/// Whether the text was the same when its first statements ran.
bool is_run_text(std::string_view prefix, std::string_view text_done);

} // namespace tables

} // namespace migrate::engine
