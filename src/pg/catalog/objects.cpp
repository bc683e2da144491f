#include "pg/catalog/objects.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/memory_scope.hpp"

namespace migrate::pg {

namespace {

ObjectAddress server_address(const ObjectAddressKey& key) {
    ObjectAddress address;
    ObjectAddressSubSet(address, key.class_id, key.object_id, key.sub_id);
    return address;
}

std::vector<std::string> strings_of(List* list) {
    std::vector<std::string> result;
    for (int i = 0; i < list_length(list); i++) {
        const auto* text = static_cast<const char*>(list_nth(list, i));
        result.emplace_back(text != nullptr ? text : "");
    }
    return result;
}

std::optional<ObjectId> if_valid(Oid oid) {
    return OidIsValid(oid) ? std::optional<ObjectId>(oid) : std::nullopt;
}

Oid schema_of_type(Oid type) {
    HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple)) {
        return InvalidOid;
    }
    const Oid schema = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple))->typnamespace;
    ReleaseSysCache(tuple);
    return schema;
}

bool has_expression(Oid index) {
    HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
    if (!HeapTupleIsValid(tuple)) {
        return false;
    }
    const bool found = !heap_attisnull(tuple, Anum_pg_index_indexprs, nullptr) ||
                       !heap_attisnull(tuple, Anum_pg_index_indpred, nullptr);
    ReleaseSysCache(tuple);
    return found;
}

bool is_check(Oid constraint) {
    HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
    if (!HeapTupleIsValid(tuple)) {
        return false;
    }
    const char kind = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple))->contype;
    ReleaseSysCache(tuple);
    return kind == CONSTRAINT_CHECK;
}

/// Whether any type that is not the server's own is one of a relation's: of a column, of its rows,
/// or, in a partition key, of what is unknown.  The relation is locked.
bool names_own_types(Oid id) {
    Relation relation = RelationIdGetRelation(id);
    if (!RelationIsValid(relation)) {
        return false;
    }
    bool found = OidIsValid(relation->rd_rel->reloftype) ||
                 relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;
    TupleDescData* descriptor = RelationGetDescr(relation);
    for (int i = 0; !found && i < descriptor->natts; i++) {
        found = TupleDescAttr(descriptor, i)->atttypid >= FirstNormalObjectId;
    }
    RelationClose(relation);
    return found;
}

/// Whether the object can name types.  Most indexes and constraints name columns only, and reading
/// dependencies is dear.
bool can_name_types(const ObjectAddressKey& object) {
    if (object.class_id == ConstraintRelationId) {
        return is_check(object.object_id);
    }
    if (object.class_id == RelationRelationId) {
        const char kind = get_rel_relkind(object.object_id);
        if (kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX) {
            return has_expression(object.object_id);
        }
        return names_own_types(object.object_id);
    }
    return true;
}

} // namespace

std::optional<ObjectName> name_of(const ObjectAddressKey& object) {
    return in_scratch_memory([&]() -> std::optional<ObjectName> {
        const ObjectAddress address = server_address(object);
        List* names = NIL;
        List* arguments = NIL;
        const char* identity = call([&]() -> const char* {
            return getObjectIdentityParts(&address, &names, &arguments, true);
        });
        if (identity == nullptr) {
            return std::nullopt;
        }
        const char* type =
            call([&]() -> const char* { return getObjectTypeDescription(&address, true); });
        return ObjectName{type, identity, strings_of(names), strings_of(arguments)};
    });
}

ObjectAddressKey extension_address(const char* name) {
    return {ExtensionRelationId, call([=] { return get_extension_oid(name, true); }), 0};
}

bool is_extension_member(const ObjectAddressKey& object) {
    return OidIsValid(
        call([&object] { return getExtensionOfObject(object.class_id, object.object_id); }));
}

bool is_operator(const ObjectAddressKey& object) {
    return object.class_id == OperatorRelationId;
}

bool is_relation(const ObjectAddressKey& object) {
    return object.class_id == RelationRelationId;
}

bool is_type(const ObjectAddressKey& object) {
    return object.class_id == TypeRelationId;
}

bool is_function(const ObjectAddressKey& object) {
    return object.class_id == ProcedureRelationId;
}

bool is_constraint(const ObjectAddressKey& object) {
    return object.class_id == ConstraintRelationId;
}

bool is_catalog(ObjectId relation) {
    return relation < FirstNormalObjectId;
}

ObjectAddressKey relation_address(ObjectId relation) {
    return {RelationRelationId, relation, 0};
}

ObjectAddressKey type_address(ObjectId type) {
    return {TypeRelationId, type, 0};
}

ObjectAddressKey function_address(ObjectId function) {
    return {ProcedureRelationId, function, 0};
}

