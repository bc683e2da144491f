#include "pg/copy/places.hpp"

#include "pg/copy/catalog_row.hpp"
#include "pg/wall/call.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

extern "C" {
#include <catalog/catalog.h>
#include <catalog/pg_seclabel.h>
#include <commands/comment.h>
#include <commands/seclabel.h>
}

namespace migrate::pg {

namespace {

/// The name that the `number`th object put aside gets.  Other sessions may do the same at this
/// moment, and must not meet us in an index.
void name_aside(Oid object, NameData* name) {
    std::memset(name, 0, sizeof *name);
    for (int number = 0;; number++) {
        snprintf(NameStr(*name), NAMEDATALEN, "migrate aside %u %d %d", object, MyProcPid, number);
        if (!OidIsValid(get_namespace_oid(NameStr(*name), true))) {
            return;
        }
    }
}

void append_copy(Relation table, HeapTuple row, Datum* values, bool* nulls, bool* replaced) {
    HeapTuple copy = heap_modify_tuple(row, RelationGetDescr(table), values, nulls, replaced);
    CatalogTupleInsert(table, copy);
    heap_freetuple(copy);
}

/// The default privileges in `from` hold in `to` as well.
void copy_default_privileges(Oid from, Oid to) {
    Relation table = table_open(DefaultAclRelationId, RowExclusiveLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_default_acl_defaclnamespace, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(from));
    SysScanDesc scan = systable_beginscan(table, InvalidOid, false, nullptr, 1, &key);
    for (HeapTuple row; HeapTupleIsValid(row = systable_getnext(scan));) {
        Datum values[Natts_pg_default_acl] = {};
        bool nulls[Natts_pg_default_acl] = {};
        bool replaced[Natts_pg_default_acl] = {};
        replaced[Anum_pg_default_acl_oid - 1] = true;
        values[Anum_pg_default_acl_oid - 1] = ObjectIdGetDatum(
            GetNewOidWithIndex(table, DefaultAclOidIndexId, Anum_pg_default_acl_oid));
        replaced[Anum_pg_default_acl_defaclnamespace - 1] = true;
        values[Anum_pg_default_acl_defaclnamespace - 1] = ObjectIdGetDatum(to);
        append_copy(table, row, values, nulls, replaced);
    }
    systable_endscan(scan);
    table_close(table, NoLock);
}

void copy_comment(Oid from, Oid to) {
    char* comment = GetComment(from, NamespaceRelationId, 0);
    if (comment != nullptr) {
        CreateComments(to, NamespaceRelationId, 0, comment);
    }
}

void copy_security_labels(Oid from, Oid to) {
    Relation table = table_open(SecLabelRelationId, AccessShareLock);
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_seclabel_objoid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(from));
    ScanKeyInit(&keys[1], Anum_pg_seclabel_classoid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(NamespaceRelationId));
    SysScanDesc scan = systable_beginscan(table, SecLabelObjectIndexId, true, nullptr, 2, keys);
    for (HeapTuple row; HeapTupleIsValid(row = systable_getnext(scan));) {
        bool is_null = false;
        const Datum provider =
            heap_getattr(row, Anum_pg_seclabel_provider, RelationGetDescr(table), &is_null);
        const Datum label =
            heap_getattr(row, Anum_pg_seclabel_label, RelationGetDescr(table), &is_null);
        const ObjectAddress object = {NamespaceRelationId, to, 0};
        SetSecurityLabel(&object, TextDatumGetCString(provider), TextDatumGetCString(label));
    }
    systable_endscan(scan);
    table_close(table, NoLock);
}

/// Extensions that say they are in `from` say `to`.
void move_extensions(Oid from, Oid to) {
    CatalogWriter writer(ExtensionRelationId, ExtensionOidIndexId);
    SysScanDesc scan = systable_beginscan(writer.table(), InvalidOid, false, nullptr, 0, nullptr);
    List* members = NIL;
    for (HeapTuple row; HeapTupleIsValid(row = systable_getnext(scan));) {
        if (form_of<FormData_pg_extension>(row).extnamespace == from) {
            members = lappend_oid(members, form_of<FormData_pg_extension>(row).oid);
        }
    }
    systable_endscan(scan);
    for (int i = 0; i < list_length(members); i++) {
        writer.change(list_nth_oid(members, i), [to](HeapTuple copy) {
            reinterpret_cast<Form_pg_extension>(GETSTRUCT(copy))->extnamespace = to;
        });
    }
    writer.close();
}

/// What a schema is, apart from what is in it.
struct SchemaProperties {
    NameData name;
    Oid owner;
    Acl* privileges; // or null
};

HeapTuple schema_row(Oid schema) {
    HeapTuple row = SearchSysCacheCopy1(NAMESPACEOID, ObjectIdGetDatum(schema));
    if (!HeapTupleIsValid(row)) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA),
                        errmsg("schema with OID %u does not exist", schema)));
    }
    return row;
}

