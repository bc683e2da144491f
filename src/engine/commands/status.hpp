// migrate_status: each prefix with where it stands and what runs.
#pragma once

#include "engine/tables/log.hpp"
#include "engine/tables/prefix.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// One prefix as migrate_status prints it.
struct PrefixStatus {
    Prefix prefix;
    std::vector<std::string> rows;
    std::vector<std::string> heads;
    std::int64_t pending = 0;
    bool is_stale = false; // a row is no registered revision; pending is not known
    std::optional<tables::LastRun> last_run;
    /// idle; running; or, of a deploy that has stopped half-way through a revision, failed or
    /// interrupted.  On a standby unknown instead of running or interrupted.
    std::string state = "idle";
    std::optional<std::string> running_revision;
    std::optional<std::int64_t> running_since; // microseconds, as the server counts them
    std::optional<std::int64_t> running_pid;
    std::optional<std::string> running_query;
    std::optional<bool>
        has_drifted; // looked at where one prefix is asked for, or there is only one
    std::vector<std::string> leftovers; // invalid indexes and half detached partitions
};
/// All prefixes, or one.
std::vector<PrefixStatus> status(const std::optional<std::string>& prefix);

} // namespace migrate::engine
