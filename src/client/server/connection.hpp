// Connecting to a server the way psql does: options, a URI or keywords and values, the
// environment, service and password files.  SQLAlchemy's URLs are understood as well.
#pragma once

#include "client/cli/options.hpp"

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace migrate::client {

struct CloseConnection {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Connection = std::unique_ptr<PGconn, CloseConnection>;

/// Keywords and values for PQconnectdbParams; the first `dbname` may be a whole URI.
using ConnectionParameters = std::vector<std::pair<std::string, std::string>>;

/// A URL without what only SQLAlchemy and its drivers know: `postgresql+asyncpg://` loses its
/// driver, `ssl` becomes `sslmode`, and parameters that libpq does not have are left out.
/// Any other text is returned as it is.
std::string libpq_url(std::string_view url);

/// What `options` mean: -d before DATABASE_URL (`database_url`, may be null) before PG*
/// variables, which are libpq's own matter.  A -d that is only a name leaves the server to
/// DATABASE_URL.
ConnectionParameters connection_parameters(const ConnectionOptions& options,
                                           const char* database_url);

/// The same server, another database: `database` is a name, a URI or keywords and values.
ConnectionParameters with_database(ConnectionParameters parameters, std::string_view database);

/// The same server, the database of that name, whatever the name looks like.
ConnectionParameters with_database_name(ConnectionParameters parameters, std::string_view name);

/// Waits for the server as long as `options` say, asks for a password when one is needed and
/// somebody is there to type it, and connects.  Throws ClientError.
Connection connect(const ConnectionParameters& parameters, const ConnectionOptions& options);

} // namespace migrate::client
