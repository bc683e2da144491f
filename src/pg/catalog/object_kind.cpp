// What kind of thing an address stands for, catalog by catalog.
#include "pg/catalog/objects.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/memory_scope.hpp"

#include <optional>

extern "C" {
#include <catalog/catalog.h>
#include <catalog/pg_attribute.h>
#include <commands/sequence.h>
}

namespace migrate::pg {

namespace {

/// The plain part of ObjectFacts: what is read from the server in one guarded step.
struct PlainFacts {
    Nature nature = Nature::gone;
    bool is_recorded = false;
    Oid relation = InvalidOid;
    Oid schema = InvalidOid;
    Oid referenced_relation = InvalidOid;
    bool is_partition = false;
    NameData name = {};
    bool is_schema = false;
};

/// The server asks for the schema's name each time; but those that every database has are none.
bool is_temporary_schema(Oid schema) {
    return schema >= FirstNormalObjectId && isAnyTempNamespace(schema);
}

void set_named(PlainFacts& facts, Oid schema, const NameData& name) {
    facts.nature = is_temporary_schema(schema) ? Nature::temporary : Nature::named;
    facts.is_recorded = facts.nature == Nature::named;
    facts.schema = schema;
    facts.name = name;
}

/// `schema` is that of `relation`.
void set_dependent(PlainFacts& facts, Oid relation, Oid schema, bool is_recorded) {
    const bool is_temporary = is_temporary_schema(schema);
    facts.nature = is_temporary ? Nature::temporary : Nature::dependent;
    facts.is_recorded = is_recorded && !is_temporary;
    facts.relation = relation;
}

/// Whether the server made the object as a part of another.
bool is_internal_part(Oid class_id, Oid object_id) {
    bool found = false;
    Relation depend = table_open(DependRelationId, AccessShareLock);
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(class_id));
    ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(object_id));
    SysScanDesc scan = systable_beginscan(depend, DependDependerIndexId, true, nullptr, 2, keys);
    for (HeapTuple tuple; HeapTupleIsValid(tuple = systable_getnext(scan));) {
        auto* row = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
        if (row->deptype == DEPENDENCY_INTERNAL) {
            found = true;
            break;
        }
    }
    systable_endscan(scan);
    table_close(depend, AccessShareLock);
    return found;
}

/// The table of an index, and whether the index makes a constraint hold.
struct IndexRow {
    Oid table = InvalidOid;
    bool is_constraint = false;
};

/// A row of pg_class, and of pg_index for an index, as far as they are looked at.
struct RelationRow {
    char kind;
    bool is_partition;
    Oid schema;
    NameData name;
    Oid row_type;
    IndexRow index;

    explicit RelationRow(Form_pg_class form)
        : kind(form->relkind), is_partition(form->relispartition), schema(form->relnamespace),
          name(form->relname), row_type(form->reltype) {}
    bool is_index() const { return kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX; }
};

/// What pg_index tells by itself: all constraints but UNIQUE.
IndexRow index_row(Form_pg_index form) {
    return {form->indrelid, form->indisprimary || form->indisexclusion};
}

IndexRow find_index_row(Oid index) {
    HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
    if (!HeapTupleIsValid(tuple)) {
        return {};
    }
    auto* form = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
    IndexRow row = index_row(form);
    const bool is_unique = form->indisunique;
    ReleaseSysCache(tuple);
    // Dependencies are dearer to read: only those of unique indexes tell more.
    row.is_constraint = row.is_constraint || (is_unique && OidIsValid(get_index_constraint(index)));
    return row;
}

/// By the catalogs; nothing when there is no such relation.
std::optional<RelationRow> find_relation_row(Oid relation) {
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple)) {
        return std::nullopt;
    }
    RelationRow row(reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple)));
    ReleaseSysCache(tuple);
    if (row.is_index()) {
        row.index = find_index_row(relation);
    }
    return row;
}

/// By the server's cache of relations, which has those that this session has just created.
std::optional<RelationRow> find_new_relation_row(Oid relation) {
    Relation entry = RelationIdGetRelation(relation);
    if (!RelationIsValid(entry)) {
        return std::nullopt;
    }
    RelationRow row(entry->rd_rel);
    if (row.is_index()) {
        row.index = index_row(entry->rd_index);
    }
    RelationClose(entry);
    return row;
}

