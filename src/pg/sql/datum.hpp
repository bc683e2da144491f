// C++ values as the server's.  Included by src/pg only.
#pragma once

#include "pg/sql/statement.hpp"

#include "pg/wall/postgres.hpp"

namespace migrate::pg {

Oid type_oid(Type type);

/// `value` in the current memory context, and whether it is NULL.  Throws Error.
Datum to_datum(Type type, const Value& value, bool* is_null);

} // namespace migrate::pg
