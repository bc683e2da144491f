#include "pg/session/cursors.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/memory_scope.hpp"
#include "pg/wall/text_datum.hpp"

extern "C" {
#include <utils/fmgroids.h>
#include <utils/tuplestore.h>
}

namespace migrate::pg {

namespace {

/// What the function below the view pg_cursors returns.  It is called as such, for a query costs
/// several times as much, and this is asked after each revision.
const ReturnSetInfo* cursor_rows() {
    FmgrInfo function;
    fmgr_info(F_PG_CURSOR, &function);
    ReturnSetInfo* result = makeNode(ReturnSetInfo);
    result->econtext = CreateStandaloneExprContext();
    result->allowedModes = SFRM_Materialize;
    LOCAL_FCINFO(info, 0);
    InitFunctionCallInfoData(*info, &function, 0, InvalidOid, nullptr,
                             reinterpret_cast<Node*>(result));
    FunctionCallInvoke(info);
    return result;
}

} // namespace

std::vector<std::string> open_cursors() {
    return in_scratch_memory([] {
        const ReturnSetInfo* rows = call([] { return cursor_rows(); });
        TupleTableSlot* slot =
            call([rows] { return MakeSingleTupleTableSlot(rows->setDesc, &TTSOpsMinimalTuple); });
        std::vector<std::string> names;
        while (call([=] { return tuplestore_gettupleslot(rows->setResult, true, false, slot); })) {
            bool is_null = false;
            const Datum name = call([&is_null, slot] { return slot_getattr(slot, 1, &is_null); });
            names.push_back(text_of(name));
        }
        call([=] {
            ExecDropSingleTupleTableSlot(slot);
            tuplestore_end(rows->setResult);
        });
        return names;
    });
}

std::string active_portal() {
    return ActivePortal != nullptr && ActivePortal->name != nullptr ? ActivePortal->name : "";
}

void close_cursor(const std::string& name) {
    const char* plain = name.c_str();
    call([=] {
        Portal portal = GetPortalByName(plain);
        if (PortalIsValid(portal)) {
            PortalDrop(portal, false);
        }
    });
}

} // namespace migrate::pg
