// Rows of our own tables by their key, through the index and without a plan: for what is asked by
// each program that starts, where planning costs many times what is read.
#pragma once

#include "pg/spi.hpp"
#include "pg/types.hpp"

#include <functional>
#include <initializer_list>
#include <string_view>

namespace migrate::pg {

/// Calls `on_row` for each row of `table` whose column `key_column` is `key`, with the values of
/// `columns`, in the order of `index` (in the schema of the table), which begins with that column.
/// Without the index the whole table is read.  The column compares byte by byte (COLLATE "C").
/// Rights are not checked: for tables that the caller of the function may read.  Throws Error.
void look_up_rows(ObjectId table, const char* index, const char* key_column, std::string_view key,
                  std::initializer_list<const char*> columns,
                  const std::function<void(const Row&)>& on_row);

} // namespace migrate::pg
