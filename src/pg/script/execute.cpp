#include "pg/script/execute.hpp"

#include "pg/script/error_context.hpp"
#include "pg/script/statement.hpp"
#include "pg/script/statement_timer.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/compat.hpp"
#include "pg/wall/scope.hpp"

namespace migrate::pg {

namespace {

void run_raw(RawStmt* raw, const char* text, ParserScope& scope) {
    const bool needs_snapshot = analyze_requires_snapshot(raw);
    if (needs_snapshot) {
        PushActiveSnapshot(GetTransactionSnapshot());
    }
    List* queries = pg_analyze_and_rewrite_fixedparams(raw, text, nullptr, 0, nullptr);
    scope.end();
    List* plans = pg_plan_queries(queries, text, CURSOR_OPT_PARALLEL_OK, nullptr);
    if (needs_snapshot) {
        PopActiveSnapshot();
    }
    Portal portal = CreateNewPortal();
    portal->visible = false; // not in pg_cursors: nobody can fetch from it
    // What it takes is the caller's at once, as when a function runs a statement.  An owner of its
    // own would hand over its locks at the end, which goes through all locks of the session for a
    // statement that took more than fifteen: in a downgrade of 1,000 revisions a tenth of the time.
    ResourceOwnerDelete(portal->resowner);
    portal->resowner = nullptr;
    PortalDefineQuery(portal, nullptr, text, CreateCommandTag(raw->stmt), plans, nullptr);
    PortalStart(portal, nullptr, 0, InvalidSnapshot);
    QueryCompletion completion;
    compat::portal_run(portal, &completion);
    if (portal->holdSnapshot != nullptr) { // of what returns rows; else its owner would see to it
        UnregisterSnapshot(portal->holdSnapshot);
        portal->holdSnapshot = nullptr;
    }
    PortalDrop(portal, false);
    CommandCounterIncrement();
}

} // namespace

struct Execution::State {
    const Script& script;
    std::string origin;
    ScriptContext context;

    State(const Script& s, std::string o, Place& place)
        : script(s), origin(std::move(o)), context(script.text().c_str(), origin.c_str(), place) {}
};

Execution::Execution(const Script& script, std::string origin, Place& place)
    : state_(std::make_unique<State>(script, std::move(origin), place)) {}

Execution::~Execution() = default;

void Execution::run(std::size_t index) {
    const ParsedStatement& statement = state_->script.statements()[index];
    state_->context.enter(int(index) + 1, statement.location);
    check_interrupts();
    const StatementSource source(state_->script, index);
    const char* text = source.text();
    const ShownStatement shown(text);
    const StatementTimer timer;
    MemoryContext before = CurrentMemoryContext;
    MemoryContext context = call([] {
        return AllocSetContextCreate(CurrentMemoryContext, "migrate statement",
                                     ALLOCSET_DEFAULT_SIZES);
    });
    MemoryContextSwitchTo(context);
    ParserScope scope(state_->script);
    RawStmt* raw = source.parse();
    call([=, &scope] { run_raw(raw, text, scope); });
    MemoryContextSwitchTo(before);
    MemoryContextDelete(context);
}

} // namespace migrate::pg
