// Rows into tables without a plan, as COPY brings them in: for what each revision leaves behind,
// where a statement costs more than the row that it writes.
#pragma once

#include "pg/sql/statement.hpp"
#include "pg/wall/types.hpp"

#include <functional>
#include <initializer_list>
#include <span>

namespace migrate::pg {

/// A column that is given a value, and the type that it must have.
struct InsertColumn {
    const char* name;
    Type type;
};

/// Inserts a row: a value for each column, in their order.
using InsertRow = std::function<void(std::initializer_list<Value> values)>;

/// Has `give` insert rows into `table`, which later commands of the transaction see.  Columns that
/// are not named get their defaults.  As with COPY triggers fire, of the statement (even without
/// rows) and of each row, constraints are checked, and rules are not asked.  For tables that are
/// neither partitions nor partitioned, and where no row security holds for the role in force; its
/// rights are not checked.  Throws Error.
void insert_rows(ObjectId table, std::span<const InsertColumn> columns,
                 const std::function<void(const InsertRow& insert)>& give);

} // namespace migrate::pg
