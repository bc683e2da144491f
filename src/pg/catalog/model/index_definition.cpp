#include "pg/catalog/model/index_definition.hpp"

#include "pg/catalog/model/words.hpp"
#include "pg/wall/call.hpp"

extern "C" {
#include <access/nbtree.h>
#include <utils/fmgrprotos.h>
}

namespace migrate::pg {

namespace {

/// The default operator class of btree for `type`; InvalidOid also for one that takes parameters,
/// which would have to be printed.
Oid default_class_without_parameters(Oid type) {
    const Oid found = GetDefaultOpClass(type, BTREE_AM_OID);
    if (!OidIsValid(found)) {
        return InvalidOid;
    }
    const Oid input = get_opclass_input_type(found);
    const Oid options = get_opfamily_proc(get_opclass_family(found), input, input, BTOPTIONS_PROC);
    return OidIsValid(options) ? InvalidOid : found;
}

const TableColumn* column_of_number(std::span<const TableColumn> columns, AttrNumber number) {
    for (const TableColumn& column : columns) {
        if (column.number == number) {
            return &column;
        }
    }
    return nullptr; // an expression, a system column
}

/// What pg_index says of each of its columns; within call().
struct KeyProperties {
    const Oid* operator_classes;
    const Oid* collations;
    const int16* options;
};

const void* vector_of(HeapTuple index, AttrNumber column) {
    bool is_null = false;
    return DatumGetPointer(SysCacheGetAttr(INDEXRELID, index, column, &is_null));
}

KeyProperties key_properties(HeapTuple index) {
    return {static_cast<const oidvector*>(vector_of(index, Anum_pg_index_indclass))->values,
            static_cast<const oidvector*>(vector_of(index, Anum_pg_index_indcollation))->values,
            static_cast<const int2vector*>(vector_of(index, Anum_pg_index_indoption))->values};
}

} // namespace

std::optional<std::string> plain_key(const IndexRows& index, std::span<const TableColumn> columns) {
    const FormData_pg_index& form = index.form();
    if (index.relation == nullptr || index.relation_form().relam != BTREE_AM_OID ||
        form.indnullsnotdistinct || form.indnatts != form.indnkeyatts) {
        return std::nullopt;
    }
    std::string names;
    for (int i = 0; i < form.indnkeyatts; i++) {
        const TableColumn* column = column_of_number(columns, form.indkey.values[i]);
        if (column == nullptr) {
            return std::nullopt;
        }
        names += (i > 0 ? ", " : "") + column->name;
    }
    return names;
}

bool IndexDefinitions::has_default_class(Oid type, Oid operator_class) {
    auto found = default_classes_.find(type);
    if (found == default_classes_.end()) {
        const Oid own = call([type] { return default_class_without_parameters(type); });
        found = default_classes_.emplace(type, own).first;
    }
    return found->second == operator_class;
}

bool IndexDefinitions::has_defaults_only(const IndexRows& index,
                                         std::span<const TableColumn> columns) {
    // A partitioned one may be on its table alone.
    if (index.relation_form().relkind != RELKIND_INDEX ||
        !heap_attisnull(index.relation, Anum_pg_class_reloptions, nullptr) ||
        !heap_attisnull(index.index, Anum_pg_index_indpred, nullptr)) {
        return false;
    }
    const FormData_pg_index& form = index.form();
    HeapTuple row = index.index;
    const KeyProperties key = call([row] { return key_properties(row); });
    for (int i = 0; i < form.indnkeyatts; i++) {
        const TableColumn* column = column_of_number(columns, form.indkey.values[i]);
        if (column == nullptr || key.options[i] != 0 || key.collations[i] != column->collation ||
            !has_default_class(column->type, key.operator_classes[i])) {
            return false;
        }
    }
    return true;
}

std::optional<std::string> IndexDefinitions::of(const IndexRows& index, const std::string& table,
                                                std::span<const TableColumn> columns) {
    const auto key = plain_key(index, columns);
    if (key && has_defaults_only(index, columns)) {
        const FormData_pg_class& relation = index.relation_form();
        const char* name =
            call([&relation] { return quote_identifier(NameStr(relation.relname)); });
        return std::string(index.form().indisunique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") +
               name + " ON " + table + " USING btree (" + *key + ")";
    }
    const Oid oid = index.form().indexrelid;
    return optional_text(
        call([oid] { return text_of_function(pg_get_indexdef, ObjectIdGetDatum(oid)); }));
}

} // namespace migrate::pg
