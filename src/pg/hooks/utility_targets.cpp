#include "pg/hooks/utility_targets.hpp"

#include "pg/catalog/objects.hpp"
#include "pg/wall/call.hpp"

namespace migrate::pg {

namespace {

ObjectAddress resolve_raw(ObjectType type, Node* name) {
    Relation relation = nullptr;
    ObjectAddress address = get_object_address(type, name, &relation, AccessShareLock, true);
    if (relation != nullptr) {
        relation_close(relation, NoLock);
    }
    return address;
}

Oid relation_of(const RangeVar* name) {
    return call([=] { return RangeVarGetRelid(name, NoLock, true); });
}

/// Roles, databases and tablespaces belong to no prefix and have no name syntax that
/// get_object_address would take here.
bool is_shared_kind(ObjectType type) {
    return type == OBJECT_DATABASE || type == OBJECT_ROLE || type == OBJECT_TABLESPACE;
}

bool is_relation_kind(ObjectType type) {
    return type == OBJECT_TABLE || type == OBJECT_INDEX || type == OBJECT_SEQUENCE ||
           type == OBJECT_VIEW || type == OBJECT_MATVIEW || type == OBJECT_FOREIGN_TABLE;
}

List* oids_in_schema_raw(Oid catalog_id, AttrNumber schema_column, AttrNumber oid_column,
                         Oid schema) {
    List* found = NIL;
    ScanKeyData key;
    ScanKeyInit(&key, schema_column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(schema));
    Relation catalog = table_open(catalog_id, AccessShareLock);
    SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 1, &key);
    for (HeapTuple tuple; HeapTupleIsValid(tuple = systable_getnext(scan));) {
        bool is_null = false;
        found = lappend_oid(found, DatumGetObjectId(heap_getattr(
                                       tuple, oid_column, RelationGetDescr(catalog), &is_null)));
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return found;
}

class Targets {
  public:
    explicit Targets(ObjectObserver& observer) : observer_(observer) {}

    void touch(ObjectType type, Node* name, std::string_view verb = "change") {
        if (is_shared_kind(type) || name == nullptr) {
            return;
        }
        const ObjectAddress address = call([=] { return resolve_raw(type, name); });
        tell({address.classId, address.objectId, address.objectSubId}, verb);
    }

    void touch_relation(const RangeVar* name, std::string_view verb = "change") {
        tell({RelationRelationId, relation_of(name), 0}, verb);
    }

    /// The table, and the partition that a command attaches or detaches.
    void alter_table(const AlterTableStmt* alter) {
        touch_relation(alter->relation);
        for (int i = 0; i < list_length(alter->cmds); i++) {
            const auto* command = static_cast<AlterTableCmd*>(list_nth(alter->cmds, i));
            const bool attaches = command->subtype == AT_AttachPartition;
            if (attaches || command->subtype == AT_DetachPartition ||
                command->subtype == AT_DetachPartitionFinalize) {
                touch_relation(castNode(PartitionCmd, command->def)->name,
                               attaches ? "attach" : "detach");
            }
        }
    }

    /// Where a statement names either a relation or another object.
    void touch_either(const RangeVar* relation, ObjectType type, Node* object) {
        if (relation != nullptr) {
            touch_relation(relation);
        } else {
            touch(type, object);
        }
    }

    void touch_type(List* names, std::string_view verb = "change") {
        Node* name = call([=] { return reinterpret_cast<Node*>(makeTypeNameFromNameList(names)); });
        touch(OBJECT_TYPE, name, verb);
    }

    void refresh(const RangeVar* name) {
        const Oid relation = relation_of(name);
        if (OidIsValid(relation)) {
            observer_.writing(relation);
            observer_.changing({RelationRelationId, relation, 0});
        }
    }

    void rename(const RenameStmt* rename) {
        switch (rename->renameType) {
        case OBJECT_DOMCONSTRAINT:
            touch_type(castNode(List, rename->object));
            break;
        case OBJECT_SCHEMA:
        case OBJECT_ROLE:
        case OBJECT_TABLESPACE:
            observer_.changing_anything(); // all that they own or hold mentions them
            break;
        default:
            break;
        }
    }

    void drop(const DropStmt* drop) {
        for (int i = 0; i < list_length(drop->objects); i++) {
            auto* object = static_cast<Node*>(list_nth(drop->objects, i));
            if (is_relation_kind(drop->removeType)) {
                // Not by its kind: DROP TABLE of a view is for the server to refuse.
                const RangeVar* name = call([=] {
                    return static_cast<const RangeVar*>(
                        makeRangeVarFromNameList(castNode(List, object)));
                });
                touch_relation(name, "drop");
            } else {
                touch(drop->removeType, object, "drop");
            }
        }
    }

    void grant(const GrantStmt* grant) {
        for (int i = 0; i < list_length(grant->objects); i++) {
            auto* object = static_cast<Node*>(list_nth(grant->objects, i));
            if (grant->targtype == ACL_TARGET_ALL_IN_SCHEMA) {
                touch_in_schema(grant->objtype, strVal(object));
            } else if (grant->targtype == ACL_TARGET_OBJECT) {
                grant_one(grant->objtype, object);
            }
        }
    }

    /// Publishing changes which UPDATE and DELETE a table takes.
    void publish(List* objects) {
        for (int i = 0; i < list_length(objects); i++) {
            const auto* object = static_cast<PublicationObjSpec*>(list_nth(objects, i));
            if (object->pubtable != nullptr) {
                touch_relation(object->pubtable->relation, "publish");
            } else if (object->name != nullptr) {
                touch_in_schema(OBJECT_TABLE, object->name);
            }
        }
    }

    void add_label(const AlterEnumStmt* alter) {
        const Oid type = type_gaining_label(alter);
        if (OidIsValid(type)) {
            observer_.label_added(type, alter->newVal);
        }
    }

