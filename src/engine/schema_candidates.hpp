// The queries on the catalogs that find what may belong to a prefix.
#pragma once

#include "pg/spi.hpp"

namespace migrate::engine {

/// Candidates of one kind, in two steps: the server would plan one query for all of them as if
/// they were half of the catalog.
struct CandidateQueries {
    /// Oids of all that is in the schemas that its parameter lists.
    pg::Statement& all;
    /// Oids in the schemas that the first parameter lists, of objects that are called as the
    /// second says or begin with it and an underscore, or are recorded: the others are the oids
    /// of the recorded relations, types and functions.
    pg::Statement& named;
    /// Of the oids in its parameter: oid to look at, oids of catalog and object as it is
    /// recorded, kind, name quoted and qualified, schema, name, the oid of the relation that
    /// owns it (a sequence), 0 for none, and its traits (see SchemaQuery).
    pg::Statement& facts;
};

/// Relations with a name of their own (composite types by their row in pg_class), types that
/// have no such row, and functions; none that belong to an extension.
CandidateQueries relation_candidates();
CandidateQueries type_candidates();
CandidateQueries function_candidates();

} // namespace migrate::engine
