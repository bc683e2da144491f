#include "pg/hooks/locked_relations.hpp"

#include "pg/wall/call.hpp"

namespace migrate::pg {

namespace {

/// Statements whose effects lie outside of any schema, or in all of them.
bool reaches_beyond_schemas(const Node* node) {
    switch (nodeTag(node)) {
    case T_DropOwnedStmt:
    case T_ReassignOwnedStmt:
    case T_CreateRoleStmt:
    case T_AlterRoleStmt:
    case T_AlterRoleSetStmt:
    case T_DropRoleStmt:
    case T_GrantRoleStmt:
    case T_CreatedbStmt:
    case T_DropdbStmt:
    case T_AlterDatabaseStmt:
    case T_AlterDatabaseSetStmt:
    case T_AlterDatabaseRefreshCollStmt:
    case T_CreateTableSpaceStmt:
    case T_DropTableSpaceStmt:
    case T_AlterTableSpaceOptionsStmt:
    case T_AlterTableMoveAllStmt:
    case T_AlterSystemStmt:
    case T_AlterExtensionStmt:
    case T_AlterExtensionContentsStmt:
    case T_CreateSubscriptionStmt:
    case T_AlterSubscriptionStmt:
    case T_DropSubscriptionStmt:
    case T_CheckPointStmt:
    case T_VacuumStmt:
    case T_LoadStmt:
        return true;
    default:
        return false;
    }
}

class Judge {
  public:
    explicit Judge(CopyWatch& watch) : watch_(watch) {}

    void relation(const RangeVar* name, const char* verb = "change") {
        if (name == nullptr || name->relpersistence == RELPERSISTENCE_TEMP) {
            return;
        }
        const Oid found = call([=] { return RangeVarGetRelid(name, NoLock, true); });
        watch_.changing({RelationRelationId, found, 0}, verb);
    }

    void relations(List* names, const char* verb = "change") {
        for (int i = 0; i < list_length(names); i++) {
            auto* node = static_cast<Node*>(list_nth(names, i));
            if (IsA(node, RangeVar)) {
                relation(castNode(RangeVar, node), verb);
            }
        }
    }

    void schema(const char* name, const char* verb) {
        const Oid found = call([=] { return get_namespace_oid(name, true); });
        watch_.changing({NamespaceRelationId, found, 0}, verb);
    }

    /// A foreign key locks the table that it refers to.
    void constraint(Node* node) {
        if (node != nullptr && IsA(node, Constraint)) {
            relation(castNode(Constraint, node)->pktable, "make a foreign key to");
        }
    }

    void column(Node* node) {
        if (node == nullptr || !IsA(node, ColumnDef)) {
            return;
        }
        List* constraints = castNode(ColumnDef, node)->constraints;
        for (int i = 0; i < list_length(constraints); i++) {
            constraint(static_cast<Node*>(list_nth(constraints, i)));
        }
    }

    void create_table(const CreateStmt* create) {
        relations(create->inhRelations, "inherit from");
        for (List* list : {create->tableElts, create->constraints}) {
            for (int i = 0; i < list_length(list); i++) {
                auto* element = static_cast<Node*>(list_nth(list, i));
                column(element);
                constraint(element);
            }
        }
    }

    void alter_table(const AlterTableStmt* alter) {
        relation(alter->relation, "alter");
        for (int i = 0; i < list_length(alter->cmds); i++) {
            Node* definition = static_cast<AlterTableCmd*>(list_nth(alter->cmds, i))->def;
            if (definition == nullptr) {
                continue;
            }
            column(definition);
            constraint(definition);
            if (IsA(definition, RangeVar)) {
                relation(castNode(RangeVar, definition), "inherit from");
            } else if (IsA(definition, PartitionCmd)) {
                relation(castNode(PartitionCmd, definition)->name, "attach or detach");
            }
        }
    }

    void drop(const DropStmt* drop) {
        for (int i = 0; i < list_length(drop->objects); i++) {
            auto* object = static_cast<Node*>(list_nth(drop->objects, i));
            switch (drop->removeType) {
            case OBJECT_TABLE:
            case OBJECT_INDEX:
            case OBJECT_SEQUENCE:
            case OBJECT_VIEW:
            case OBJECT_MATVIEW:
            case OBJECT_FOREIGN_TABLE:
                named(castNode(List, object), 0, "drop");
                break;
            case OBJECT_TRIGGER:
            case OBJECT_POLICY:
            case OBJECT_RULE:
                named(castNode(List, object), 1, "drop a part of");
                break;
            case OBJECT_SCHEMA:
                drop_schema(strVal(object));
                break;
            case OBJECT_EXTENSION: {
                const char* name = strVal(object);
                const Oid found = call([=] { return get_extension_oid(name, true); });
                watch_.changing({ExtensionRelationId, found, 0}, "drop");
                break;
            }
            default:
                break; // told as it is dropped, and not locked against those who use it
            }
        }
    }

