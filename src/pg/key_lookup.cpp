#include "pg/key_lookup.hpp"

#include "pg/call.hpp"
#include "pg/scratch.hpp"
#include "pg/text.hpp"

#include <memory>
#include <vector>

extern "C" {
#include <utils/rel.h>
}

namespace migrate::pg {

namespace {

/// A scan under way, of the whole table without an index; what it holds is given back by close(),
/// or by the server at an abort.
struct KeyScan {
    Relation table;
    Snapshot snapshot;
    SysScanDesc scan;

    KeyScan(Oid table_id, const char* index, ScanKey keys, int count)
        : table(table_open(table_id, AccessShareLock)),
          snapshot(RegisterSnapshot(GetTransactionSnapshot())) {
        const Oid index_id =
            index == nullptr ? InvalidOid : get_relname_relid(index, RelationGetNamespace(table));
        scan = systable_beginscan(table, index_id, OidIsValid(index_id), snapshot, count, keys);
    }
    void close() {
        systable_endscan(scan);
        UnregisterSnapshot(snapshot);
        table_close(table, NoLock); // the lock is kept, as a query keeps it
    }
};

AttrNumber column_number(Oid table, const char* column) {
    const AttrNumber number = get_attnum(table, column);
    if (number == InvalidAttrNumber) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                        errmsg("column \"%s\" of relation \"%s\" does not exist", column,
                               get_rel_name(table))));
    }
    return number;
}

} // namespace

void look_up_rows(ObjectId table, const char* index, std::initializer_list<KeyColumn> key,
                  std::initializer_list<const char*> columns,
                  const std::function<void(const Row&)>& on_row) {
    in_scratch_memory([&] {
        std::vector<AttrNumber> numbers;
        for (const char* column : columns) {
            numbers.push_back(call([=] { return column_number(table, column); }));
        }
        std::vector<Datum> values(numbers.size());
        const std::unique_ptr<bool[]> nulls(new bool[numbers.size() + 1]);
        std::vector<ScanKeyData> keys(key.size());
        ScanKey next = keys.data();
        for (const KeyColumn& column : key) {
            const Datum value = text_datum(column.value);
            call([=] {
                // Such a key compares byte by byte.
                ScanKeyInit(next, column_number(table, column.name), BTEqualStrategyNumber,
                            F_TEXTEQ, value);
            });
            next++;
        }
        ScanKey plain_keys = keys.data();
        const int count = int(keys.size());
        KeyScan scan = call([=] { return KeyScan(table, index, plain_keys, count); });
        while (HeapTuple row = call([&scan] { return systable_getnext(scan.scan); })) {
            for (std::size_t i = 0; i < numbers.size(); i++) {
                // Reads memory: this cannot raise.
                values[i] = heap_getattr(row, numbers[i], RelationGetDescr(scan.table), &nulls[i]);
            }
            on_row(Row(values.data(), nulls.get()));
        }
        call([&scan] { scan.close(); });
        return true;
    });
}

bool has_rows(ObjectId table) {
    return call([table] {
        KeyScan scan(table, nullptr, nullptr, 0);
        const bool found = HeapTupleIsValid(systable_getnext(scan.scan));
        scan.close();
        return found;
    });
}

} // namespace migrate::pg
