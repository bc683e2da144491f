#include "pg/hooks/observer.hpp"

#include "core/failure.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/hooks/copy_watch.hpp"
#include "pg/hooks/locked_relations.hpp"
#include "pg/hooks/refused_functions.hpp"
#include "pg/hooks/utility_targets.hpp"
#include "pg/wall/boundary.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/compat.hpp"

#include <algorithm>
#include <string_view>

namespace migrate::pg {

namespace {

ObjectObserver* current_observer = nullptr;

/// Who watches the text that runs, if it runs in an empty copy.
CopyWatch* current_copy_watch() {
    return current_observer != nullptr ? copy_watch() : nullptr;
}

/// The subtransaction in which a DROP … RESTRICT is under way.  One that ends with an error leaves
/// this as it was; that is told by the subtransaction, which is gone with it.
SubTransactionId restricted_drop = InvalidSubTransactionId;

/// The subtransaction in which a statement is under way that only defines things, likewise: what
/// writes rows meanwhile is an event trigger.
SubTransactionId definition_under_way = InvalidSubTransactionId;

bool only_defines(const Node* node) {
    switch (nodeTag(node)) {
    case T_DoStmt:
    case T_CallStmt:
    case T_CopyStmt:
    case T_ExecuteStmt:
    case T_ExplainStmt:
    case T_CreateTableAsStmt:
    case T_RefreshMatViewStmt:
    case T_DeclareCursorStmt:
    case T_FetchStmt:
        return false;
    default:
        return true;
    }
}

bool is_restricted_drop(const Node* node) {
    return IsA(node, DropStmt) &&
           reinterpret_cast<const DropStmt*>(node)->behavior == DROP_RESTRICT;
}

object_access_hook_type next_object_access = nullptr;
ExecutorCheckPerms_hook_type next_check_permissions = nullptr;
ProcessUtility_hook_type next_process_utility = nullptr;

/// CREATE OR REPLACE says "created": only what is replaced is visible already.
bool is_replaced(const ObjectAddressKey& object) {
    const bool can_be_replaced =
        object.class_id == ProcedureRelationId || object.class_id == RewriteRelationId;
    return can_be_replaced && look_up(object).nature != Nature::gone;
}

/// Creating and altering a column default, an index's state or an inheritance is told with
/// the relation's oid in another catalog's name: what happens is a change of the relation.
bool stands_for_relation(Oid class_id) {
    return class_id == AttrDefaultRelationId || class_id == IndexRelationId ||
           class_id == InheritsRelationId;
}

void on_drop(const ObjectAddressKey& object) {
    // The column or table of the default goes as well, and is asked about then: nothing else can
    // have needed it.  Each of a table's defaults would be looked up in the catalog otherwise.
    if (object.class_id == AttrDefaultRelationId && restricted_drop != InvalidSubTransactionId &&
        restricted_drop == GetCurrentSubTransactionId()) {
        return;
    }
    const ObjectAddressKey subject = subject_of(object);
    // A default or a constraint of a domain goes: what it was part of is changed.
    if (object.class_id == AttrDefaultRelationId || object.class_id == ConstraintRelationId) {
        if (subject != object) {
            current_observer->altered(subject);
            return;
        }
    }
    current_observer->dropping(object, subject);
}

void on_object_access(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id) {
    const ObjectAddressKey object{class_id, object_id, sub_id};
    if (stands_for_relation(class_id) && (access == OAT_POST_CREATE || access == OAT_POST_ALTER)) {
        current_observer->altered({RelationRelationId, object_id, 0});
        return;
    }
    switch (access) {
    case OAT_POST_CREATE:
        // Members come and go with their extension, which is created last of all.
        if (!creating_extension || class_id == ExtensionRelationId) {
            if (is_replaced(object)) {
                current_observer->altered(subject_of(object));
            } else {
                current_observer->created(object);
            }
        }
        break;
    case OAT_POST_ALTER:
        current_observer->altered(subject_of(object));
        break;
    case OAT_DROP:
        on_drop(object);
        break;
    case OAT_TRUNCATE:
        current_observer->writing(object_id);
        break;
    default:
        break;
    }
}

/// The same events for who watches an empty copy.
void tell_copy_watch(ObjectAccessType access, const ObjectAddressKey& object) {
    CopyWatch& watch = *current_copy_watch();
    if (stands_for_relation(object.class_id)) {
        if (access == OAT_POST_CREATE || access == OAT_POST_ALTER) {
            watch.changing(relation_address(object.object_id), "alter");
        }
        return;
    }
    switch (access) {
    case OAT_POST_CREATE:
        if (is_replaced(object)) {
            watch.changing(subject_of(object), "replace");
        } else if (object.sub_id != 0) {
            watch.changing(object, "alter");
        } else {
            watch.created(object);
        }
        break;
    case OAT_POST_ALTER:
        watch.changing(subject_of(object), "alter");
        break;
    case OAT_DROP:
        watch.changing(subject_of(object), "drop");
        break;
    case OAT_TRUNCATE:
        watch.changing(relation_address(object.object_id), "truncate");
        break;
    default:
        break;
    }
}

bool writes_rows(const compat::PermissionInfo* info) {
    // SELECT … FOR UPDATE asks for ACL_UPDATE too, but names no column: it only locks.
    return (info->requiredPerms & (ACL_INSERT | ACL_DELETE)) != 0 ||
           ((info->requiredPerms & ACL_UPDATE) != 0 && !bms_is_empty(info->updatedCols));
}

/// Whether an event trigger may be writing its log: an INSERT that is rolled back keeps nobody
/// waiting.
bool is_of_event_trigger(const compat::PermissionInfo* info) {
    return (info->requiredPerms & (ACL_DELETE | ACL_UPDATE)) == 0 &&
           definition_under_way != InvalidSubTransactionId &&
           definition_under_way == GetCurrentSubTransactionId();
}

/// Whether others may come to wait: also for SELECT … FOR UPDATE.
bool locks_rows(const compat::PermissionInfo* info) {
    return (info->requiredPerms & (ACL_INSERT | ACL_DELETE | ACL_UPDATE)) != 0 &&
           !is_of_event_trigger(info);
}

void on_permission_check(List* infos) {
    for (int i = 0; i < list_length(infos); i++) {
        const auto* info = static_cast<compat::PermissionInfo*>(list_nth(infos, i));
        const Oid relation = compat::relation_of(info);
        if (!OidIsValid(relation)) {
            continue;
        }
        if (current_copy_watch() != nullptr && locks_rows(info)) {
            current_copy_watch()->changing(relation_address(relation),
                                           writes_rows(info) ? "write to" : "lock rows of");
        }
        if (writes_rows(info)) {
            current_observer->writing(relation);
        }
    }
}

/// Throws; `function` is one that a confined text must not call.
void refuse_function(Oid function) {
    const char* name = call([=] { return get_func_name(function); });
    throw core::Failure(core::FailureCode::refused_statement,
                        "cannot call " + std::string(name) + "() while acting as another role",
                        "It works on what the caller's session holds.",
                        std::string(instead_of(function)) +
                            " Or call as the owner of the prefix itself.");
}

bool defers_constraints(Node* node) {
    return IsA(node, ConstraintsSetStmt) && castNode(ConstraintsSetStmt, node)->deferred;
}

/// Throws: to a confined text, which can leave nothing for the end of the transaction, it is of no
/// use, and for the caller it would hold on.
void refuse_deferring() {
    throw core::Failure(core::FailureCode::refused_statement,
                        "cannot defer constraints while acting as another role",
                        "They would stay deferred in the caller's transaction.",
                        "Remove the statement, or call as the owner of the prefix itself.");
}

bool makes_type_or_label(Node* node) {
    switch (nodeTag(node)) {
    case T_CreateEnumStmt:
    case T_CreateDomainStmt:
    case T_CreateRangeStmt:
    case T_CompositeTypeStmt:
    case T_AlterEnumStmt:
        return true;
    default:
        return false;
    }
}

/// Whether other texts than those of the object named will read otherwise.
bool gives_other_names(Node* node) {
    switch (nodeTag(node)) {
    case T_RenameStmt:
    case T_AlterObjectSchemaStmt:
        return true;
    case T_AlterEnumStmt:
        return castNode(AlterEnumStmt, node)->oldVal != nullptr;
    default:
        return false;
    }
}

/// The statement's part of the text that it came in.
std::string_view text_of(const PlannedStmt* statement, const char* text) {
    const std::string_view all = text;
    const auto begin = std::size_t(std::max(statement->stmt_location, 0));
    return all.substr(std::min(begin, all.size()), statement->stmt_len > 0
                                                       ? std::size_t(statement->stmt_len)
                                                       : std::string_view::npos);
}

extern "C" {

// The server tells of functions when a statement gets ready to call them, whether by name, by an
// operator, a cast or an aggregate.
static void migrate_object_access(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id,
                                  void* argument) {
    if (next_object_access != nullptr) {
        next_object_access(access, class_id, object_id, sub_id, argument);
    }
    if (current_copy_watch() != nullptr && access != OAT_FUNCTION_EXECUTE &&
        access != OAT_NAMESPACE_SEARCH) {
        boundary([=] { tell_copy_watch(access, {class_id, object_id, sub_id}); });
    }
    if (access == OAT_FUNCTION_EXECUTE) {
        if (current_observer != nullptr && InSecurityRestrictedOperation() &&
            !instead_of(object_id).empty()) {
            boundary([=] { refuse_function(object_id); });
        }
    } else if (current_observer != nullptr) {
        boundary([=] { on_object_access(access, class_id, object_id, sub_id); });
    }
}

#if PG_VERSION_NUM >= 160000
static bool migrate_check_permissions(List* range_table, List* infos, bool raises) {
    if (next_check_permissions != nullptr && !next_check_permissions(range_table, infos, raises)) {
        return false;
    }
#else
static bool migrate_check_permissions(List* infos, bool raises) {
    if (next_check_permissions != nullptr && !next_check_permissions(infos, raises)) {
        return false;
    }
#endif
    if (current_observer != nullptr) {
        boundary([=] { on_permission_check(infos); });
    }
    return true;
}

static void migrate_process_utility(PlannedStmt* statement, const char* text, bool read_only_tree,
                                    ProcessUtilityContext context, ParamListInfo parameters,
                                    QueryEnvironment* environment, DestReceiver* receiver,
                                    QueryCompletion* completion) {
    Node* node = statement->utilityStmt;
    if (current_copy_watch() != nullptr && !creating_extension) {
        boundary([=] { judge_in_copy(node, *current_copy_watch()); });
    }
    if (current_observer != nullptr) {
        const bool is_passed_over = boundary([=] {
            if (defers_constraints(node) && InSecurityRestrictedOperation()) {
                refuse_deferring();
            }
            tell_targets(node, *current_observer);
            return makes_type_or_label(node) && !creating_extension &&
                   current_observer->passes_over(text_of(statement, text));
        });
        if (is_passed_over) {
            return;
        }
    }
    const auto next =
        next_process_utility != nullptr ? next_process_utility : standard_ProcessUtility;
    const bool is_renaming = current_observer != nullptr && gives_other_names(node);
    if (is_renaming) {
        current_observer->renaming_begins();
    }
    const SubTransactionId around = restricted_drop;
    restricted_drop =
        is_restricted_drop(node) ? GetCurrentSubTransactionId() : InvalidSubTransactionId;
    const SubTransactionId definition_around = definition_under_way;
    definition_under_way =
        only_defines(node) ? GetCurrentSubTransactionId() : InvalidSubTransactionId;
    next(statement, text, read_only_tree, context, parameters, environment, receiver, completion);
    restricted_drop = around;
    definition_under_way = definition_around;
    if (is_renaming && current_observer != nullptr) {
        current_observer->renaming_ends();
    }
    // Parts of a statement wait for its end; an extension's script is none of ours.
    if (current_observer != nullptr && context != PROCESS_UTILITY_SUBCOMMAND &&
        !creating_extension) {
        boundary([] { current_observer->statement_ended(); });
    }
}

} // extern "C"

} // namespace

Observation::Observation(ObjectObserver& observer) {
    current_observer = &observer;
}

Observation::~Observation() {
    current_observer = nullptr;
}

ObservationPause::ObservationPause() : observer_(current_observer) {
    current_observer = nullptr;
}

ObservationPause::~ObservationPause() {
    current_observer = observer_;
}

void install_object_hooks() {
    next_object_access = object_access_hook;
    object_access_hook = migrate_object_access;
    next_check_permissions = ExecutorCheckPerms_hook;
    ExecutorCheckPerms_hook = migrate_check_permissions;
    next_process_utility = ProcessUtility_hook;
    ProcessUtility_hook = migrate_process_utility;
}

} // namespace migrate::pg
