#include "pg/sql/table_insert.hpp"

#include <algorithm>

#include "pg/session/session.hpp"
#include "pg/sql/column.hpp"
#include "pg/sql/datum.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/compat.hpp"
#include "pg/wall/memory_scope.hpp"

extern "C" {
#include <access/tableam.h>
#include <commands/trigger.h>
#include <executor/nodeModifyTable.h>
#include <rewrite/rewriteHandler.h>
#include <utils/rel.h>
#include <utils/rls.h>
}

namespace migrate::pg {

namespace {

/// What a column gets that nobody gives a value.
struct Default {
    int place;
    ExprState* expression;
};

void check_table(Relation table) {
    const FormData_pg_class* row = table->rd_rel;
    if (row->relkind != RELKIND_RELATION || row->relispartition) {
        ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                        errmsg("\"%s\" is not a plain table", RelationGetRelationName(table))));
    }
    if (check_enable_rls(RelationGetRelid(table), InvalidOid, true) == RLS_ENABLED) {
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("row security of table \"%s\" holds for its owner",
                               RelationGetRelationName(table))));
    }
    PreventCommandIfReadOnly("INSERT");
}

/// An insertion under way.  Ended by finish(), or by the server at an abort.  All of its functions
/// may raise: within call().
struct Insertion {
    Relation table;
    EState* executor;
    ResultRelInfo* target;
    TupleTableSlot* slot; // the row
    int* places;          // in the slot, of the columns that are given
    Default* defaults;
    int default_count = 0;
    CommandId command;
    TransitionCaptureState* captured;

    Insertion(Oid table_id, const InsertColumn* columns, std::size_t count)
        : table(table_open(table_id, RowExclusiveLock)) {
        check_table(table);
        // What came before is seen by triggers, and by functions in defaults and constraints.
        CommandCounterIncrement();
        PushActiveSnapshot(GetTransactionSnapshot());
        executor = CreateExecutorState();
        // There is no range table.  That would matter to who may see the values that a constraint
        // refuses: the owner of the table.
        target = makeNode(ResultRelInfo);
        InitResultRelInfo(target, table, 0, nullptr, 0);
        executor->es_opened_result_relations = list_make1(target);
        ExecOpenIndices(target, false);
        slot = table_slot_create(table, &executor->es_tupleTable);
        place_columns(columns, count);
        command = GetCurrentCommandId(true);
        AfterTriggerBeginQuery();
        captured = MakeTransitionCaptureState(table->trigdesc, table_id, CMD_INSERT);
        ExecBSInsertTriggers(executor, target);
    }

    /// Ends with the memory of the row, where its values are to be.
    void begin_row() {
        ResetPerTupleExprContext(executor);
        ExecClearTuple(slot);
        std::fill_n(slot->tts_isnull, RelationGetDescr(table)->natts, true);
        MemoryContextSwitchTo(GetPerTupleMemoryContext(executor));
    }

    /// Inserts it.  In the memory of the row to begin with, in `memory` in the end.
    void end_row(MemoryContext memory) {
        for (int i = 0; i < default_count; i++) {
            const int place = defaults[i].place;
            slot->tts_values[place] = ExecEvalExpr(
                defaults[i].expression, GetPerTupleExprContext(executor), &slot->tts_isnull[place]);
        }
        ExecStoreVirtualTuple(slot);
        slot->tts_tableOid = RelationGetRelid(table);
        MemoryContextSwitchTo(memory);
        const TriggerDesc* triggers = target->ri_TrigDesc;
        if (triggers != nullptr && triggers->trig_insert_before_row &&
            !ExecBRInsertTriggers(executor, target, slot)) {
            return;
        }
        const TupleConstr* constraints = RelationGetDescr(table)->constr;
        if (constraints != nullptr) {
            if (constraints->has_generated_stored) {
                ExecComputeStoredGenerated(target, executor, slot, CMD_INSERT);
            }
            ExecConstraints(target, slot, executor);
        }
        table_tuple_insert(table, slot, command, 0, nullptr);
        List* rechecked =
            target->ri_NumIndices == 0 ? NIL : compat::insert_index_entries(target, slot, executor);
        ExecARInsertTriggers(executor, target, slot, rechecked, captured);
    }

    void finish() {
        ExecASInsertTriggers(executor, target, captured);
        AfterTriggerEndQuery(executor);
        ExecResetTupleTable(executor->es_tupleTable, false);
        ExecCloseResultRelations(executor);
        FreeExecutorState(executor);
        PopActiveSnapshot();
        table_close(table, NoLock); // the lock is kept, as a statement keeps it
        CommandCounterIncrement();
    }

  private:
    void place_columns(const InsertColumn* columns, std::size_t count) {
        TupleDescData* descriptor = RelationGetDescr(table);
        const auto width = std::size_t(descriptor->natts);
        auto* is_given = static_cast<bool*>(palloc0(width));
        places = static_cast<int*>(palloc(sizeof(int) * count));
        for (std::size_t i = 0; i < count; i++) {
            const InsertColumn& column = columns[i];
            places[i] = column_number(table, column.name) - 1;
            if (TupleDescAttr(descriptor, places[i])->atttypid != type_oid(column.type)) {
                ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                                errmsg("column \"%s\" of relation \"%s\" is not of type %s",
                                       column.name, RelationGetRelationName(table),
                                       format_type_be(type_oid(column.type)))));
            }
            is_given[places[i]] = true;
        }
        defaults = static_cast<Default*>(palloc(sizeof(Default) * width));
        for (int place = 0; place < descriptor->natts; place++) {
            const FormData_pg_attribute* attribute = TupleDescAttr(descriptor, place);
            if (is_given[place] || attribute->attisdropped || attribute->attgenerated != '\0') {
                continue;
            }
            if (Node* expression = build_column_default(table, place + 1)) {
                defaults[default_count++] = {
                    place, ExecPrepareExpr(reinterpret_cast<Expr*>(expression), executor)};
            }
        }
    }
};

} // namespace

void insert_rows(ObjectId table, std::span<const InsertColumn> columns,
                 const std::function<void(const InsertRow& insert)>& give) {
    in_scratch_memory([&] {
        Insertion insertion =
            call([=] { return Insertion(table, columns.data(), columns.size()); });
        give([&](std::initializer_list<Value> values) {
            check_interrupts();
            MemoryContext memory = CurrentMemoryContext;
            call([&insertion] { insertion.begin_row(); });
            TupleTableSlot* row = insertion.slot;
            std::size_t i = 0;
            for (const Value& value : values) {
                const int place = insertion.places[i];
                row->tts_values[place] = to_datum(columns[i].type, value, &row->tts_isnull[place]);
                i++;
            }
            call([&insertion, memory] { insertion.end_row(memory); });
        });
        call([&insertion] { insertion.finish(); });
        return true;
    });
}

} // namespace migrate::pg