PlainFacts column_facts(Oid relation, const RelationRow& row, AttrNumber column) {
    PlainFacts facts;
    HeapTuple attribute = SearchSysCacheAttNum(relation, column);
    if (HeapTupleIsValid(attribute)) {
        facts.name = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(attribute))->attname;
        ReleaseSysCache(attribute);
        set_dependent(facts, relation, row.schema,
                      row.kind == RELKIND_RELATION || row.kind == RELKIND_PARTITIONED_TABLE);
    }
    return facts;
}

PlainFacts relation_facts(Oid relation, int column, LookUp how) {
    PlainFacts facts;
    // A column's relation may be older.
    const bool is_new = how == LookUp::created_here && column == 0;
    const auto row = is_new ? find_new_relation_row(relation) : find_relation_row(relation);
    if (!row) {
        return facts;
    }
    if (row->kind == RELKIND_TOASTVALUE || row->kind == RELKIND_COMPOSITE_TYPE ||
        IsCatalogNamespace(row->schema) || IsToastNamespace(row->schema)) {
        facts.nature = Nature::internal;
        return facts;
    }
    set_named(facts, row->schema, row->name);
    facts.is_partition = row->is_partition;
    if (facts.nature == Nature::temporary) {
        return facts;
    }
    if (column > 0) {
        return column_facts(relation, *row, AttrNumber(column));
    }
    // What belongs to a table is in its schema.
    if (row->is_index()) {
        set_dependent(facts, row->index.table, row->schema, !row->index.is_constraint);
    } else if (row->kind == RELKIND_SEQUENCE) {
        Oid table = InvalidOid;
        int32 owner_column = 0;
        if (sequenceIsOwned(relation, DEPENDENCY_INTERNAL, &table, &owner_column)) {
            set_dependent(facts, table, row->schema, false);
        } else if (sequenceIsOwned(relation, DEPENDENCY_AUTO, &table, &owner_column)) {
            set_dependent(facts, table, row->schema, true);
        }
    }
    return facts;
}

PlainFacts type_facts(Oid type) {
    PlainFacts facts;
    HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple)) {
        return facts;
    }
    const auto row = *reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
    ReleaseSysCache(tuple);
    // No relation any more: the type of a composite that is being dropped goes last.
    const char kind = OidIsValid(row.typrelid) ? get_rel_relkind(row.typrelid) : '\0';
    const bool is_row_type = kind != '\0' && kind != RELKIND_COMPOSITE_TYPE;
    const bool is_array = OidIsValid(row.typelem) && row.typsubscript == F_ARRAY_SUBSCRIPT_HANDLER;
    if (is_row_type || is_array || row.typtype == TYPTYPE_MULTIRANGE) {
        facts.nature = Nature::internal;
        return facts;
    }
    set_named(facts, row.typnamespace, row.typname);
    return facts;
}

PlainFacts function_facts(Oid function) {
    PlainFacts facts;
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(tuple)) {
        return facts;
    }
    const auto row = *reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    ReleaseSysCache(tuple);
    if (is_internal_part(ProcedureRelationId, function)) { // constructor of a range type
        facts.nature = Nature::internal;
        return facts;
    }
    set_named(facts, row.pronamespace, row.proname);
    return facts;
}

PlainFacts constraint_facts(Oid constraint) {
    PlainFacts facts;
    HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
    if (!HeapTupleIsValid(tuple)) {
        return facts;
    }
    const auto row = *reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
    ReleaseSysCache(tuple);
    if (!OidIsValid(row.conrelid)) { // of a domain
        facts.nature = Nature::internal;
        return facts;
    }
    // 18 keeps NOT NULL as a constraint ('n'); it is a property of its column.
    set_dependent(facts, row.conrelid, row.connamespace,
                  !OidIsValid(row.conparentid) && row.contype != 'n');
    facts.name = row.conname;
    if (row.contype == CONSTRAINT_FOREIGN) {
        facts.referenced_relation = row.confrelid;
    }
    return facts;
}

/// Rows of catalogs without a syscache by oid: found by their oid index.
struct CatalogRow {
    Relation catalog;
    SysScanDesc scan;
    HeapTuple tuple;

