// What a relation itself is, its parts aside.
#include "pg/catalog/model/reading.hpp"

#include "pg/wall/call.hpp"

extern "C" {
#include <catalog/pg_foreign_table.h>
#include <foreign/foreign.h>
#include <utils/fmgrprotos.h>
}

namespace migrate::pg {

namespace {

const void* toast_options(CatalogIndexes& catalogs, Oid toast) {
    HeapTuple row = row_of(catalogs.relations, toast);
    return row != nullptr ? value_of(RELOID, row, Anum_pg_class_reloptions) : nullptr;
}

Oid replica_identity_index(IndexSearch& indexes, Oid relation) {
    indexes.find({relation});
    while (HeapTuple row = indexes.next()) {
        const auto& form = form_of<FormData_pg_index>(row);
        if (form.indisreplident) {
            return form.indexrelid;
        }
    }
    return InvalidOid;
}

std::optional<std::string> replica_identity(CatalogIndexes& catalogs,
                                            const FormData_pg_class& form) {
    switch (form.relreplident) {
    case REPLICA_IDENTITY_FULL:
        return "full";
    case REPLICA_IDENTITY_NOTHING:
        return "nothing";
    case REPLICA_IDENTITY_INDEX: {
        const Oid relation = form.oid;
        const Oid index = call(
            [&catalogs, relation] { return replica_identity_index(catalogs.indexes, relation); });
        return "index " + (OidIsValid(index) ? CatalogWords::relation(index) : "(dropped)");
    }
    default:
        return std::nullopt;
    }
}

struct ForeignTableRow {
    const char* server;
    const void* options;
};

ForeignTableRow foreign_table_raw(Oid relation) {
    ForeignTableRow result = {nullptr, nullptr};
    HeapTuple row = SearchSysCacheCopy1(FOREIGNTABLEREL, ObjectIdGetDatum(relation));
    if (HeapTupleIsValid(row)) {
        const Oid server = reinterpret_cast<Form_pg_foreign_table>(GETSTRUCT(row))->ftserver;
        const ForeignServer* found = GetForeignServerExtended(server, FSV_MISSING_OK);
        bool is_null = false;
        const Datum options =
            SysCacheGetAttr(FOREIGNTABLEREL, row, Anum_pg_foreign_table_ftoptions, &is_null);
        result = {found != nullptr ? found->servername : nullptr,
                  is_null ? nullptr : DatumGetPointer(options)};
    }
    return result;
}

void add_server(Properties& properties, Oid relation) {
    const ForeignTableRow table = call([relation] { return foreign_table_raw(relation); });
    if (table.server != nullptr) {
        const auto options = CatalogWords::options(table.options);
        properties.add("server", table.server + (options ? " " + *options : std::string()));
    }
}

std::optional<std::string> view_definition(Snapshot snapshot, Oid view) {
    return optional_text(call([=] {
        // The server asks by a query that takes whatever snapshot is active.
        PushActiveSnapshot(snapshot);
        const char* definition = text_of_function(pg_get_viewdef, ObjectIdGetDatum(view));
        PopActiveSnapshot();
        return definition;
    }));
}

/// What only some kinds of relations can have.
void add_special(CatalogReading& reading, HeapTuple row, Properties& properties) {
    const auto& form = form_of<FormData_pg_class>(row);
    const Oid relation = form.oid;
    const bool is_view = form.relkind == RELKIND_VIEW || form.relkind == RELKIND_MATVIEW;
    if (form.relkind == RELKIND_PARTITIONED_TABLE) {
        properties.add("partition key", optional_text(call([relation] {
                           return text_of_function(pg_get_partkeydef, ObjectIdGetDatum(relation));
                       })));
    }
    if (form.relispartition) {
        properties.add("partition", optional_text(call([row, relation] {
                           const void* bound = value_of(RELOID, row, Anum_pg_class_relpartbound);
                           return bound == nullptr
                                      ? nullptr
                                      : text_of_function(pg_get_expr, PointerGetDatum(bound),
                                                         ObjectIdGetDatum(relation));
                       })));
    }
    if (form.relkind == RELKIND_RELATION || form.relkind == RELKIND_PARTITIONED_TABLE ||
        form.relkind == RELKIND_MATVIEW) {
        properties.add("replica identity", replica_identity(reading.catalogs, form));
    }
    if (is_view) {
        properties.add("definition", view_definition(reading.snapshot, relation));
    }
    if (form.relkind == RELKIND_MATVIEW && !form.relispopulated) {
        properties.add("populated", "no");
    }
    if (form.relkind == RELKIND_FOREIGN_TABLE) {
        add_server(properties, relation);
    }
}

} // namespace

std::vector<core::SchemaProperty> relation_properties(CatalogReading& reading, HeapTuple row) {
    const auto& form = form_of<FormData_pg_class>(row);
    const auto value = [row](AttrNumber column) {
        return call([row, column] { return value_of(RELOID, row, column); });
    };
    Properties properties;
    properties.add("owner", reading.words.role(form.relowner));
    if (form.relpersistence == RELPERSISTENCE_UNLOGGED) {
        properties.add("persistence", "unlogged");
    }
    if (OidIsValid(form.relam) && form.relam != HEAP_TABLE_AM_OID) {
        const Oid method = form.relam;
        properties.add("access method",
                       optional_text(call([method] { return get_am_name(method); })));
    }
    properties.add("options", CatalogWords::options(value(Anum_pg_class_reloptions)));
    if (OidIsValid(form.reltoastrelid)) {
        const Oid toast = form.reltoastrelid;
        CatalogIndexes& catalogs = reading.catalogs;
        properties.add("toast options", CatalogWords::options(call([&catalogs, toast] {
                           return toast_options(catalogs, toast);
                       })));
    }
    properties.add("tablespace", CatalogWords::tablespace(form.reltablespace));
    const auto parents = parents_of(reading, form.oid);
    std::string inherits;
    for (const std::string& parent : parents) {
        core::append_item(inherits, parent);
    }
    properties.add("inherits", inherits.empty() ? std::nullopt : std::optional(inherits));
    if (OidIsValid(form.reloftype)) {
        properties.add("of type", reading.words.type(form.reloftype, -1));
    }
    properties.add("row security", form.relrowsecurity ? "enabled" : nullptr);
    properties.add("force row security", form.relforcerowsecurity ? "yes" : nullptr);
    add_special(reading, row, properties);
    const ObjectType kind = form.relkind == RELKIND_SEQUENCE ? OBJECT_SEQUENCE : OBJECT_TABLE;
    properties.add("privileges",
                   CatalogWords::privileges(value(Anum_pg_class_relacl), kind, form.relowner));
    properties.add("comment", comment_on(reading, RelationRelationId, form.oid));
    return properties.take();
}

std::vector<std::string> parents_of(CatalogReading& reading, Oid relation) {
    struct Parent {
        Oid relation;
        bool is_leaving;
    };
    std::vector<std::string> result;
    if (!reading.has_inheritance) {
        return result;
    }
    IndexSearch& catalog = reading.catalogs.parents;
    const auto parents = call([&catalog, relation] {
        PlainList<Parent> list;
        catalog.find({relation});
        while (HeapTuple row = catalog.next()) {
            const auto& form = form_of<FormData_pg_inherits>(row);
            list.add({form.inhparent, form.inhdetachpending});
        }
        return list;
    });
    for (const auto& [parent, is_leaving] : parents) {
        result.push_back(CatalogWords::relation(parent) + (is_leaving ? " (being detached)" : ""));
    }
    return result;
}

} // namespace migrate::pg
