// A text as it runs in an empty copy: what refuses a transaction by what may run in one, and what
// means nothing there.
#pragma once

#include "pg/script/parse.hpp"
#include "pg/wall/types.hpp"

#include <cstddef>
#include <vector>

namespace migrate::pg {

/// Has `script` run as it does in a copy: … CONCURRENTLY without that word, CREATE EXTENSION and
/// CREATE SCHEMA with IF NOT EXISTS.  Returns the statements that are not to be run, from 0: VACUUM
/// and its like, comments on extensions, and settings of the timeouts that bound the run.
std::vector<std::size_t> make_copy_twins(Script& script);

/// The same of the tree of one statement (a RawStmt); false when it is not to be run.
bool make_copy_twin(void* raw_statement);

/// What the statements of `script` make that is in no schema, or is one, and that is there already.
struct MadeAround {
    std::vector<ObjectId> schemas;
    std::vector<ObjectAddressKey> globals; // as CopyRequest has them
};
/// Throws Error.
MadeAround existing_around(const Script& script);

} // namespace migrate::pg
