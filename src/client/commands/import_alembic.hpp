// Revisions of an Alembic project as native files.  The project's own Alembic writes their
// SQL (offline mode), so that every revision is what that project makes of it.
#pragma once

#include "client/output/output.hpp"

namespace migrate::client {

/// The command: reads the project in options.directory (where alembic.ini is) and writes
/// into options.output.  Needs no database.  Throws ClientError; a revision that needs a
/// database to be written is one, unless options.keep_going is set.
ExitStatus import_alembic(const Options& options, const Output& output);

} // namespace migrate::client
