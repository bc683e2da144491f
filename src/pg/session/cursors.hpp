// The cursors of the session: those of the caller, and those that a text leaves open.
#pragma once

#include <string>
#include <vector>

namespace migrate::pg {

/// The names of the session's cursors, portals that protocol and statements opened among them.
/// A text runs in one that is not listed.
std::vector<std::string> open_cursors();

/// The name of the portal that our caller's own statement runs in; empty for the unnamed.
std::string active_portal();

/// Closes a cursor of this session by its name; nothing happens when there is none.
void close_cursor(const std::string& name);

} // namespace migrate::pg
