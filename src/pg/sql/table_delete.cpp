#include "pg/sql/table_delete.hpp"

#include "pg/session/session.hpp"
#include "pg/sql/row_reader.hpp"
#include "pg/sql/table_scan.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/memory_scope.hpp"
#include "pg/wall/text_datum.hpp"

extern "C" {
#include <access/tableam.h>
#include <access/xact.h>
#include <commands/trigger.h>
#include <executor/executor.h>
#include <utils/fmgroids.h>
#include <utils/rel.h>
#include <utils/rls.h>
}

namespace migrate::pg {

namespace {

bool has_triggers(const TriggerDesc* triggers) {
    return triggers != nullptr &&
           (triggers->trig_delete_before_statement || triggers->trig_delete_before_row ||
            triggers->trig_delete_instead_row || triggers->trig_delete_after_row ||
            triggers->trig_delete_after_statement);
}

/// Whether deleting a row is all that there is to do.  A statement says what else is in the way.
bool is_plain(Relation table) {
    const FormData_pg_class* row = table->rd_rel;
    return row->relkind == RELKIND_RELATION && !row->relispartition && table->rd_rules == nullptr &&
           !has_triggers(table->trigdesc) && !XactReadOnly &&
           check_enable_rls(RelationGetRelid(table), InvalidOid, true) != RLS_ENABLED;
}

/// A deletion under way.  Ended by finish(), or by the server at an abort.  All of its functions
/// may raise: within call().
struct Deletion {
    Snapshot snapshot;
    IndexSearch search;
    CommandId command;

    Deletion(Relation table, Oid index)
        : snapshot(RegisterSnapshot(GetTransactionSnapshot())),
          search(RelationGetRelid(table), index, 2, snapshot), command(GetCurrentCommandId(true)) {
        // What a publication cannot do without.
        CheckCmdReplicaIdentity(table, CMD_DELETE);
    }

    /// Whether the row is gone, which it is for somebody who names it twice, too.
    bool remove(HeapTuple row) {
        TM_FailureData failure;
        const TM_Result result =
            table_tuple_delete(search.table(), &row->t_self, command, snapshot, InvalidSnapshot,
                               /* wait */ true, &failure, /* changingPart */ false);
        return result == TM_Ok || (result == TM_SelfModified && failure.cmax == command);
    }

    void finish() {
        search.close();
        UnregisterSnapshot(snapshot);
        CommandCounterIncrement();
    }
};

/// `false` when a row is in the way.
bool delete_from(Deletion& deletion, std::span<const std::int64_t> numbers, Datum text,
                 RowReader& reader,
                 const std::function<bool(std::size_t place, const Row&)>& is_meant) {
    ScanKeyData keys[2];
    ScanKey number_key = &keys[0];
    ScanKey text_key = &keys[1];
    call([=] { ScanKeyInit(text_key, 2, BTEqualStrategyNumber, F_TEXTEQ, text); });
    for (std::size_t place = 0; place < numbers.size(); place++) {
        check_interrupts();
        const Datum number = Int64GetDatum(numbers[place]);
        call([=, &deletion] {
            ScanKeyInit(number_key, 1, BTEqualStrategyNumber, F_INT8EQ, number);
            deletion.search.find(number_key, 2);
        });
        while (HeapTuple row = call([&deletion] { return deletion.search.next(); })) {
            if (is_meant(place, reader.read(row)) &&
                !call([&deletion, row] { return deletion.remove(row); })) {
                return false;
            }
        }
    }
    return true;
}

} // namespace

bool delete_rows(ObjectId table, const char* index, std::span<const std::int64_t> numbers,
                 std::string_view text, std::initializer_list<const char*> columns,
                 const std::function<bool(std::size_t place, const Row&)>& is_meant) {
    return in_scratch_memory([&] {
        Relation opened = call([table] { return table_open(table, RowExclusiveLock); });
        const Oid index_id = call(
            [opened, index] { return get_relname_relid(index, RelationGetNamespace(opened)); });
        bool is_done = OidIsValid(index_id) && call([opened] { return is_plain(opened); });
        if (is_done) {
            RowReader reader(opened, columns);
            const Datum text_value = text_datum(text);
            Deletion deletion = call([=] { return Deletion(opened, index_id); });
            is_done = delete_from(deletion, numbers, text_value, reader, is_meant);
            call([&deletion] { deletion.finish(); });
        }
        call(
            [opened] { table_close(opened, NoLock); }); // the lock is kept, as a statement keeps it
        return is_done;
    });
}

} // namespace migrate::pg
