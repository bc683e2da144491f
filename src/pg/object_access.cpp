#include "pg/object_access.hpp"

#include "pg/boundary.hpp"
#include "pg/call.hpp"
#include "pg/compat.hpp"

namespace migrate::pg {

namespace {

ObjectObserver* current_observer = nullptr;

object_access_hook_type next_object_access = nullptr;
ExecutorCheckPerms_hook_type next_check_permissions = nullptr;
ProcessUtility_hook_type next_process_utility = nullptr;

/// CREATE OR REPLACE says "created": only the replaced row is visible already.
bool is_replaced(Oid class_id, Oid object_id) {
    return class_id == ProcedureRelationId &&
           call([=] { return SearchSysCacheExists1(PROCOID, ObjectIdGetDatum(object_id)); });
}

/// Creating and altering a column default, an index's state or an inheritance is told with
/// the relation's oid in another catalog's name: what happens is a change of the relation.
bool stands_for_relation(Oid class_id) {
    return class_id == AttrDefaultRelationId || class_id == IndexRelationId ||
           class_id == InheritsRelationId;
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
            if (is_replaced(class_id, object_id)) {
                current_observer->altered(object);
            } else {
                current_observer->created(object);
            }
        }
        break;
    case OAT_POST_ALTER:
        current_observer->altered(object);
        break;
    case OAT_DROP:
        current_observer->dropping(object);
        break;
    case OAT_TRUNCATE:
        current_observer->writing(object_id);
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

void on_permission_check(List* infos) {
    for (int i = 0; i < list_length(infos); i++) {
        const auto* info = static_cast<compat::PermissionInfo*>(list_nth(infos, i));
        const Oid relation = compat::relation_of(info);
        if (OidIsValid(relation) && writes_rows(info)) {
            current_observer->writing(relation);
        }
    }
}

/// The address that a parsed name stands for; invalid when there is none (the
/// statement itself will say so).
ObjectAddress resolve_raw(ObjectType type, Node* name) {
    Relation relation = nullptr;
    ObjectAddress address = get_object_address(type, name, &relation, AccessShareLock, true);
    if (relation != nullptr) {
        relation_close(relation, NoLock);
    }
    return address;
}

void touch(ObjectType type, Node* name) {
    const ObjectAddress address = call([=] { return resolve_raw(type, name); });
    if (OidIsValid(address.objectId)) {
        current_observer->touching({address.classId, address.objectId, address.objectSubId});
    }
}

Oid relation_of(const RangeVar* name) {
    return call([=] { return RangeVarGetRelid(name, NoLock, true); });
}

void touch_relation(const RangeVar* name) {
    const Oid relation = relation_of(name);
    if (OidIsValid(relation)) {
        current_observer->touching({RelationRelationId, relation, 0});
    }
}

void on_grant(const GrantStmt* grant) {
    if (grant->targtype != ACL_TARGET_OBJECT) {
        return;
    }
    for (int i = 0; i < list_length(grant->objects); i++) {
        auto* object = static_cast<Node*>(list_nth(grant->objects, i));
        switch (grant->objtype) {
        case OBJECT_TABLE:
        case OBJECT_SEQUENCE:
            touch_relation(castNode(RangeVar, object));
            break;
        case OBJECT_FUNCTION:
        case OBJECT_PROCEDURE:
        case OBJECT_ROUTINE:
        case OBJECT_SCHEMA:
            touch(grant->objtype, object);
            break;
        case OBJECT_DOMAIN:
        case OBJECT_TYPE:
            touch(grant->objtype, call([=] {
                      return reinterpret_cast<Node*>(
                          makeTypeNameFromNameList(reinterpret_cast<List*>(object)));
                  }));
            break;
        default:
            break;
        }
    }
}

/// The type to which `alter` will add a label that it does not have; InvalidOid when it
/// renames one or the label is there (IF NOT EXISTS).
Oid type_gaining_label(const AlterEnumStmt* alter) {
    if (alter->oldVal != nullptr) {
        return InvalidOid;
    }
    const Oid type = call([=] {
        return LookupTypeNameOid(nullptr, makeTypeNameFromNameList(alter->typeName), true);
    });
    const bool has_label = call([=] {
        return SearchSysCacheExists2(ENUMTYPOIDNAME, ObjectIdGetDatum(type),
                                     CStringGetDatum(alter->newVal));
    });
    return has_label ? InvalidOid : type;
}

/// Roles, databases and tablespaces belong to no prefix and have no name syntax that
/// get_object_address would take here.
bool is_shared_kind(ObjectType type) {
    return type == OBJECT_DATABASE || type == OBJECT_ROLE || type == OBJECT_TABLESPACE;
}

/// What the object access hook does not see, or sees too late.
void on_utility(Node* node) {
    switch (nodeTag(node)) {
    case T_CommentStmt: {
        const auto* comment = castNode(CommentStmt, node);
        if (!is_shared_kind(comment->objtype)) {
            touch(comment->objtype, comment->object);
        }
        break;
    }
    case T_SecLabelStmt: {
        const auto* label = castNode(SecLabelStmt, node);
        if (!is_shared_kind(label->objtype)) {
            touch(label->objtype, label->object);
        }
        break;
    }
    case T_GrantStmt:
        on_grant(castNode(GrantStmt, node));
        break;
    case T_AlterTableStmt:
        touch_relation(castNode(AlterTableStmt, node)->relation);
        break;
    case T_AlterEnumStmt: {
        const auto* alter = castNode(AlterEnumStmt, node);
        const Oid type = type_gaining_label(alter);
        if (OidIsValid(type)) {
            current_observer->label_added(type, alter->newVal);
        }
        break;
    }
    case T_RefreshMatViewStmt: {
        const Oid relation = relation_of(castNode(RefreshMatViewStmt, node)->relation);
        if (OidIsValid(relation)) {
            current_observer->writing(relation);
        }
        break;
    }
    default:
        break;
    }
}

extern "C" {

static void migrate_object_access(ObjectAccessType access, Oid class_id, Oid object_id, int sub_id,
                                  void* argument) {
    if (next_object_access != nullptr) {
        next_object_access(access, class_id, object_id, sub_id, argument);
    }
    if (current_observer != nullptr) {
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
    if (current_observer != nullptr) {
        boundary([=] { on_utility(node); });
    }
    const auto next =
        next_process_utility != nullptr ? next_process_utility : standard_ProcessUtility;
    next(statement, text, read_only_tree, context, parameters, environment, receiver, completion);
}

} // extern "C"

} // namespace

Observation::Observation(ObjectObserver& observer) {
    current_observer = &observer;
}

Observation::~Observation() {
    current_observer = nullptr;
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
