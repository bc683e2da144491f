// Rows of tables without a plan, our own by their key: for what is asked by each program that
// starts, where planning costs many times what is read, and for each revision.
#pragma once

#include "pg/sql/statement.hpp"
#include "pg/wall/types.hpp"

#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace migrate::pg {

/// A column, and the value that it is to have.
struct KeyColumn {
    const char* name;
    std::string_view value;
};

/// Calls `on_row` for each row of `table` that has `key`, with the values of `columns`, in the
/// order of `index` (in the schema of the table), which begins with the columns of the key.
/// Without the index the whole table is read.  These columns compare byte by byte (COLLATE "C").
/// Rights are not checked: for those who may see what is looked up.  Throws Error.
void look_up_rows(ObjectId table, const char* index, std::initializer_list<KeyColumn> key,
                  std::initializer_list<const char*> columns,
                  const std::function<void(const Row&)>& on_row);

/// The same for rows that have `key` and one of `values` in `column`, value by value, in their
/// order: the two are the first columns of `index`.
void look_up_rows(ObjectId table, const char* index, const KeyColumn& key, const char* column,
                  std::span<const std::string> values, std::initializer_list<const char*> columns,
                  const std::function<void(const Row&)>& on_row);

/// Whether `table` has any row that a query would see.  Throws Error.
bool has_rows(ObjectId table);

} // namespace migrate::pg