  private:
    void tell(const ObjectAddressKey& address, std::string_view verb) {
        if (address.object_id != invalid_object_id) {
            observer_.touching(subject_of(address), verb);
        }
    }

    void grant_one(ObjectType type, Node* object) {
        switch (type) {
        case OBJECT_TABLE:
        case OBJECT_SEQUENCE:
            touch_relation(castNode(RangeVar, object));
            break;
        case OBJECT_FUNCTION:
        case OBJECT_PROCEDURE:
        case OBJECT_ROUTINE:
        case OBJECT_SCHEMA:
            touch(type, object);
            break;
        case OBJECT_DOMAIN:
        case OBJECT_TYPE:
            touch_type(castNode(List, object));
            break;
        default:
            break;
        }
    }

    void touch_in_schema(ObjectType type, const char* schema_name) {
        const bool is_relation = type == OBJECT_TABLE || type == OBJECT_SEQUENCE;
        List* objects = call([=] {
            const Oid schema = get_namespace_oid(schema_name, true);
            return is_relation ? oids_in_schema_raw(RelationRelationId, Anum_pg_class_relnamespace,
                                                    Anum_pg_class_oid, schema)
                               : oids_in_schema_raw(ProcedureRelationId, Anum_pg_proc_pronamespace,
                                                    Anum_pg_proc_oid, schema);
        });
        for (int i = 0; i < list_length(objects); i++) {
            const Oid object = list_nth_oid(objects, i);
            if (is_relation) {
                const bool is_sequence =
                    call([=] { return get_rel_relkind(object); }) == RELKIND_SEQUENCE;
                if (is_sequence != (type == OBJECT_SEQUENCE)) {
                    continue;
                }
            }
            const ObjectId class_id = is_relation ? RelationRelationId : ProcedureRelationId;
            tell({class_id, object, 0}, "change");
        }
    }

    /// The type to which `alter` will add a label that it does not have; InvalidOid when
    /// it renames one or the label is there (IF NOT EXISTS).
    static Oid type_gaining_label(const AlterEnumStmt* alter) {
        if (alter->oldVal != nullptr) {
            return InvalidOid;
        }
        return call([=] {
            const Oid type =
                LookupTypeNameOid(nullptr, makeTypeNameFromNameList(alter->typeName), true);
            const bool has_label = SearchSysCacheExists2(ENUMTYPOIDNAME, ObjectIdGetDatum(type),
                                                         CStringGetDatum(alter->newVal));
            return has_label ? InvalidOid : type;
        });
    }

    ObjectObserver& observer_;
};

} // namespace

void tell_targets(Node* statement, ObjectObserver& observer) {
    Targets targets(observer);
    switch (nodeTag(statement)) {
    case T_CommentStmt: {
        const auto* comment = castNode(CommentStmt, statement);
        targets.touch(comment->objtype, comment->object);
        break;
    }
    case T_SecLabelStmt: {
        const auto* label = castNode(SecLabelStmt, statement);
        targets.touch(label->objtype, label->object);
        break;
    }
    case T_GrantStmt:
        targets.grant(castNode(GrantStmt, statement));
        break;
    case T_AlterTableStmt:
        targets.alter_table(castNode(AlterTableStmt, statement));
        break;
    case T_AlterDomainStmt:
        targets.touch_type(castNode(AlterDomainStmt, statement)->typeName);
        break;
    case T_AlterObjectDependsStmt: {
        const auto* depends = castNode(AlterObjectDependsStmt, statement);
        // A trigger's name comes apart from its relation's: that one is what counts.
        targets.touch_either(depends->relation, depends->objectType, depends->object);
        break;
    }
    case T_AlterExtensionContentsStmt: {
        const auto* contents = castNode(AlterExtensionContentsStmt, statement);
        targets.touch(contents->objtype, contents->object);
        observer.changing_anything(); // with what belongs to it
        break;
    }
    case T_AlterDefaultPrivilegesStmt:
        observer.changing({DefaultAclRelationId, InvalidOid, 0});
        break;
    // An extension's script does what it likes, and is not watched.
    case T_CreateExtensionStmt:
    case T_AlterExtensionStmt:
    case T_DropOwnedStmt:
    case T_ReassignOwnedStmt:
        observer.changing_anything();
        break;
    case T_AlterObjectSchemaStmt:
        if (castNode(AlterObjectSchemaStmt, statement)->objectType == OBJECT_EXTENSION) {
            observer.changing_anything();
        }
        break;
    case T_RenameStmt:
        targets.rename(castNode(RenameStmt, statement));
        break;
    case T_DropStmt:
        targets.drop(castNode(DropStmt, statement));
        break;
    case T_CreatePublicationStmt:
        targets.publish(castNode(CreatePublicationStmt, statement)->pubobjects);
        break;
    case T_AlterPublicationStmt:
        targets.publish(castNode(AlterPublicationStmt, statement)->pubobjects);
        break;
    case T_AlterEnumStmt:
        targets.add_label(castNode(AlterEnumStmt, statement));
        break;
    case T_IndexStmt:
        // An ordinary one is judged when it is made; this would have been committed by then.
        if (castNode(IndexStmt, statement)->concurrent) {
            targets.touch_relation(castNode(IndexStmt, statement)->relation, "add to");
        }
        break;
    case T_ReindexStmt:
        if (castNode(ReindexStmt, statement)->relation != nullptr) {
            targets.touch_relation(castNode(ReindexStmt, statement)->relation, "reindex");
        }
        break;
    case T_RefreshMatViewStmt:
        targets.refresh(castNode(RefreshMatViewStmt, statement)->relation);
        break;
    default:
        break;
    }
}

} // namespace migrate::pg
