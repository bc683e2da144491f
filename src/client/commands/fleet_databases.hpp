// The databases of a fleet: read from a file or returned by a query.
#pragma once

#include "client/cli/options.hpp"
#include "client/server/connection.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace migrate::client {

struct FleetDatabase {
    std::string name; ///< how it is called; never has a password in it
    ConnectionParameters parameters;
};

/// One database per line: a name, a URI or keywords and values.  Blank lines, and what
/// follows a # at the start of a line, do not count; each text counts once.
std::vector<std::string> database_lines(std::string_view text);

/// The databases that `options` speak of, those that go first at the start; `canaries` is set
/// to how many these are.  Throws ClientError and ServerError.
std::vector<FleetDatabase> fleet_databases(const Options& options, std::size_t& canaries);

} // namespace migrate::client
