#include "pg/catalog/alembic_version_table.hpp"

#include "core/failure.hpp"

#include <algorithm>

#include "pg/wall/call.hpp"
#include "pg/wall/memory_scope.hpp"

extern "C" {
#include <access/tableam.h>
#include <utils/rel.h>
#include <utils/rls.h>
#include <utils/varlena.h>
}

namespace migrate::pg {

namespace {

/// The table that `name` means, locked, when the role in force may read all of its column
/// `number`.
Oid find_table_raw(const char* name, AttrNumber* number) {
    const Oid table =
        RangeVarGetRelid(makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(name))),
                         AccessShareLock, false);
    if (get_rel_relkind(table) != RELKIND_RELATION) {
        ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("\"%s\" is not a table", name)));
    }
    *number = get_attnum(table, "version_num");
    if (*number == InvalidAttrNumber) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                        errmsg("table \"%s\" has no column \"version_num\"", name),
                        errhint("A version table of Alembic is expected.")));
    }
    if (pg_class_aclcheck(table, GetUserId(), ACL_SELECT) != ACLCHECK_OK &&
        pg_attribute_aclcheck(table, *number, GetUserId(), ACL_SELECT) != ACLCHECK_OK) {
        aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, name);
    }
    if (check_enable_rls(table, InvalidOid, true) == RLS_ENABLED) {
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("row security of table \"%s\" may hide versions", name),
                        errhint("Name a table whose rows the owner of the prefix sees all.")));
    }
    return table;
}

/// Values of a kind of text as strings, NULL for a null.
List* read_column_raw(Oid table, AttrNumber number, const char* name) {
    const Oid type = getBaseType(get_atttype(table, number));
    if (type != TEXTOID && type != VARCHAROID && type != BPCHAROID) {
        ereport(ERROR,
                (errcode(ERRCODE_DATATYPE_MISMATCH),
                 errmsg("column \"version_num\" of table \"%s\" is of type %s, not of a text type",
                        name, format_type_be(get_atttype(table, number)))));
    }
    List* values = NIL;
    Relation relation = table_open(table, NoLock);
    Snapshot snapshot = RegisterSnapshot(GetTransactionSnapshot());
    TupleTableSlot* slot = table_slot_create(relation, nullptr);
    TableScanDesc scan = table_beginscan(relation, snapshot, 0, nullptr);
    while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
        bool is_null = false;
        Datum value = slot_getattr(slot, number, &is_null);
        if (!is_null && type == BPCHAROID) {
            value = DirectFunctionCall1(rtrim1, value);
        }
        values = lappend(values, is_null ? nullptr : TextDatumGetCString(value));
    }
    table_endscan(scan);
    ExecDropSingleTupleTableSlot(slot);
    UnregisterSnapshot(snapshot);
    table_close(relation, NoLock);
    return values;
}

} // namespace

// By a scan and not by a query: planning one evaluates what others have put into the table's
// indexes and policies, and a cast could be a function of theirs, in the caller's session.
std::vector<std::string> read_version_table(const std::string& table) {
    const char* name = table.c_str();
    auto rows = in_scratch_memory([&] {
        std::vector<std::string> result;
        List* values = call([=] {
            AttrNumber number = InvalidAttrNumber;
            const Oid oid = find_table_raw(name, &number);
            return read_column_raw(oid, number, name);
        });
        for (int i = 0; i < list_length(values); i++) {
            const auto* value = static_cast<const char*>(list_nth(values, i));
            if (value == nullptr) {
                throw core::Failure(core::FailureCode::null_argument,
                                    "column \"version_num\" of table " + core::in_quotes(table) +
                                        " contains nulls",
                                    "Nothing was stamped.");
            }
            result.emplace_back(value);
        }
        return result;
    });
    std::sort(rows.begin(), rows.end());
    return rows;
}

} // namespace migrate::pg
