// Whether the library and what SQL sees of it belong together: between the installation of a new
// package and ALTER EXTENSION they do not, nor after it in a session that has loaded the old
// library.
#pragma once

#include "pg/wall/types.hpp"

namespace migrate::pg {

/// Throws core::Failure unless our extension is of the version of this library.  It stays so to
/// the end of the (sub)transaction: the tables are locked as for reading, and an update
/// locks them against that.  `function`, if any, is the one that was called; throws Failure, too,
/// when it was dropped by an update that the call has waited for.  Without a query, so that each
/// call can ask.
void require_own_version(ObjectId function = invalid_object_id);

} // namespace migrate::pg
