// Dispatch: from the parsed command line to the function that does the command.
#pragma once

#include "client/cli/options.hpp"
#include "client/output/output.hpp"

namespace migrate::client {

/// Runs the command.  Throws ServerError, ClientError and core's exceptions.
ExitStatus run_command(const Options& options, const Output& output);

} // namespace migrate::client
