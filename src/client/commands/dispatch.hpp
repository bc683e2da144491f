// From what was asked for to what is done.
#pragma once

#include "client/cli/options.hpp"
#include "client/output/output.hpp"

namespace migrate::client {

/// Runs the command.  Throws ServerError, ClientError and core's exceptions.
ExitStatus run_command(const Options& options, const Output& output);

} // namespace migrate::client
