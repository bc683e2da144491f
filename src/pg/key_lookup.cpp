#include "pg/key_lookup.hpp"

#include "pg/call.hpp"
#include "pg/catalog_scan.hpp"
#include "pg/column.hpp"
#include "pg/scratch.hpp"
#include "pg/text.hpp"

#include <memory>
#include <vector>

namespace migrate::pg {

namespace {

/// A scan that sees what a query would see.
struct KeyScan : TableScan {
    Snapshot snapshot;

    explicit KeyScan(Oid table_id)
        : TableScan(table_id), snapshot(RegisterSnapshot(GetTransactionSnapshot())) {}
    /// In the order of `index`, in the schema of the table; of the whole table without one.
    void begin(const char* index, ScanKey keys, int count) {
        const Oid index_id =
            index == nullptr ? InvalidOid : get_relname_relid(index, RelationGetNamespace(table));
        TableScan::begin(index_id, snapshot, keys, count);
    }
    void close() {
        TableScan::close();
        UnregisterSnapshot(snapshot);
    }
};

} // namespace

void look_up_rows(ObjectId table, const char* index, std::initializer_list<KeyColumn> key,
                  std::initializer_list<const char*> columns,
                  const std::function<void(const Row&)>& on_row) {
    in_scratch_memory([&] {
        KeyScan scan = call([table] { return KeyScan(table); });
        std::vector<AttrNumber> numbers;
        for (const char* column : columns) {
            numbers.push_back(call([&scan, column] { return column_number(scan.table, column); }));
        }
        std::vector<Datum> values(numbers.size());
        const std::unique_ptr<bool[]> nulls(new bool[numbers.size() + 1]);
        std::vector<ScanKeyData> keys(key.size());
        ScanKey next = keys.data();
        for (const KeyColumn& column : key) {
            const Datum value = text_datum(column.value);
            call([&scan, &column, next, value] {
                // Such a key compares byte by byte.
                ScanKeyInit(next, column_number(scan.table, column.name), BTEqualStrategyNumber,
                            F_TEXTEQ, value);
            });
            next++;
        }
        ScanKey plain_keys = keys.data();
        const int count = int(keys.size());
        call([=, &scan] { scan.begin(index, plain_keys, count); });
        while (HeapTuple row = call([&scan] { return scan.next(); })) {
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
        KeyScan scan(table);
        scan.begin(nullptr, nullptr, 0);
        const bool found = HeapTupleIsValid(scan.next());
        scan.close();
        return found;
    });
}

} // namespace migrate::pg
