// One command in many databases: in parallel, a canary first, with an end to it after
// failures, and a table of who is where.
#pragma once

#include "client/cli/options.hpp"
#include "client/output/output.hpp"

namespace migrate::client {

/// Runs the command of options.fleet.  ExitStatus::error when a database failed, else
/// ExitStatus::pending when a check found something.
ExitStatus run_fleet(const Options& options, const Output& output);

} // namespace migrate::client
