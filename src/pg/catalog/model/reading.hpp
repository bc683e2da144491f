// The parts of CatalogReader.  Included by src/pg only.
#pragma once

#include "pg/catalog/model/reader.hpp"
#include "pg/catalog/model/words.hpp"
#include "pg/sql/table_scan.hpp"

namespace migrate::pg {

/// The catalogs of a reading, open as long as it takes: all see the same.
struct CatalogIndexes {
    explicit CatalogIndexes(Snapshot snapshot);
    void close();

    IndexSearch relations;          // pg_class by oid
    IndexSearch attributes;         // by relation, in the order of their numbers
    IndexSearch defaults;           // by relation
    IndexSearch constraints;        // by relation
    IndexSearch indexes;            // by the relation that they are of
    IndexSearch parents;            // pg_inherits by child, in their order
    IndexSearch types;              // pg_type by oid
    IndexSearch labels;             // by ENUM type, in their order
    IndexSearch domain_constraints; // by domain
    IndexSearch functions;          // pg_proc by oid
    IndexSearch descriptions;       // by object and catalog, in the order of column numbers
    IndexSearch dependencies;       // by object that depends, with its catalog before it
};

/// What all parts of a reading have in common.
struct CatalogReading {
    Snapshot snapshot;
    CatalogIndexes catalogs;
    bool has_inheritance; // whether any relation of the database inherits from another
    CatalogWords words;
};

/// Within call(): a copy of the row of a catalog that has this oid; null when it is gone.
HeapTuple row_of(IndexSearch& catalog, Oid oid);
/// Within call(): a column of such a copy from the catalog that this cache of the server is of;
/// null for NULL.
inline const void* value_of(SysCacheIdentifier catalog, HeapTuple row, AttrNumber column) {
    bool is_null = false;
    const Datum datum = SysCacheGetAttr(catalog, row, column, &is_null);
    return is_null ? nullptr : DatumGetPointer(datum);
}

/// How many statistics are to be gathered of a column, by its row of pg_attribute: -1 for the
/// default.
int statistics_target(HeapTuple attribute);
/// What is said of a part that comes from `parents` of them, and may be the relation's own as
/// well; null where there are none.
const char* inherited_how(int parents, bool is_local);

/// The relations that `relation` inherits from or is a partition of, in their order.
std::vector<std::string> parents_of(CatalogReading& reading, Oid relation);

/// The comment on an object.
std::optional<std::string> comment_on(CatalogReading& reading, Oid catalog, Oid object);

/// A column as it is read.
struct RawColumn {
    HeapTuple row; // of pg_attribute, a copy
    const char* expression;
    const char* comment;

    const FormData_pg_attribute& form() const { return form_of<FormData_pg_attribute>(row); }
};
using RawColumns = PlainList<RawColumn>;

/// Within call(): the columns of a relation, dropped ones aside.
RawColumns raw_columns(CatalogIndexes& catalogs, Oid relation);
CatalogPart column_part(CatalogWords& words, const RawColumn& column);

/// A relation's own properties.
std::vector<core::SchemaProperty> relation_properties(CatalogReading& reading, HeapTuple row);
/// Those of a type, by its row of pg_type; of a composite one, too.
std::vector<core::SchemaProperty> type_properties(CatalogReading& reading, HeapTuple row);
std::vector<CatalogPart> domain_constraints(CatalogReading& reading, Oid domain);

/// Fills in constraints and indexes of a relation.
void read_constraints_and_indexes(CatalogReading& reading, const RelationEntry& relation,
                                  RelationContent& content);

} // namespace migrate::pg
