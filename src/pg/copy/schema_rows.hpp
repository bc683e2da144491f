// The rows of the catalogs that say in which schema something is, and the objects that decide for
// them: an index is where its table is, a row type where its relation is.
#pragma once

#include "pg/wall/types.hpp"

#include <span>
#include <vector>

namespace migrate::pg {

/// A row of catalog `catalog`, and the object that people know what it describes by.
struct SchemaRow {
    ObjectId catalog;
    ObjectId oid;
    ObjectAddressKey subject;
};

/// Those of all that is in `schema`, by catalog.  Throws Error.
std::vector<SchemaRow> rows_of_schema(ObjectId schema);

/// Has `rows` say that what they describe is in `schema`.  Nobody is told of it: neither hooks nor
/// event triggers; no lock is taken but on the rows.  A row that another transaction has changed
/// meanwhile raises XX000, one that it is changing waits for it.  Throws Error.
void move_rows(std::span<const SchemaRow> rows, ObjectId schema);

} // namespace migrate::pg