    void judge(Node* node) {
        switch (nodeTag(node)) {
        case T_CreateStmt:
            create_table(castNode(CreateStmt, node));
            break;
        case T_CreateForeignTableStmt:
            create_table(&castNode(CreateForeignTableStmt, node)->base);
            break;
        case T_AlterTableStmt:
            alter_table(castNode(AlterTableStmt, node));
            break;
        case T_DropStmt:
            drop(castNode(DropStmt, node));
            break;
        case T_RenameStmt:
            rename(castNode(RenameStmt, node));
            break;
        case T_AlterObjectSchemaStmt:
            relation(castNode(AlterObjectSchemaStmt, node)->relation, "move");
            break;
        case T_AlterOwnerStmt:
            relation(castNode(AlterOwnerStmt, node)->relation);
            break;
        case T_IndexStmt:
            relation(castNode(IndexStmt, node)->relation, "add an index to");
            break;
        case T_CreateTrigStmt:
            relation(castNode(CreateTrigStmt, node)->relation, "add a trigger to");
            relation(castNode(CreateTrigStmt, node)->constrrel, "add a trigger to");
            break;
        case T_RuleStmt:
            relation(castNode(RuleStmt, node)->relation, "add a rule to");
            break;
        case T_ViewStmt:
            relation(castNode(ViewStmt, node)->view, "replace");
            break;
        case T_CreatePolicyStmt:
            relation(castNode(CreatePolicyStmt, node)->table, "add a policy to");
            break;
        case T_AlterPolicyStmt:
            relation(castNode(AlterPolicyStmt, node)->table);
            break;
        case T_CreateStatsStmt:
            relations(castNode(CreateStatsStmt, node)->relations);
            break;
        case T_AlterSeqStmt:
            relation(castNode(AlterSeqStmt, node)->sequence);
            break;
        case T_LockStmt:
            relations(castNode(LockStmt, node)->relations, "lock");
            break;
        case T_TruncateStmt:
            relations(castNode(TruncateStmt, node)->relations, "truncate");
            break;
        case T_ClusterStmt:
            relation(castNode(ClusterStmt, node)->relation);
            break;
        case T_ReindexStmt:
            relation(castNode(ReindexStmt, node)->relation);
            break;
        case T_RefreshMatViewStmt:
            relation(castNode(RefreshMatViewStmt, node)->relation);
            break;
        case T_CopyStmt:
            if (castNode(CopyStmt, node)->is_from) {
                relation(castNode(CopyStmt, node)->relation, "write to");
            }
            break;
        case T_GrantStmt:
            if (castNode(GrantStmt, node)->targtype == ACL_TARGET_OBJECT) {
                relations(castNode(GrantStmt, node)->objects);
            }
            break;
        case T_CommentStmt:
            label(castNode(CommentStmt, node)->objtype, castNode(CommentStmt, node)->object);
            break;
        case T_SecLabelStmt:
            label(castNode(SecLabelStmt, node)->objtype, castNode(SecLabelStmt, node)->object);
            break;
        default:
            break;
        }
    }

  private:
    /// A comment locks the relation that it is on, or on a part of.
    void label(ObjectType type, Node* object) {
        switch (type) {
        case OBJECT_TABLE:
        case OBJECT_INDEX:
        case OBJECT_SEQUENCE:
        case OBJECT_VIEW:
        case OBJECT_MATVIEW:
        case OBJECT_FOREIGN_TABLE:
            named(castNode(List, object), 0, "comment on");
            break;
        case OBJECT_COLUMN:
        case OBJECT_TABCONSTRAINT:
        case OBJECT_TRIGGER:
        case OBJECT_POLICY:
        case OBJECT_RULE:
            named(castNode(List, object), 1, "comment on");
            break;
        default:
            break;
        }
    }

    /// The relation that the names of `list` but the last `others` name.
    void named(List* list, int others, const char* verb) {
        relation(call([=] {
                     List* names = list_truncate(list_copy(list), list_length(list) - others);
                     return static_cast<const RangeVar*>(makeRangeVarFromNameList(names));
                 }),
                 verb);
    }

    void drop_schema(const char* name) {
        const Oid found = call([=] { return get_namespace_oid(name, true); });
        if (watch_.is_stand_in(found)) {
            CopyWatch::refuse("DROP SCHEMA");
        }
        watch_.changing({NamespaceRelationId, found, 0}, "drop");
    }

    void rename(const RenameStmt* rename) {
        if (rename->renameType == OBJECT_SCHEMA) {
            schema(rename->subname, "rename");
        } else {
            relation(rename->relation, "rename");
        }
    }

    CopyWatch& watch_;
};

} // namespace

void judge_in_copy(Node* statement, CopyWatch& watch) {
    if (reaches_beyond_schemas(statement)) {
        CopyWatch::refuse(call([=] { return GetCommandTagName(CreateCommandTag(statement)); }));
    }
    Judge(watch).judge(statement);
}

} // namespace migrate::pg
