// Columns by their names.  Included by src/pg only.
#pragma once

#include "pg/call.hpp"

namespace migrate::pg {

/// Raises when there is none: within call().
inline AttrNumber column_number(Oid table, const char* column) {
    const AttrNumber number = get_attnum(table, column);
    if (number == InvalidAttrNumber) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                        errmsg("column \"%s\" of relation \"%s\" does not exist", column,
                               get_rel_name(table))));
    }
    return number;
}

} // namespace migrate::pg
