// Columns by their names.  Included by src/pg only.
#pragma once

#include <vector>

#include "pg/wall/postgres.hpp"

extern "C" {
#include <utils/rel.h>
}

namespace migrate::pg {

/// Asks what is at hand of an open relation, not the catalog.  Raises when it has no such column:
/// within call().
inline AttrNumber column_number(Relation table, const char* column) {
    TupleDescData* descriptor = RelationGetDescr(table);
    for (int i = 0; i < descriptor->natts; i++) {
        if (namestrcmp(&TupleDescAttr(descriptor, i)->attname, column) == 0) {
            return AttrNumber(i + 1); // what was dropped has a name that none can have
        }
    }
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                    errmsg("column \"%s\" of relation \"%s\" does not exist", column,
                           RelationGetRelationName(table))));
    pg_unreachable();
}

/// The type of each column.
inline std::vector<Oid> column_types(TupleDescData* descriptor) {
    std::vector<Oid> types;
    types.reserve(std::size_t(descriptor->natts));
    for (int i = 0; i < descriptor->natts; i++) {
        types.push_back(TupleDescAttr(descriptor, i)->atttypid);
    }
    return types;
}

} // namespace migrate::pg
