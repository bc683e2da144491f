// Our tables and our extension in this database: their oids, the schema of our functions, and what
// tells whether an oid that a row holds means something here.
#pragma once

#include "pg/wall/types.hpp"

#include <string>

namespace migrate::engine::tables {

/// The tables that locks on prefixes are taken on: on the history and its rows, on running
/// it, and on waiting for that with a snapshot.
pg::ObjectId prefix_table();
pg::ObjectId run_table();
pg::ObjectId version_table();
pg::ObjectId revision_table();
pg::ObjectId object_table();
/// Our own extension.
pg::ObjectId extension();
/// The schema that our functions are in.
std::string extension_schema();
/// Names the place in which oids mean something: this database, and this installation of
/// our tables in it, which a restored dump would have made anew.
std::string origin();

} // namespace migrate::engine::tables
