// Some columns of rows that were found without a plan.  Included by src/pg only.
#pragma once

#include "pg/sql/column.hpp"
#include "pg/sql/statement.hpp"
#include "pg/wall/call.hpp"

#include <initializer_list>
#include <memory>
#include <vector>

namespace migrate::pg {

class RowReader {
  public:
    /// Of `table`, which stays open.  Throws Error for a column that it does not have.
    RowReader(Relation table, std::initializer_list<const char*> columns)
        : descriptor_(RelationGetDescr(table)), values_(columns.size()),
          nulls_(new bool[columns.size() + 1]) {
        for (const char* column : columns) {
            numbers_.push_back(call([table, column] { return column_number(table, column); }));
            types_.push_back(TupleDescAttr(descriptor_, numbers_.back() - 1)->atttypid);
        }
    }

    /// Valid until the next one, and as long as `row`.
    Row read(HeapTuple row) {
        for (std::size_t i = 0; i < numbers_.size(); i++) {
            // Reads memory: this cannot raise.
            values_[i] = heap_getattr(row, numbers_[i], descriptor_, &nulls_[i]);
        }
        return {values_.data(), nulls_.get(), types_.data()};
    }

  private:
    TupleDesc descriptor_;
    std::vector<AttrNumber> numbers_;
    std::vector<Oid> types_;
    std::vector<Datum> values_;
    std::unique_ptr<bool[]> nulls_;
};

} // namespace migrate::pg
