// Commands that change the database by the server's functions: upgrade, downgrade, deploy,
// revert, and those that set where it stands.
#pragma once

#include "client/cli/options.hpp"
#include "client/commands/directory.hpp"
#include "client/output/json.hpp"
#include "client/output/output.hpp"
#include "client/server/session.hpp"

#include <vector>

namespace migrate::client {

/// Whether `command` is upgrade, downgrade, deploy or revert.
bool runs_revisions(Command command);
/// Whether it runs the up texts.
bool goes_up(Command command);
/// Whether it has one transaction for all revisions.
bool is_atomic(Command command);

/// The target that was given, or the one that the command has without.
std::string target_of(Command command, const std::optional<std::string>& target);

/// Runs one of them.  `directory`, if not null, is where errors find their lines.
ExitStatus run_revisions(Session& session, const Directory* directory, const Options& options,
                         const Output& output);

/// The same without a word: returns how many revisions ran.
std::size_t run_silently(Session& session, Command command, const Options& options);

/// stamp, adopt, merge (of what is registered) and unregister.
ExitStatus change(Session& session, const Options& options, const Output& output);

} // namespace migrate::client