SchemaProperties properties_of(Oid schema) {
    HeapTuple row = schema_row(schema);
    const auto& form = form_of<FormData_pg_namespace>(row);
    bool is_null = false;
    const Datum privileges = SysCacheGetAttr(NAMESPACEOID, row, Anum_pg_namespace_nspacl, &is_null);
    return {form.nspname, form.nspowner, is_null ? nullptr : DatumGetAclPCopy(privileges)};
}

void set_properties(Oid schema, const SchemaProperties& properties) {
    Relation table = table_open(NamespaceRelationId, RowExclusiveLock);
    HeapTuple row = schema_row(schema);
    Datum values[Natts_pg_namespace] = {};
    bool nulls[Natts_pg_namespace] = {};
    bool replaced[Natts_pg_namespace] = {};
    replaced[Anum_pg_namespace_nspname - 1] = true;
    values[Anum_pg_namespace_nspname - 1] = NameGetDatum(&properties.name);
    replaced[Anum_pg_namespace_nspowner - 1] = true;
    values[Anum_pg_namespace_nspowner - 1] = ObjectIdGetDatum(properties.owner);
    replaced[Anum_pg_namespace_nspacl - 1] = true;
    values[Anum_pg_namespace_nspacl - 1] = PointerGetDatum(properties.privileges);
    nulls[Anum_pg_namespace_nspacl - 1] = properties.privileges == nullptr;
    HeapTuple copy = heap_modify_tuple(row, RelationGetDescr(table), values, nulls, replaced);
    CatalogTupleUpdate(table, &row->t_self, copy);
    table_close(table, NoLock);
    CommandCounterIncrement();
}

/// By its other name nobody who is not a superuser reaches what is in it.
SchemaProperties aside(Oid schema) {
    SchemaProperties properties = {{}, BOOTSTRAP_SUPERUSERID, nullptr};
    name_aside(schema, &properties.name);
    return properties;
}

Oid replace_raw(Oid schema) {
    const SchemaProperties properties = properties_of(schema);
    set_properties(schema, aside(schema));
    // As if temporary: the default privileges are not for it.
    const Oid made = NamespaceCreate(NameStr(properties.name), properties.owner, true);
    CommandCounterIncrement();
    set_properties(made, properties);
    copy_default_privileges(schema, made);
    copy_comment(schema, made);
    copy_security_labels(schema, made);
    move_extensions(schema, made);
    CommandCounterIncrement();
    return made;
}

/// A catalog of objects that are in no schema, and where their names are in a row.
struct GlobalCatalog {
    Oid id;
    Oid oid_index;
    std::size_t name_offset;
};

constexpr GlobalCatalog global_catalogs[] = {
    {PublicationRelationId, PublicationObjectIndexId, offsetof(FormData_pg_publication, pubname)},
    {ForeignDataWrapperRelationId, ForeignDataWrapperOidIndexId,
     offsetof(FormData_pg_foreign_data_wrapper, fdwname)},
    {ForeignServerRelationId, ForeignServerOidIndexId,
     offsetof(FormData_pg_foreign_server, srvname)},
    {EventTriggerRelationId, EventTriggerOidIndexId, offsetof(FormData_pg_event_trigger, evtname)},
    {LanguageRelationId, LanguageOidIndexId, offsetof(FormData_pg_language, lanname)},
};

} // namespace

ObjectId trade_places(ObjectId schema, std::span<const SchemaRow> strangers) {
    const Oid made = call([schema] { return replace_raw(schema); });
    move_rows(strangers, made);
    call([] { CommandCounterIncrement(); });
    return made;
}

void hide_schema(ObjectId schema) {
    call([schema] { set_properties(schema, aside(schema)); });
}

void step_aside(ObjectId schema, std::span<const SchemaRow> own) {
    const Oid made = call([schema] {
        const SchemaProperties properties = aside(schema);
        const Oid oid = NamespaceCreate(NameStr(properties.name), properties.owner, true);
        CommandCounterIncrement();
        return oid;
    });
    move_rows(own, made);
    call([] { CommandCounterIncrement(); });
}

void hide_global(const ObjectAddressKey& object) {
    const auto* catalog =
        std::find_if(std::begin(global_catalogs), std::end(global_catalogs),
                     [&object](const GlobalCatalog& other) { return other.id == object.class_id; });
    if (catalog == std::end(global_catalogs)) {
        return;
    }
    call([&object, catalog] {
        CatalogWriter writer(catalog->id, catalog->oid_index);
        writer.change(object.object_id, [&object, catalog](HeapTuple copy) {
            name_aside(object.object_id,
                       reinterpret_cast<NameData*>(static_cast<char*>(GETSTRUCT(copy)) +
                                                   catalog->name_offset));
        });
        writer.close();
        CommandCounterIncrement();
    });
}

} // namespace migrate::pg
