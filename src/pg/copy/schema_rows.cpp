#include "pg/copy/schema_rows.hpp"

#include "pg/copy/catalog_row.hpp"
#include "pg/sql/table_scan.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/memory_scope.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>

namespace migrate::pg {

namespace {

/// A catalog whose rows name a schema.
struct Catalog {
    Oid id;
    Oid oid_index;
    std::size_t schema_offset; // in the fixed part of a row, which begins with the oid
};

constexpr Catalog catalogs[] = {
    {RelationRelationId, ClassOidIndexId, offsetof(FormData_pg_class, relnamespace)},
    {TypeRelationId, TypeOidIndexId, offsetof(FormData_pg_type, typnamespace)},
    {ProcedureRelationId, ProcedureOidIndexId, offsetof(FormData_pg_proc, pronamespace)},
    {OperatorRelationId, OperatorOidIndexId, offsetof(FormData_pg_operator, oprnamespace)},
    {OperatorClassRelationId, OpclassOidIndexId, offsetof(FormData_pg_opclass, opcnamespace)},
    {OperatorFamilyRelationId, OpfamilyOidIndexId, offsetof(FormData_pg_opfamily, opfnamespace)},
    {CollationRelationId, CollationOidIndexId, offsetof(FormData_pg_collation, collnamespace)},
    {ConversionRelationId, ConversionOidIndexId, offsetof(FormData_pg_conversion, connamespace)},
    {StatisticExtRelationId, StatisticExtOidIndexId,
     offsetof(FormData_pg_statistic_ext, stxnamespace)},
    {TSConfigRelationId, TSConfigOidIndexId, offsetof(FormData_pg_ts_config, cfgnamespace)},
    {TSDictionaryRelationId, TSDictionaryOidIndexId, offsetof(FormData_pg_ts_dict, dictnamespace)},
    {TSParserRelationId, TSParserOidIndexId, offsetof(FormData_pg_ts_parser, prsnamespace)},
    {TSTemplateRelationId, TSTemplateOidIndexId, offsetof(FormData_pg_ts_template, tmplnamespace)},
    // Free names of constraints are looked for by schema.
    {ConstraintRelationId, ConstraintOidIndexId, offsetof(FormData_pg_constraint, connamespace)},
};

Oid oid_at(HeapTuple row, std::size_t offset) {
    return *reinterpret_cast<const Oid*>(static_cast<const char*>(GETSTRUCT(row)) + offset);
}

ObjectAddressKey of_class(Oid class_id, Oid oid) {
    return {class_id, oid, 0};
}

ObjectAddressKey subject_of_relation(const FormData_pg_class& form) {
    switch (form.relkind) {
    case RELKIND_INDEX:
    case RELKIND_PARTITIONED_INDEX:
        return of_class(RelationRelationId, IndexGetRelation(form.oid, true));
    case RELKIND_SEQUENCE: {
        Oid table = InvalidOid;
        int32 column = 0;
        const bool is_owned = sequenceIsOwned(form.oid, DEPENDENCY_AUTO, &table, &column) ||
                              sequenceIsOwned(form.oid, DEPENDENCY_INTERNAL, &table, &column);
        return of_class(RelationRelationId, is_owned ? table : form.oid);
    }
    case RELKIND_COMPOSITE_TYPE:
        return of_class(TypeRelationId, form.reltype);
    default:
        return of_class(RelationRelationId, form.oid);
    }
}

/// Of a type that is no array: a row type is its relation's.
ObjectAddressKey subject_of_type(Oid type, char kind, Oid relation) {
    if (kind == TYPTYPE_MULTIRANGE) {
        return of_class(TypeRelationId, get_multirange_range(type));
    }
    if (OidIsValid(relation) && get_rel_relkind(relation) != RELKIND_COMPOSITE_TYPE) {
        return of_class(RelationRelationId, relation);
    }
    return of_class(TypeRelationId, type);
}

ObjectAddressKey subject_of_type(const FormData_pg_type& form) {
    const bool is_array = OidIsValid(form.typelem) && get_array_type(form.typelem) == form.oid;
    if (!is_array) {
        return subject_of_type(form.oid, form.typtype, form.typrelid);
    }
    return subject_of_type(form.typelem, get_typtype(form.typelem), get_typ_typrelid(form.typelem));
}

/// The server makes the constructors of a range with it.
ObjectAddressKey subject_of_function(const FormData_pg_proc& form) {
    if (form.prolang == INTERNALlanguageId) {
        const char kind = get_typtype(form.prorettype);
        if (kind == TYPTYPE_RANGE || kind == TYPTYPE_MULTIRANGE) {
            return subject_of_type(form.prorettype, kind, InvalidOid);
        }
    }
    return of_class(ProcedureRelationId, form.oid);
}

ObjectAddressKey subject_of_constraint(const FormData_pg_constraint& form) {
    if (OidIsValid(form.conrelid)) {
        return of_class(RelationRelationId, form.conrelid);
    }
    return OidIsValid(form.contypid) ? of_class(TypeRelationId, form.contypid)
                                     : of_class(ConstraintRelationId, form.oid);
}

ObjectAddressKey subject_of_row(Oid catalog, HeapTuple row) {
    switch (catalog) {
    case RelationRelationId:
        return subject_of_relation(form_of<FormData_pg_class>(row));
    case TypeRelationId:
        return subject_of_type(form_of<FormData_pg_type>(row));
    case ProcedureRelationId:
        return subject_of_function(form_of<FormData_pg_proc>(row));
    case ConstraintRelationId:
        return subject_of_constraint(form_of<FormData_pg_constraint>(row));
    case StatisticExtRelationId:
        return of_class(RelationRelationId, form_of<FormData_pg_statistic_ext>(row).stxrelid);
    default:
        return of_class(catalog, oid_at(row, 0));
    }
}

/// What decides for a sequence's or a partition's index is another row of pg_class, whose own
/// subject is asked for when that one is judged.
PlainList<SchemaRow> rows_raw(const Catalog& catalog, Oid schema) {
    PlainList<SchemaRow> rows;
    TableScan scan(catalog.id);
    scan.begin(InvalidOid, nullptr, nullptr, 0);
    while (HeapTuple row = scan.next()) {
        if (oid_at(row, catalog.schema_offset) == schema) {
            rows.add({catalog.id, oid_at(row, 0), subject_of_row(catalog.id, row)});
        }
    }
    scan.close();
    return rows;
}

const Catalog& catalog_of(const SchemaRow& row) {
    return *std::find_if(std::begin(catalogs), std::end(catalogs),
                         [&row](const Catalog& catalog) { return catalog.id == row.catalog; });
}

} // namespace

std::vector<SchemaRow> rows_of_schema(ObjectId schema) {
    std::vector<SchemaRow> result;
    for (const Catalog& catalog : catalogs) {
        in_scratch_memory([&] {
            const auto rows = call([&catalog, schema] { return rows_raw(catalog, schema); });
            result.insert(result.end(), rows.begin(), rows.end());
            return 0;
        });
    }
    return result;
}

void move_rows(std::span<const SchemaRow> rows, ObjectId schema) {
    while (!rows.empty()) {
        const Catalog& catalog = catalog_of(rows.front());
        const auto end = std::find_if(rows.begin(), rows.end(), [&catalog](const SchemaRow& row) {
            return row.catalog != catalog.id;
        });
        const auto part = rows.first(std::size_t(end - rows.begin()));
        in_scratch_memory([&] {
            call([&catalog, part, schema] {
                CatalogWriter writer(catalog.id, catalog.oid_index);
                for (const SchemaRow& row : part) {
                    CHECK_FOR_INTERRUPTS();
                    Oid before = InvalidOid;
                    writer.change(row.oid, [&catalog, schema, &before](HeapTuple copy) {
                        auto* place = reinterpret_cast<Oid*>(static_cast<char*>(GETSTRUCT(copy)) +
                                                             catalog.schema_offset);
                        before = *place;
                        *place = schema;
                    });
                    // The model finds what is in a schema by that.
                    if (OidIsValid(before) && catalog.id != ConstraintRelationId) {
                        changeDependencyFor(catalog.id, row.oid, NamespaceRelationId, before,
                                            schema);
                    }
                }
                writer.close();
            });
            return 0;
        });
        rows = rows.subspan(part.size());
    }
}

} // namespace migrate::pg