    CatalogRow(Oid catalog_id, Oid index_id, AttrNumber oid_column, Oid object)
        : catalog(table_open(catalog_id, AccessShareLock)) {
        ScanKeyData key;
        ScanKeyInit(&key, oid_column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object));
        scan = systable_beginscan(catalog, index_id, true, nullptr, 1, &key);
        tuple = systable_getnext(scan);
    }
    void close() {
        systable_endscan(scan);
        table_close(catalog, AccessShareLock);
    }
};

PlainFacts trigger_facts(Oid trigger) {
    PlainFacts facts;
    CatalogRow row(TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_oid, trigger);
    if (HeapTupleIsValid(row.tuple)) {
        auto* form = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(row.tuple));
        set_dependent(facts, form->tgrelid, get_rel_namespace(form->tgrelid),
                      !OidIsValid(form->tgparentid));
        facts.name = form->tgname;
        if (form->tgisinternal) {
            facts.nature = Nature::internal;
        }
    }
    row.close();
    return facts;
}

PlainFacts rule_facts(Oid rule) {
    PlainFacts facts;
    CatalogRow row(RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_oid, rule);
    if (HeapTupleIsValid(row.tuple)) {
        auto* form = reinterpret_cast<Form_pg_rewrite>(GETSTRUCT(row.tuple));
        // A view's own rule is not recorded, but replacing it alters the view.
        const bool is_view_rule = strcmp(NameStr(form->rulename), "_RETURN") == 0;
        set_dependent(facts, form->ev_class, get_rel_namespace(form->ev_class), !is_view_rule);
        facts.name = form->rulename;
    }
    row.close();
    return facts;
}

PlainFacts policy_facts(Oid policy) {
    PlainFacts facts;
    CatalogRow row(PolicyRelationId, PolicyOidIndexId, Anum_pg_policy_oid, policy);
    if (HeapTupleIsValid(row.tuple)) {
        auto* form = reinterpret_cast<Form_pg_policy>(GETSTRUCT(row.tuple));
        set_dependent(facts, form->polrelid, get_rel_namespace(form->polrelid), true);
        facts.name = form->polname;
    }
    row.close();
    return facts;
}

PlainFacts statistics_facts(Oid statistics) {
    PlainFacts facts;
    HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(statistics));
    if (HeapTupleIsValid(tuple)) {
        auto* form = reinterpret_cast<Form_pg_statistic_ext>(GETSTRUCT(tuple));
        set_dependent(facts, form->stxrelid, get_rel_namespace(form->stxrelid), true);
        facts.name = form->stxname;
        ReleaseSysCache(tuple);
    }
    return facts;
}

PlainFacts schema_facts(Oid schema) {
    PlainFacts facts;
    HeapTuple tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
    if (HeapTupleIsValid(tuple)) {
        facts.nature = is_temporary_schema(schema) ? Nature::temporary : Nature::global;
        facts.is_recorded = facts.nature == Nature::global;
        facts.name = reinterpret_cast<Form_pg_namespace>(GETSTRUCT(tuple))->nspname;
        facts.is_schema = true;
        ReleaseSysCache(tuple);
    }
    return facts;
}

/// The remaining classes, by what the server's own table of them says.
PlainFacts generic_facts(const ObjectAddress& address) {
    PlainFacts facts;
    switch (address.classId) {
    case OperatorRelationId:
    case OperatorClassRelationId:
    case OperatorFamilyRelationId:
    case CollationRelationId:
    case ConversionRelationId:
    case TSConfigRelationId:
    case TSDictionaryRelationId:
    case TSParserRelationId:
    case TSTemplateRelationId: {
        const int cache = get_object_catcache_oid(address.classId);
        HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(address.objectId));
        if (HeapTupleIsValid(tuple)) {
            bool is_null = false;
            const Datum schema = SysCacheGetAttr(
                cache, tuple, get_object_attnum_namespace(address.classId), &is_null);
            const Datum name =
                SysCacheGetAttr(cache, tuple, get_object_attnum_name(address.classId), &is_null);
            set_named(facts, DatumGetObjectId(schema), *DatumGetName(name));
            ReleaseSysCache(tuple);
        }
        break;
    }
    case AccessMethodRelationId:
    case CastRelationId:
    case EventTriggerRelationId:
    case ExtensionRelationId:
    case ForeignDataWrapperRelationId:
    case ForeignServerRelationId:
    case LanguageRelationId:
    case PublicationRelationId:
    case TransformRelationId:
    case UserMappingRelationId:
        if (getObjectIdentityParts(&address, nullptr, nullptr, true) != nullptr) {
            facts.nature = is_internal_part(address.classId, address.objectId) ? Nature::internal
                                                                               : Nature::global;
            facts.is_recorded = facts.nature == Nature::global;
        }
        break;
    default: // roles, databases, large objects, default privileges, parts of others
        facts.nature = Nature::internal;
        break;
    }
    return facts;
}

