// Rows of catalogs that are changed in place of a command, which would lock what they describe.
// Included by src/pg/copy only, for use within call().
#pragma once

#include "pg/sql/table_scan.hpp"

namespace migrate::pg {

/// Changes rows of one catalog by their oids.  Nothing is told of it but the server's caches.
class CatalogWriter {
  public:
    CatalogWriter(Oid catalog, Oid oid_index)
        : table_(table_open(catalog, RowExclusiveLock)), oid_index_(oid_index),
          indexes_(CatalogOpenIndexes(table_)) {}

    /// Has `change` change the fixed part of a copy of the row, and puts that in its place.  A row
    /// that is gone stays so.
    template <typename Change> void change(Oid oid, Change&& change) {
        HeapTuple copy = locked_copy(oid);
        if (copy == nullptr) {
            return;
        }
        const ItemPointerData place = copy->t_self;
        change(copy);
        CatalogTupleUpdateWithInfo(table_, &copy->t_self, copy, indexes_);
        if (is_locked()) {
            ItemPointerData locked = place;
            UnlockTuple(table_, &locked, ExclusiveLock);
        }
        heap_freetuple(copy);
    }

    void close() {
        CatalogCloseIndexes(indexes_);
        table_close(table_, NoLock);
    }

    Relation table() const { return table_; }

  private:
    /// Rows of pg_class are also written in place, which a lock on the tuple keeps away.
    bool is_locked() const { return RelationGetRelid(table_) == RelationRelationId; }

    HeapTuple copy_of(Oid oid) {
        ScanKeyData key;
        // The oid is the first column of each of these catalogs.
        ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
        SysScanDesc scan = systable_beginscan(table_, oid_index_, true, nullptr, 1, &key);
        HeapTuple row = systable_getnext(scan);
        HeapTuple copy = HeapTupleIsValid(row) ? heap_copytuple(row) : nullptr;
        systable_endscan(scan);
        return copy;
    }

    HeapTuple locked_copy(Oid oid) {
        HeapTuple copy = copy_of(oid);
        while (copy != nullptr && is_locked()) {
            ItemPointerData place = copy->t_self;
            LockTuple(table_, &place, ExclusiveLock);
            copy = copy_of(oid);
            if (copy != nullptr && ItemPointerEquals(&place, &copy->t_self)) {
                return copy;
            }
            UnlockTuple(table_, &place, ExclusiveLock);
        }
        return copy;
    }

    Relation table_;
    Oid oid_index_;
    CatalogIndexState indexes_;
};

} // namespace migrate::pg
