// Commands that only read: status, history, plan, show, graph and their like, as tables or as JSON.
#pragma once

#include "client/cli/options.hpp"
#include "client/output/output.hpp"
#include "client/server/session.hpp"

namespace migrate::client {

/// Whether `command` is one of those that only look.
bool only_looks(Command command);

/// Runs one of them.
ExitStatus look(Session& session, const Options& options, const Output& output);

/// Whether revisions are pending, as migrate_check says it; `report`, if not null, then
/// holds what it said.  Throws ServerError for anything else.
bool is_pending(Session& session, const Options& options, Report* report = nullptr);

} // namespace migrate::client
