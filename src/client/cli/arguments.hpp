// The command line: every command and option that there is, its help, and what was asked for.
#pragma once

#include "client/cli/options.hpp"

#include <optional>
#include <string>
#include <vector>

namespace migrate::client {

/// What `arguments` (without the program's name) ask for; none when that was help or the
/// version, which is on standard output then.  Throws ClientError with ExitStatus::usage.
std::optional<Options> parse_arguments(std::vector<std::string> arguments);

/// A script for bash that completes commands and options.
std::string bash_completion();

} // namespace migrate::client
