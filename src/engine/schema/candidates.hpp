// Queries that find the objects that may belong to a prefix.
#pragma once

#include "pg/sql/statement.hpp"

namespace migrate::engine {

/// Oids in the schemas that the first parameter lists, of objects that are called as the second
/// says or begin with it and an underscore, or are recorded: the others are the oids of the
/// recorded relations, types and functions.  There may be more among them than can belong to a
/// prefix.

/// Composite types by their row in pg_class; with the sequences of the tables among them.
pg::Statement& named_relations();
pg::Statement& named_types();
pg::Statement& named_functions();

} // namespace migrate::engine
