// Rows of tables without a plan, mostly by an index of them.  Included by src/pg only.
#pragma once

#include "pg/wall/compat.hpp"

#include <initializer_list>

extern "C" {
#include <access/tableam.h>
#include <utils/rel.h>
}

namespace migrate::pg {

/// A scan under way, for use within call().  What it holds is given back by close(), or by the
/// server at an abort.
struct TableScan {
    Relation table;
    SysScanDesc scan = nullptr;

    explicit TableScan(Oid table_id) : table(table_open(table_id, AccessShareLock)) {}

    /// Of the rows with `keys` that `snapshot` sees, in the order of `index`, or of the whole
    /// table when that is not valid.
    void begin(Oid index, Snapshot snapshot, ScanKey keys, int count) {
        scan = systable_beginscan(table, index, OidIsValid(index), snapshot, count, keys);
    }

    HeapTuple next() { return systable_getnext(scan); }

    void close() {
        systable_endscan(scan);
        table_close(table, NoLock); // the lock is kept, as a query keeps it
    }
};

/// A list that may be filled within call(): in the server's memory, of plain data.
template <typename Item> struct PlainList {
    Item* items = nullptr;
    int count = 0;
    int capacity = 0;

    void add(const Item& item) {
        if (count == capacity) {
            capacity = capacity == 0 ? 16 : 2 * capacity;
            const std::size_t size = sizeof(Item) * std::size_t(capacity);
            items = static_cast<Item*>(items == nullptr ? palloc(size) : repalloc(items, size));
        }
        items[count++] = item;
    }
    Item* begin() const { return items; }
    Item* end() const { return items + count; }
};

/// The fixed part of a row of a catalog.
template <typename Form> const Form& form_of(HeapTuple row) {
    return *reinterpret_cast<const Form*>(GETSTRUCT(row));
}

/// A table that is searched by an index again and again, which costs a third of what it costs to
/// open both each time.  For use within call(), by somebody who has it closed unless there was an
/// error.
class IndexSearch {
  public:
    IndexSearch(Oid table, Oid index, int key_columns, Snapshot snapshot)
        : context_(CurrentMemoryContext), table_(table_open(table, AccessShareLock)),
          index_(index_open(index, AccessShareLock)), slot_(table_slot_create(table_, nullptr)),
          scan_(compat::index_beginscan(table_, index_, snapshot, key_columns)) {}

    /// Begins with the rows whose first columns in the index are these oids: as many as it was
    /// opened with.
    void find(std::initializer_list<Oid> oids) {
        ScanKeyData keys[most_keys];
        int count = 0;
        for (const Oid oid : oids) {
            const auto column = AttrNumber(count + 1);
            ScanKeyInit(&keys[count++], column, BTEqualStrategyNumber, F_OIDEQ,
                        ObjectIdGetDatum(oid));
        }
        find(keys, count);
    }

    /// The same with keys of any type, of the columns of the index.
    void find(ScanKey keys, int count) {
        // What the scan keeps must outlive the memory of a single question.
        MemoryContext before = MemoryContextSwitchTo(context_);
        index_rescan(scan_, keys, count, nullptr, 0);
        MemoryContextSwitchTo(before);
    }

    Relation table() const { return table_; }

    /// Valid until the next call; null after the last one.
    HeapTuple next() {
        MemoryContext before = MemoryContextSwitchTo(context_);
        const bool found = index_getnext_slot(scan_, ForwardScanDirection, slot_);
        MemoryContextSwitchTo(before);
        return found ? ExecFetchSlotHeapTuple(slot_, false, nullptr) : nullptr;
    }

    /// Null for NULL; as it lies in the row, or a copy of it.
    const void* pointer(HeapTuple row, int column) const {
        bool is_null = false;
        const Datum datum = heap_getattr(row, column, RelationGetDescr(table_), &is_null);
        return is_null ? nullptr : DatumGetPointer(datum);
    }

    void close() {
        index_endscan(scan_);
        ExecDropSingleTupleTableSlot(slot_);
        index_close(index_, AccessShareLock);
        table_close(table_, NoLock);
    }

  private:
    static constexpr int most_keys = 2;

    MemoryContext context_;
    Relation table_;
    Relation index_;
    TupleTableSlot* slot_;
    IndexScanDesc scan_;
};

} // namespace migrate::pg
