// Rows out of tables without a plan, where a statement costs more than the rows that it deletes.
#pragma once

#include "pg/sql/statement.hpp"
#include "pg/wall/types.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string_view>

namespace migrate::pg {

/// Deletes the rows of `table` that have one of `numbers` in the first column of `index`, a bigint,
/// and `text` in its second, which compares byte by byte (COLLATE "C"), if `is_meant` says so: of
/// the number's place among `numbers`, and the row's `columns`.  Later commands of the transaction
/// do not see them.
/// Returns false when it takes a statement: where there are triggers, rules or row security to be
/// asked, no such index, or when somebody else has just changed a row; some may be deleted by then.
/// Rights are not checked.  Throws Error.
bool delete_rows(ObjectId table, const char* index, std::span<const std::int64_t> numbers,
                 std::string_view text, std::initializer_list<const char*> columns,
                 const std::function<bool(std::size_t place, const Row&)>& is_meant);

} // namespace migrate::pg
