#include "pg/entry/trigger.hpp"

#include "pg/sql/column.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/text_datum.hpp"

extern "C" {
#include <commands/trigger.h>
#include <miscadmin.h>
}

namespace migrate::pg {

namespace {

TriggerData* as_trigger(void* data) {
    return static_cast<TriggerData*>(data);
}

} // namespace

NewRow::NewRow(FunctionCallInfo info) : data_(info->context) {
    call([info] {
        const bool is_right = CALLED_AS_TRIGGER(info) &&
                              TRIGGER_FIRED_BEFORE(as_trigger(info->context)->tg_event) &&
                              TRIGGER_FIRED_FOR_ROW(as_trigger(info->context)->tg_event) &&
                              TRIGGER_FIRED_BY_INSERT(as_trigger(info->context)->tg_event);
        if (!is_right) {
            ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                            errmsg("function was not called by a trigger before insert")));
        }
    });
}

bool NewRow::is_owners() const {
    return GetUserId() == as_trigger(data_)->tg_relation->rd_rel->relowner;
}

std::string NewRow::table_name() const {
    return RelationGetRelationName(as_trigger(data_)->tg_relation);
}

std::optional<std::string> NewRow::text(const char* column) const {
    const TriggerData* trigger = as_trigger(data_);
    bool is_null = false;
    const Datum datum = call([&is_null, trigger, column] {
        return heap_getattr(trigger->tg_trigtuple, column_number(trigger->tg_relation, column),
                            RelationGetDescr(trigger->tg_relation), &is_null);
    });
    return is_null ? std::nullopt : std::optional(text_of(datum));
}

Datum NewRow::kept() const {
    return PointerGetDatum(as_trigger(data_)->tg_trigtuple);
}

} // namespace migrate::pg
