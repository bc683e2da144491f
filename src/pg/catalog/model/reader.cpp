#include "pg/catalog/model/reader.hpp"

#include "pg/catalog/model/reading.hpp"
#include "pg/sql/key_lookup.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/memory_scope.hpp"
#include "pg/wall/scope.hpp"

#include <algorithm>
#include <string_view>

namespace migrate::pg {

namespace {

bool is_relation_of_own(const FormData_pg_class& form) {
    switch (form.relkind) {
    case RELKIND_RELATION:
    case RELKIND_PARTITIONED_TABLE:
    case RELKIND_VIEW:
    case RELKIND_MATVIEW:
    case RELKIND_FOREIGN_TABLE:
    case RELKIND_SEQUENCE:
    case RELKIND_COMPOSITE_TYPE:
        return form.relpersistence != RELPERSISTENCE_TEMP;
    default:
        return false;
    }
}

/// A row type is its relation, arrays and multiranges come with what they are of.
bool is_type_of_own(const FormData_pg_type& form) {
    switch (form.typtype) {
    case TYPTYPE_ENUM:
    case TYPTYPE_DOMAIN:
    case TYPTYPE_RANGE:
        return true;
    case TYPTYPE_BASE:
        return form.typcategory != TYPCATEGORY_ARRAY;
    default:
        return false;
    }
}

CatalogEntry entry_of(Oid catalog, Oid oid, Oid schema, const NameData& object_name) {
    const char* schema_name = call([schema] { return get_namespace_name(schema); });
    if (schema_name == nullptr) {
        return {}; // dropped meanwhile
    }
    const char* name = NameStr(object_name);
    return {{catalog, oid, 0}, schema, name, call([=] {
                return quote_qualified_identifier(schema_name, name);
            })};
}

RelationEntry entry_of(const FormData_pg_class& form) {
    const bool is_type = form.relkind == RELKIND_COMPOSITE_TYPE;
    return {entry_of(is_type ? TypeRelationId : RelationRelationId,
                     is_type ? form.reltype : form.oid, form.relnamespace, form.relname),
            form.oid,
            form.relkind,
            form.relhastriggers,
            form.relhasrules,
            form.relispartition};
}

CatalogEntry entry_of(const FormData_pg_type& form) {
    return entry_of(TypeRelationId, form.oid, form.typnamespace, form.typname);
}

CatalogEntry entry_of(const FormData_pg_proc& form) {
    return entry_of(ProcedureRelationId, form.oid, form.pronamespace, form.proname);
}

bool is_of_own(const FormData_pg_class& form) {
    return is_relation_of_own(form);
}
bool is_of_own(const FormData_pg_type& form) {
    return is_type_of_own(form);
}
bool is_of_own(const FormData_pg_proc&) {
    return true;
}

Oid schema_of(const FormData_pg_class& form) {
    return form.relnamespace;
}
Oid schema_of(const FormData_pg_type& form) {
    return form.typnamespace;
}
Oid schema_of(const FormData_pg_proc& form) {
    return form.pronamespace;
}

template <typename Entry> bool is_there(const Entry& entry) {
    return entry.address.object_id != invalid_object_id;
}

/// Copies of the fixed parts of all rows of a catalog that are in `schemas`.
template <typename Form>
PlainList<Form> forms_in(Oid catalog, Snapshot snapshot, const Oid* schemas, int count) {
    PlainList<Form> forms;
    TableScan scan(catalog);
    scan.begin(InvalidOid, snapshot, nullptr, 0);
    while (HeapTuple row = scan.next()) {
        const auto& form = form_of<Form>(row);
        if (std::find(schemas, schemas + count, schema_of(form)) != schemas + count &&
            is_of_own(form)) {
            forms.add(form);
        }
    }
    scan.close();
    return forms;
}

template <typename Form>
auto entries_in(Oid catalog, Snapshot snapshot, std::span<const ObjectId> schemas) {
    using Entry = decltype(entry_of(std::declval<const Form&>()));
    return in_scratch_memory([=] {
        const ObjectId* first = schemas.data();
        const int count = int(schemas.size());
        const auto forms = call([=] { return forms_in<Form>(catalog, snapshot, first, count); });
        std::vector<Entry> entries;
        for (const Form& form : forms) {
            Entry entry = entry_of(form);
            if (is_there(entry)) {
                entries.push_back(std::move(entry));
            }
        }
        return entries;
    });
}

template <typename Form> auto entry_by_oid(IndexSearch& catalog, ObjectId oid) {
    using Entry = decltype(entry_of(std::declval<const Form&>()));
    return in_scratch_memory([&catalog, oid] {
        HeapTuple row = call([&catalog, oid] { return row_of(catalog, oid); });
        Entry entry;
        if (row != nullptr && is_of_own(form_of<Form>(row))) {
            entry = entry_of(form_of<Form>(row));
        }
        return is_there(entry) ? std::optional(std::move(entry)) : std::nullopt;
    });
}

bool depends_as(IndexSearch& dependencies, const ObjectAddressKey& object, char type) {
    dependencies.find({object.class_id, object.object_id});
    while (HeapTuple row = dependencies.next()) {
        if (form_of<FormData_pg_depend>(row).deptype == type) {
            return true;
        }
    }
    return false;
}

Oid owner_of_sequence_raw(IndexSearch& dependencies, Oid sequence) {
    dependencies.find({RelationRelationId, sequence});
    while (HeapTuple row = dependencies.next()) {
        const auto& form = form_of<FormData_pg_depend>(row);
        if (form.objsubid == 0 && form.refclassid == RelationRelationId && form.refobjsubid > 0 &&
            (form.deptype == DEPENDENCY_AUTO || form.deptype == DEPENDENCY_INTERNAL)) {
            return form.refobjid;
        }
    }
    return InvalidOid;
}

bool has_any(char kind, std::string_view kinds) {
    return kinds.find(kind) != std::string_view::npos;
}

} // namespace

CatalogIndexes::CatalogIndexes(Snapshot snapshot)
    : relations(RelationRelationId, ClassOidIndexId, 1, snapshot),
      attributes(AttributeRelationId, AttributeRelidNumIndexId, 1, snapshot),
      defaults(AttrDefaultRelationId, AttrDefaultIndexId, 1, snapshot),
      constraints(ConstraintRelationId, ConstraintRelidTypidNameIndexId, 1, snapshot),
      indexes(IndexRelationId, IndexIndrelidIndexId, 1, snapshot),
      parents(InheritsRelationId, InheritsRelidSeqnoIndexId, 1, snapshot),
      types(TypeRelationId, TypeOidIndexId, 1, snapshot),
      labels(EnumRelationId, EnumTypIdSortOrderIndexId, 1, snapshot),
      domain_constraints(ConstraintRelationId, ConstraintTypidIndexId, 1, snapshot),
      functions(ProcedureRelationId, ProcedureOidIndexId, 1, snapshot),
      descriptions(DescriptionRelationId, DescriptionObjIndexId, 2, snapshot),
      dependencies(DependRelationId, DependDependerIndexId, 2, snapshot) {}

void CatalogIndexes::close() {
    for (IndexSearch* index :
         {&relations, &attributes, &defaults, &constraints, &indexes, &parents, &types, &labels,
          &domain_constraints, &functions, &descriptions, &dependencies}) {
        index->close();
    }
}

HeapTuple row_of(IndexSearch& catalog, Oid oid) {
    catalog.find({oid});
    HeapTuple row = catalog.next();
    return row != nullptr ? heap_copytuple(row) : nullptr;
}

std::optional<std::string> comment_on(CatalogReading& reading, Oid catalog, Oid object) {
    IndexSearch& descriptions = reading.catalogs.descriptions;
    return optional_text(call([&descriptions, catalog, object] {
        descriptions.find({object, catalog});
        HeapTuple row = descriptions.next();
        const bool is_found = row != nullptr && form_of<FormData_pg_description>(row).objsubid == 0;
        return is_found ? TextDatumGetCString(PointerGetDatum(
                              descriptions.pointer(row, Anum_pg_description_description)))
                        : nullptr;
    }));
}

struct CatalogReader::State {
    CatalogReading reading;
    Unwinding unwinding;
};

CatalogReader::CatalogReader() {
    Snapshot snapshot = call([] { return RegisterSnapshot(GetTransactionSnapshot()); });
    const CatalogIndexes catalogs = call([=] { return CatalogIndexes(snapshot); });
    state_ =
        std::make_unique<State>(State{{snapshot, catalogs, has_rows(InheritsRelationId), {}}, {}});
}

CatalogReader::~CatalogReader() {
    if (!state_->unwinding) {
        state_->reading.catalogs.close();
        UnregisterSnapshot(state_->reading.snapshot);
    }
}

std::vector<RelationEntry> CatalogReader::relations_in(std::span<const ObjectId> schemas) const {
    return entries_in<FormData_pg_class>(RelationRelationId, state_->reading.snapshot, schemas);
}

std::vector<CatalogEntry> CatalogReader::types_in(std::span<const ObjectId> schemas) const {
    return entries_in<FormData_pg_type>(TypeRelationId, state_->reading.snapshot, schemas);
}

std::vector<CatalogEntry> CatalogReader::functions_in(std::span<const ObjectId> schemas) const {
    return entries_in<FormData_pg_proc>(ProcedureRelationId, state_->reading.snapshot, schemas);
}

std::optional<RelationEntry> CatalogReader::relation(ObjectId oid) const {
    return entry_by_oid<FormData_pg_class>(state_->reading.catalogs.relations, oid);
}

std::optional<CatalogEntry> CatalogReader::type(ObjectId oid) const {
    return entry_by_oid<FormData_pg_type>(state_->reading.catalogs.types, oid);
}

std::optional<CatalogEntry> CatalogReader::function(ObjectId oid) const {
    return entry_by_oid<FormData_pg_proc>(state_->reading.catalogs.functions, oid);
}

bool CatalogReader::is_extension_member(const ObjectAddressKey& object) const {
    IndexSearch& dependencies = state_->reading.catalogs.dependencies;
    return call([&] { return depends_as(dependencies, object, DEPENDENCY_EXTENSION); });
}

bool CatalogReader::is_internal(const ObjectAddressKey& object) const {
    IndexSearch& dependencies = state_->reading.catalogs.dependencies;
    return call([&] { return depends_as(dependencies, object, DEPENDENCY_INTERNAL); });
}

ObjectId CatalogReader::owner_of_sequence(ObjectId sequence) const {
    IndexSearch& dependencies = state_->reading.catalogs.dependencies;
    return call(
        [&dependencies, sequence] { return owner_of_sequence_raw(dependencies, sequence); });
}

TypeContent CatalogReader::content(const CatalogEntry& type) {
    return in_scratch_memory([&] {
        CatalogReading& reading = state_->reading;
        IndexSearch& catalog = reading.catalogs.types;
        const Oid oid = type.address.object_id;
        TypeContent content;
        HeapTuple row = call([&catalog, oid] { return row_of(catalog, oid); });
        if (row != nullptr) {
            content.properties = type_properties(reading, row);
            if (form_of<FormData_pg_type>(row).typtype == TYPTYPE_DOMAIN) {
                content.constraints = domain_constraints(reading, oid);
            }
        }
        return content;
    });
}

RelationContent CatalogReader::content(const RelationEntry& entry) {
    return in_scratch_memory([&] {
        CatalogReading& reading = state_->reading;
        CatalogIndexes& catalogs = reading.catalogs;
        const Oid relation = entry.relation;
        RelationContent content;
        if (entry.kind == RELKIND_COMPOSITE_TYPE) {
            content.properties = this->content(static_cast<const CatalogEntry&>(entry)).properties;
        } else {
            HeapTuple row =
                call([&catalogs, relation] { return row_of(catalogs.relations, relation); });
            if (row != nullptr) {
                content.properties = relation_properties(reading, row);
            }
        }
        if (entry.kind == RELKIND_SEQUENCE) {
            return content;
        }
        const auto columns =
            call([&catalogs, relation] { return raw_columns(catalogs, relation); });
        content.columns.reserve(std::size_t(columns.count));
        for (const RawColumn& column : columns) {
            content.columns.push_back(column_part(reading.words, column));
        }
        if (has_any(entry.kind, "rpfm")) {
            read_constraints_and_indexes(reading, entry, content);
        }
        return content;
    });
}

} // namespace migrate::pg