ObjectAddressKey schema_address(ObjectId schema) {
    return {NamespaceRelationId, schema, 0};
}

bool is_system_schema(std::string_view name) {
    return name.starts_with("pg_") || name == "information_schema";
}

std::optional<ObjectId> find_schema(const std::string& name) {
    const char* plain = name.c_str();
    return if_valid(call([=] { return get_namespace_oid(plain, true); }));
}

std::string schema_name(ObjectId schema) {
    const char* name = call([=] { return get_namespace_name(schema); });
    return name != nullptr ? name : "";
}

ObjectId schema_of(const ObjectAddressKey& object) {
    return call([&object] {
        switch (object.class_id) {
        case RelationRelationId:
            return get_rel_namespace(object.object_id);
        case ProcedureRelationId:
            return get_func_namespace(object.object_id);
        case TypeRelationId:
            return schema_of_type(object.object_id);
        default:
            return InvalidOid;
        }
    });
}

ObjectId catalog_oid(std::string_view name) {
    return find_relation("pg_catalog", std::string(name)).value_or(invalid_object_id);
}

ObjectId extension_catalog() {
    return ExtensionRelationId;
}

std::optional<ObjectId> find_relation(const std::string& schema, const std::string& name) {
    const auto in = find_schema(schema);
    if (!in) {
        return std::nullopt;
    }
    const char* plain = name.c_str();
    return if_valid(call([=] { return get_relname_relid(plain, *in); }));
}

std::optional<ObjectId> find_type(const std::string& schema, const std::string& name) {
    const char* plain = name.c_str();
    if (schema.empty()) {
        return if_valid(call([=] { return TypenameGetTypid(plain); }));
    }
    const auto in = find_schema(schema);
    if (!in) {
        return std::nullopt;
    }
    return if_valid(call([=] {
        return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, PointerGetDatum(plain),
                               ObjectIdGetDatum(*in));
    }));
}

ObjectId relation_owner(ObjectId relation) {
    return call([=] {
        HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
        if (!HeapTupleIsValid(tuple)) {
            ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                            errmsg("relation with OID %u does not exist", relation)));
        }
        const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relowner;
        ReleaseSysCache(tuple);
        return owner;
    });
}

std::vector<ObjectId> inherited_relations(ObjectId relation) {
    std::vector<ObjectId> result;
    List* parents = call([=] {
        List* found = NIL;
        Relation inherits = table_open(InheritsRelationId, AccessShareLock);
        ScanKeyData key;
        ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ,
                    ObjectIdGetDatum(relation));
        SysScanDesc scan =
            systable_beginscan(inherits, InheritsRelidSeqnoIndexId, true, nullptr, 1, &key);
        for (HeapTuple tuple; HeapTupleIsValid(tuple = systable_getnext(scan));) {
            found =
                lappend_oid(found, reinterpret_cast<Form_pg_inherits>(GETSTRUCT(tuple))->inhparent);
        }
        systable_endscan(scan);
        table_close(inherits, AccessShareLock);
        return found;
    });
    result.reserve(std::size_t(list_length(parents)));
    for (int i = 0; i < list_length(parents); i++) {
        result.push_back(list_nth_oid(parents, i));
    }
    return result;
}

std::vector<ObjectId> referenced_types(const ObjectAddressKey& object) {
    std::vector<ObjectId> result;
    if (!call([&object] { return can_name_types(object); })) {
        return result;
    }
    List* types = call([&object] {
        List* found = NIL;
        Relation depend = table_open(DependRelationId, AccessShareLock);
        ScanKeyData keys[3];
        ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
                    ObjectIdGetDatum(object.class_id));
        ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
                    ObjectIdGetDatum(object.object_id));
        ScanKeyInit(&keys[2], Anum_pg_depend_objsubid, BTEqualStrategyNumber, F_INT4EQ,
                    Int32GetDatum(object.sub_id));
        SysScanDesc scan = systable_beginscan(depend, DependDependerIndexId, true, nullptr,
                                              object.sub_id != 0 ? 3 : 2, keys);
        for (HeapTuple tuple; HeapTupleIsValid(tuple = systable_getnext(scan));) {
            auto* row = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
            if (row->refclassid == TypeRelationId) {
                const Oid element = get_element_type(row->refobjid);
                found =
                    list_append_unique_oid(found, OidIsValid(element) ? element : row->refobjid);
            }
        }
        systable_endscan(scan);
        table_close(depend, AccessShareLock);
        return found;
    });
    result.reserve(std::size_t(list_length(types)));
    for (int i = 0; i < list_length(types); i++) {
        result.push_back(list_nth_oid(types, i));
    }
    return result;
}

} // namespace migrate::pg
