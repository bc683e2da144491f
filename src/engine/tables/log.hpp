// Table migrate.log: what ran, when, as whom, and how it ended.
#pragma once

#include "core/direction.hpp"
#include "pg/session/session.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// How a run ended, or what a stamp did.
enum class Outcome { applied, reverted, stamped, unstamped, failed, interrupted };

/// A row of migrate.log.
struct LogEntry {
    std::string prefix;
    std::string revision;
    std::optional<core::Direction> direction; // nothing: a stamp
    Outcome outcome = Outcome::applied;
    std::string role;
    std::int64_t duration_microseconds = 0;
    std::int64_t ended_at = pg::now(); // microseconds, as the server counts them
    std::int64_t statements = 0;
    std::optional<std::string> checksum; // SHA-256 of the text
    std::vector<std::string> dropped_types;
    // of a run that failed
    std::optional<std::string> error_sqlstate;
    std::optional<std::string> error_message;
    std::optional<std::int64_t> error_statement;
    std::optional<std::int64_t> error_line;
};

namespace tables {

void insert_log(std::span<const LogEntry> entries);
/// A row of migrate.log as people see it.
struct LastRun {
    std::string revision;
    std::optional<core::Direction> direction; // nothing: a stamp
    std::string outcome;                      // its word
    std::int64_t started_at = 0;              // microseconds, as the server counts them
    std::int64_t duration_microseconds = 0;
    std::string role;
};
/// The last entry of each revision of `prefix`, failures aside; of those in `ids` only, when given.
std::vector<LastRun> last_runs(std::string_view prefix,
                               const std::optional<std::vector<std::string>>& ids);
/// The latest entry of `prefix`.
std::optional<LastRun> last_run(std::string_view prefix);

} // namespace tables

} // namespace migrate::engine
