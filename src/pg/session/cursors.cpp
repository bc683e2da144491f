#include "pg/session/cursors.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/memory_scope.hpp"
#include "pg/wall/text_datum.hpp"

#include <algorithm>
#include <string_view>

extern "C" {
#include <nodes/memnodes.h>
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

/// Calls `visit` with the name of each portal; returns whether these are all.  The server does not
/// say which portals there are, but each has a context of its own, named after it, and all of these
/// have one parent.
template <typename Visit> bool visit_portals(Visit&& visit) {
    if (ActivePortal == nullptr || ActivePortal->portalContext == nullptr ||
        ActivePortal->portalContext->parent == nullptr) {
        return false;
    }
    for (MemoryContext context = ActivePortal->portalContext->parent->firstchild;
         context != nullptr; context = context->nextchild) {
        if (context->ident != nullptr) { // else it has the rows of one, of WITH HOLD
            visit(std::string_view(context->ident));
        }
    }
    return true;
}

} // namespace

PortalMark::PortalMark() {
    visit_portals([this](std::string_view name) { names_.emplace_back(name); });
}

bool PortalMark::may_have_new() const {
    bool has_new = false;
    std::size_t count = 0;
    const bool is_known = visit_portals([&](std::string_view name) {
        has_new = has_new || std::find(names_.begin(), names_.end(), name) == names_.end();
        count++;
    });
    // The count: a cursor may have the name that the context of the unnamed portal has.
    return has_new || count > names_.size() || !is_known;
}

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
