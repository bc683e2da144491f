// The constraints of a relation, and the indexes that none of them has made.
#include "pg/catalog/model/reading.hpp"

#include "pg/wall/call.hpp"

#include <algorithm>

extern "C" {
#include <utils/fmgrprotos.h>
}

namespace migrate::pg {

namespace {

/// An index as the catalogs have it, by copies of their rows.
struct IndexRows {
    HeapTuple index;    // of pg_index
    HeapTuple relation; // of pg_class; null when it is gone

    const FormData_pg_index& form() const { return form_of<FormData_pg_index>(index); }
    const FormData_pg_class& relation_form() const { return form_of<FormData_pg_class>(relation); }
};

struct RawIndex {
    IndexRows rows;
    bool is_of_constraint;
};

PlainList<RawIndex> raw_indexes(CatalogIndexes& catalogs, Oid relation) {
    PlainList<RawIndex> indexes;
    catalogs.indexes.find({relation});
    while (HeapTuple row = catalogs.indexes.next()) {
        const auto& form = form_of<FormData_pg_index>(row);
        indexes.add({{heap_copytuple(row), row_of(catalogs.relations, form.indexrelid)},
                     form.indisprimary || form.indisexclusion});
    }
    return indexes;
}

struct RawConstraint {
    HeapTuple row; // of pg_constraint, a copy

    const FormData_pg_constraint& form() const { return form_of<FormData_pg_constraint>(row); }
};

PlainList<RawConstraint> raw_constraints(IndexSearch& catalog, Oid relation) {
    PlainList<RawConstraint> constraints;
    catalog.find({relation});
    while (HeapTuple row = catalog.next()) {
        constraints.add({heap_copytuple(row)});
    }
    return constraints;
}

/// Constraint triggers are triggers, the foreign keys of partitions are said by those of their
/// parents, and NOT NULL is a property of its column, but for the forms that only 18 has.
bool is_told(const FormData_pg_constraint& form) {
    constexpr char not_null = 'n';
    switch (form.contype) {
    case CONSTRAINT_TRIGGER:
        return false;
    case CONSTRAINT_FOREIGN:
        return !OidIsValid(form.conparentid);
    case not_null:
        return !form.convalidated || form.connoinherit;
    default:
        return true;
    }
}

bool is_held_by_index(const FormData_pg_constraint& form) {
    return form.contype == CONSTRAINT_PRIMARY || form.contype == CONSTRAINT_UNIQUE ||
           form.contype == CONSTRAINT_EXCLUSION;
}

RawIndex* index_of(const PlainList<RawIndex>& indexes, const FormData_pg_constraint& form) {
    if (!is_held_by_index(form)) {
        return nullptr;
    }
    RawIndex* found = std::find_if(indexes.begin(), indexes.end(), [&form](const RawIndex& index) {
        return index.rows.form().indexrelid == form.conindid;
    });
    return found != indexes.end() ? found : nullptr;
}

class PartsReader {
  public:
    explicit PartsReader(CatalogReading& reading) : reading_(reading) {}

    CatalogPart part_of(const FormData_pg_constraint& form, const RawIndex* index) {
        Properties properties;
        const Oid constraint = form.oid;
        properties.add("definition", optional_text(call([constraint] {
                           return text_of_function(pg_get_constraintdef,
                                                   ObjectIdGetDatum(constraint));
                       })));
        properties.add("inherited", inherited_how(form.coninhcount, form.conislocal));
        if (index != nullptr && index->rows.relation != nullptr) {
            HeapTuple row = index->rows.relation;
            properties.add("options", CatalogWords::options(call([row] {
                               return value_of(RELOID, row, Anum_pg_class_reloptions);
                           })));
            properties.add("tablespace",
                           CatalogWords::tablespace(index->rows.relation_form().reltablespace));
            properties.add("clustered", index->rows.form().indisclustered ? "yes" : nullptr);
        }
        properties.add("comment", comment_on(reading_, ConstraintRelationId, form.oid));
        return {call([&form] { return quote_identifier(NameStr(form.conname)); }),
                properties.take()};
    }

    CatalogPart part_of(const IndexRows& index) {
        const FormData_pg_class& relation = index.relation_form();
        const FormData_pg_index& form = index.form();
        Properties properties;
        const Oid oid = form.indexrelid;
        properties.add("definition", optional_text(call([oid] {
                           return text_of_function(pg_get_indexdef, ObjectIdGetDatum(oid));
                       })));
        properties.add("valid", form.indisvalid ? nullptr : "no");
        properties.add("clustered", form.indisclustered ? "yes" : nullptr);
        properties.add("tablespace", CatalogWords::tablespace(relation.reltablespace));
        if (relation.relispartition) {
            const auto parents = parents_of(reading_, form.indexrelid);
            properties.add("attached to",
                           parents.empty() ? std::nullopt : std::optional(parents[0]));
        }
        if (!heap_attisnull(index.index, Anum_pg_index_indexprs, nullptr)) {
            properties.add("statistics", statistics(form.indexrelid));
        }
        properties.add("comment", comment_on(reading_, RelationRelationId, form.indexrelid));
        const char* name = call([&relation] {
            return quote_qualified_identifier(get_namespace_name(relation.relnamespace),
                                              NameStr(relation.relname));
        });
        return {name, properties.take()};
    }

  private:
    /// Only expressions can have any.
    std::optional<std::string> statistics(Oid index) {
        struct Target {
            int column;
            int statistics;
        };
        IndexSearch& attributes = reading_.catalogs.attributes;
        const auto targets = call([&attributes, index] {
            PlainList<Target> list;
            attributes.find({index});
            while (HeapTuple row = attributes.next()) {
                const int target = statistics_target(row);
                if (target >= 0) {
                    list.add({form_of<FormData_pg_attribute>(row).attnum, target});
                }
            }
            return list;
        });
        std::string result;
        for (const auto& [column, target] : targets) {
            core::append_item(result, std::to_string(column) + ": " + std::to_string(target));
        }
        return result.empty() ? std::nullopt : std::optional(std::move(result));
    }

    CatalogReading& reading_;
};

} // namespace

void read_constraints_and_indexes(CatalogReading& reading, const RelationEntry& relation,
                                  RelationContent& content) {
    CatalogIndexes& catalogs = reading.catalogs;
    const Oid oid = relation.relation;
    const auto indexes = call([&catalogs, oid] { return raw_indexes(catalogs, oid); });
    const auto constraints =
        call([&catalogs, oid] { return raw_constraints(catalogs.constraints, oid); });
    PartsReader parts(reading);
    for (const RawConstraint& constraint : constraints) {
        const auto& form = constraint.form();
        RawIndex* index = index_of(indexes, form);
        if (index != nullptr) {
            index->is_of_constraint = true;
        }
        if (is_told(form)) {
            content.constraints.push_back(parts.part_of(form, index));
        }
    }
    for (const RawIndex& index : indexes) {
        if (!index.is_of_constraint && index.rows.relation != nullptr) {
            content.indexes.push_back(parts.part_of(index.rows));
        }
    }
}

} // namespace migrate::pg