PlainFacts look_up_raw(const ObjectAddress& address, LookUp how) {
    switch (address.classId) {
    case RelationRelationId:
        return relation_facts(address.objectId, address.objectSubId, how);
    case TypeRelationId:
        return type_facts(address.objectId);
    case ProcedureRelationId:
        return function_facts(address.objectId);
    case ConstraintRelationId:
        return constraint_facts(address.objectId);
    case TriggerRelationId:
        return trigger_facts(address.objectId);
    case RewriteRelationId:
        return rule_facts(address.objectId);
    case PolicyRelationId:
        return policy_facts(address.objectId);
    case StatisticExtRelationId:
        return statistics_facts(address.objectId);
    case NamespaceRelationId:
        return schema_facts(address.objectId);
    default:
        return generic_facts(address);
    }
}

ObjectAddress subject_raw(const ObjectAddress& object) {
    ObjectAddress subject = object;
    switch (object.classId) {
    case RelationRelationId:
        if (get_rel_relkind(object.objectId) == RELKIND_COMPOSITE_TYPE) {
            ObjectAddressSet(subject, TypeRelationId, get_rel_type_id(object.objectId));
        }
        break;
    case ConstraintRelationId: {
        HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(object.objectId));
        if (HeapTupleIsValid(tuple)) {
            const Oid domain = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple))->contypid;
            if (OidIsValid(domain)) {
                ObjectAddressSet(subject, TypeRelationId, domain);
            }
            ReleaseSysCache(tuple);
        }
        break;
    }
    case RewriteRelationId: {
        CatalogRow row(RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_oid, object.objectId);
        if (HeapTupleIsValid(row.tuple)) {
            auto* form = reinterpret_cast<Form_pg_rewrite>(GETSTRUCT(row.tuple));
            if (strcmp(NameStr(form->rulename), "_RETURN") == 0) {
                ObjectAddressSet(subject, RelationRelationId, form->ev_class);
            }
        }
        row.close();
        break;
    }
    case AttrDefaultRelationId: {
        const ObjectAddress column = GetAttrDefaultColumnAddress(object.objectId);
        if (OidIsValid(column.objectId)) {
            subject = column;
        }
        break;
    }
    default:
        break;
    }
    return subject;
}

} // namespace

ObjectAddressKey subject_of(const ObjectAddressKey& object) {
    const ObjectAddress address = call([&object] {
        ObjectAddress from;
        ObjectAddressSubSet(from, object.class_id, object.object_id, object.sub_id);
        return subject_raw(from);
    });
    return {address.classId, address.objectId, address.objectSubId};
}

ObjectFacts look_up(const ObjectAddressKey& object, LookUp how) {
    return in_scratch_memory([&] {
        ObjectAddress address;
        ObjectAddressSubSet(address, object.class_id, object.object_id, object.sub_id);
        const PlainFacts plain = call([&] { return look_up_raw(address, how); });
        ObjectFacts facts;
        facts.nature = plain.nature;
        facts.is_recorded = plain.is_recorded;
        facts.relation = plain.relation;
        facts.schema = plain.schema;
        facts.referenced_relation = plain.referenced_relation;
        facts.name = NameStr(plain.name);
        facts.is_schema = plain.is_schema;
        facts.is_partition = plain.is_partition;
        return facts;
    });
}

ObjectId row_type_of_new(ObjectId relation) {
    return call([relation] {
        const auto row = find_new_relation_row(relation);
        return row && row->kind != RELKIND_COMPOSITE_TYPE ? row->row_type : InvalidOid;
    });
}

} // namespace migrate::pg
