#include "pg/script/top_level.hpp"

#include "pg/script/error_context.hpp"
#include "pg/script/statement.hpp"
#include "pg/script/statement_timer.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/compat.hpp"
#include "pg/wall/subtransaction.hpp"

namespace migrate::pg {

namespace {

Node* node_of(const Script& script, std::size_t index) {
    return static_cast<RawStmt*>(script.raw_statement(index))->stmt;
}

std::optional<ObjectId> find(RangeVar* name) {
    const Oid oid = call([=] { return RangeVarGetRelid(name, NoLock, true); });
    return OidIsValid(oid) ? std::optional(oid) : std::nullopt;
}

/// The index that CREATE INDEX names, which is in its table's schema.
std::optional<ObjectId> find_index(const IndexStmt* statement) {
    const auto table = find(statement->relation);
    if (!table || statement->idxname == nullptr) {
        return std::nullopt;
    }
    const Oid oid =
        call([=] { return get_relname_relid(statement->idxname, get_rel_namespace(*table)); });
    return OidIsValid(oid) ? std::optional(oid) : std::nullopt;
}

RangeVar* detached_partition(const AlterTableStmt* alter) {
    for (int i = 0; i < list_length(alter->cmds); i++) {
        const auto* command = static_cast<AlterTableCmd*>(list_nth(alter->cmds, i));
        if (command->subtype == AT_DetachPartition) {
            return castNode(PartitionCmd, command->def)->name;
        }
    }
    return nullptr;
}

void run_utility(RawStmt* raw, const char* text, ParserScope& scope) {
    PushActiveSnapshot(GetTransactionSnapshot());
    List* queries = pg_analyze_and_rewrite_fixedparams(raw, text, nullptr, 0, nullptr);
    scope.end();
    List* plans = pg_plan_queries(queries, text, CURSOR_OPT_PARALLEL_OK, nullptr);
    QueryCompletion completion;
    InitializeQueryCompletion(&completion);
    ProcessUtility(linitial_node(PlannedStmt, plans), text, false, PROCESS_UTILITY_TOPLEVEL,
                   nullptr, nullptr, None_Receiver, &completion);
    // Those that commit have dropped it with their first transaction.  One that is there then was
    // made for the portal, by a trigger at the end of the statement.
    if (ActiveSnapshotSet()) {
        if (ActivePortal != nullptr && ActivePortal->portalSnapshot == GetActiveSnapshot()) {
            ActivePortal->portalSnapshot = nullptr;
        }
        PopActiveSnapshot();
    }
}

/// A setting that only the configuration names is a placeholder.
bool is_pgaudit_loaded() {
    const int flags = call([] { return GetConfigOptionFlags("pgaudit.log", true); });
    return flags != 0 && (flags & GUC_CUSTOM_PLACEHOLDER) == 0;
}

/// The server takes it for granted that no transaction begins confined.
void end_confinement(XactEvent event, void* /*argument*/) {
    if (event == XACT_EVENT_PRE_COMMIT) {
        SetUserIdAndSecContext(GetUserId(), 0);
    }
}

} // namespace

TopLevelRole::TopLevelRole(ObjectId role, Confinement confinement) : role_(role, confinement) {
    call([] { RegisterXactCallback(end_confinement, nullptr); });
}

TopLevelRole::~TopLevelRole() {
    // It only takes the callback off a list: right on both ways out.
    UnregisterXactCallback(end_confinement, nullptr);
}

core::Interruption interruption_of(const Script& script, std::size_t index) {
    switch (nodeTag(node_of(script, index))) {
    case T_IndexStmt:
        return core::Interruption::leaves_index;
    case T_ReindexStmt:
        return script.statements()[index].is_concurrent ? core::Interruption::leaves_copies
                                                        : core::Interruption::can_be_repeated;
    case T_DropStmt:
        return core::Interruption::leaves_old_index;
    case T_AlterTableStmt:
        return core::Interruption::leaves_partition;
    default:
        return core::Interruption::can_be_repeated;
    }
}

Waiting waiting_of(const Script& script, std::size_t index) {
    if (script.statements()[index].is_concurrent) {
        return Waiting::blocks_nobody;
    }
    Node* node = node_of(script, index);
    if (!IsA(node, VacuumStmt)) {
        return Waiting::blocks_others;
    }
    List* options = castNode(VacuumStmt, node)->options;
    for (int i = 0; i < list_length(options); i++) {
        auto* option = static_cast<DefElem*>(list_nth(options, i));
        if (strcmp(option->defname, "full") == 0) {
            return call([=] { return defGetBoolean(option); }) ? Waiting::blocks_others
                                                               : Waiting::blocks_nobody;
        }
    }
    return Waiting::blocks_nobody;
}

std::optional<ObjectId> interrupted_relation(const Script& script, std::size_t index) {
    Node* node = node_of(script, index);
    switch (nodeTag(node)) {
    case T_IndexStmt:
        return find_index(castNode(IndexStmt, node));
    case T_DropStmt: {
        List* name = castNode(List, linitial(castNode(DropStmt, node)->objects));
        return find(call([=] { return makeRangeVarFromNameList(name); }));
    }
    case T_AlterTableStmt: {
        RangeVar* partition = detached_partition(castNode(AlterTableStmt, node));
        return partition != nullptr ? find(partition) : std::nullopt;
    }
    default:
        return std::nullopt;
    }
}

bool tolerates_existing(const Script& script, std::size_t index) {
    Node* node = node_of(script, index);
    return IsA(node, IndexStmt) && castNode(IndexStmt, node)->if_not_exists;
}

std::optional<std::string> objection_to_top_level() {
    if (!is_pgaudit_loaded()) {
        return std::nullopt;
    }
    const auto error = attempt([] {
        const Script script("SHOW transaction_read_only", "asking pgaudit");
        const StatementSource source(script, 0);
        const char* text = source.text();
        ParserScope scope(script);
        RawStmt* raw = source.parse();
        call([=, &scope] { run_utility(raw, text, scope); });
    });
    // An error without a code of its own, as pgaudit raises it; any other is no answer.
    if (error && error->report().sqlstate_text() != "XX000") {
        throw *error;
    }
    return error ? std::optional(error->report().message) : std::nullopt;
}

const char* fit_pgaudit() noexcept {
    return compat::fit_pgaudit;
}

void run_at_top_level(const Script& script, std::size_t index, const std::string& origin,
                      Place& place) {
    const ParsedStatement& statement = script.statements()[index];
    ScriptContext context(script.text().c_str(), origin.c_str(), place);
    context.enter(int(index) + 1, statement.location);
    check_interrupts();
    const StatementSource source(script, index);
    const char* text = source.text();
    const ShownStatement shown(text);
    const StatementTimer timer;
    // The statement's own commits would free whatever is in a context of the transaction.
    MemoryContext memory = call([] {
        return AllocSetContextCreate(PortalContext, "migrate statement", ALLOCSET_DEFAULT_SIZES);
    });
    MemoryContextSwitchTo(memory);
    ParserScope scope(script);
    RawStmt* raw = source.parse();
    call([=, &scope] { run_utility(raw, text, scope); });
    // Those that committed have left us in the context of their last transaction.
    MemoryContextSwitchTo(CurTransactionContext);
    MemoryContextDelete(memory);
}

} // namespace migrate::pg
