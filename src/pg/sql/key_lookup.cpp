#include "pg/sql/key_lookup.hpp"

#include "pg/sql/column.hpp"
#include "pg/sql/row_reader.hpp"
#include "pg/sql/table_scan.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/memory_scope.hpp"
#include "pg/wall/text_datum.hpp"

#include <vector>

namespace migrate::pg {

namespace {

/// Not valid when there is none of that name in the schema of the table.
Oid index_of(Relation table, const char* index) {
    return get_relname_relid(index, RelationGetNamespace(table));
}

/// A scan that sees what a query would see.
struct KeyScan : TableScan {
    Snapshot snapshot;

    explicit KeyScan(Oid table_id)
        : TableScan(table_id), snapshot(RegisterSnapshot(GetTransactionSnapshot())) {}
    /// In the order of `index`, in the schema of the table; of the whole table without one.
    void begin(const char* index, ScanKey keys, int count) {
        const Oid index_id = index == nullptr ? InvalidOid : index_of(table, index);
        TableScan::begin(index_id, snapshot, keys, count);
    }
    void close() {
        TableScan::close();
        UnregisterSnapshot(snapshot);
    }
};

/// `column` is one of the table, or of the index where that is searched directly.
ScanKeyData text_key(AttrNumber column, Datum value) {
    ScanKeyData key;
    // Such a key compares byte by byte.
    ScanKeyInit(&key, column, BTEqualStrategyNumber, F_TEXTEQ, value);
    return key;
}

} // namespace

void look_up_rows(ObjectId table, const char* index, std::initializer_list<KeyColumn> key,
                  std::initializer_list<const char*> columns,
                  const std::function<void(const Row&)>& on_row) {
    in_scratch_memory([&] {
        KeyScan scan = call([table] { return KeyScan(table); });
        RowReader reader(scan.table, columns);
        std::vector<ScanKeyData> keys;
        for (const KeyColumn& column : key) {
            const Datum value = text_datum(column.value);
            keys.push_back(call([&scan, &column, value] {
                return text_key(column_number(scan.table, column.name), value);
            }));
        }
        ScanKey plain_keys = keys.data();
        const int count = int(keys.size());
        call([=, &scan] { scan.begin(index, plain_keys, count); });
        while (HeapTuple row = call([&scan] { return scan.next(); })) {
            on_row(reader.read(row));
        }
        call([&scan] { scan.close(); });
        return true;
    });
}

void look_up_rows(ObjectId table, const char* index, const KeyColumn& key, const char* column,
                  std::span<const std::string> values, std::initializer_list<const char*> columns,
                  const std::function<void(const Row&)>& on_row) {
    in_scratch_memory([&] {
        Relation opened = call([table] { return table_open(table, AccessShareLock); });
        const Oid index_id = call([opened, index] { return index_of(opened, index); });
        if (!OidIsValid(index_id)) {
            for (const std::string& value : values) {
                look_up_rows(table, nullptr, {key, {column, value}}, columns, on_row);
            }
        } else {
            RowReader reader(opened, columns);
            Snapshot snapshot = call([] { return RegisterSnapshot(GetTransactionSnapshot()); });
            IndexSearch search = call([=] { return IndexSearch(table, index_id, 2, snapshot); });
            ScanKeyData keys[2] = {text_key(1, text_datum(key.value))};
            for (const std::string& value : values) {
                keys[1] = text_key(2, text_datum(value));
                call([&search, plain_keys = &keys[0]] { search.find(plain_keys, 2); });
                while (HeapTuple row = call([&search] { return search.next(); })) {
                    on_row(reader.read(row));
                }
            }
            call([&search] { search.close(); });
            call([snapshot] { UnregisterSnapshot(snapshot); });
        }
        call([opened] { table_close(opened, NoLock); });
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
