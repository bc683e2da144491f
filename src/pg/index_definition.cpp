#include "pg/index_definition.hpp"

#include "pg/call.hpp"
#include "pg/scratch.hpp"

#include <array>

extern "C" {
#include <access/nbtree.h>
#include <lib/stringinfo.h>
#include <utils/fmgroids.h>
}

namespace migrate::pg {

namespace {

/// An index whose definition is its names, if its operator classes are the default ones.
struct PlainIndex {
    bool is_plain = false;
    bool is_unique = false;
    Oid table = InvalidOid;
    int count = 0;
    std::array<AttrNumber, INDEX_MAX_KEYS> columns{};
    std::array<Oid, INDEX_MAX_KEYS> types{};
    std::array<Oid, INDEX_MAX_KEYS> operator_classes{};
};

bool is_null(int cache, HeapTuple tuple, AttrNumber column) {
    bool result = false;
    SysCacheGetAttr(cache, tuple, column, &result);
    return result;
}

/// Whether pg_class says of the index nothing that would have to be printed.
bool is_plain_relation(Oid index) {
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
    if (!HeapTupleIsValid(tuple)) {
        return false;
    }
    auto* form = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    const bool result = form->relkind == RELKIND_INDEX && form->relam == BTREE_AM_OID &&
                        is_null(RELOID, tuple, Anum_pg_class_reloptions);
    ReleaseSysCache(tuple);
    return result;
}

/// The type of a column whose collation is `collation`; InvalidOid when it has another one.
Oid type_of_column(Oid table, AttrNumber column, Oid collation) {
    HeapTuple tuple = SearchSysCacheAttNum(table, column);
    if (!HeapTupleIsValid(tuple)) {
        return InvalidOid;
    }
    auto* form = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
    const Oid type = form->attcollation == collation ? form->atttypid : InvalidOid;
    ReleaseSysCache(tuple);
    return type;
}

PlainIndex read_index(HeapTuple tuple) {
    auto* form = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
    PlainIndex index;
    if (form->indnullsnotdistinct || form->indnatts != form->indnkeyatts ||
        !is_null(INDEXRELID, tuple, Anum_pg_index_indexprs) ||
        !is_null(INDEXRELID, tuple, Anum_pg_index_indpred) ||
        !is_plain_relation(form->indexrelid)) {
        return index;
    }
    const auto vector_of = [tuple](AttrNumber column) {
        bool null = false;
        return DatumGetPointer(SysCacheGetAttr(INDEXRELID, tuple, column, &null));
    };
    const auto* classes = reinterpret_cast<oidvector*>(vector_of(Anum_pg_index_indclass));
    const auto* collations = reinterpret_cast<oidvector*>(vector_of(Anum_pg_index_indcollation));
    const auto* options = reinterpret_cast<int2vector*>(vector_of(Anum_pg_index_indoption));
    index.is_unique = form->indisunique;
    index.table = form->indrelid;
    index.count = form->indnkeyatts;
    for (int i = 0; i < index.count; i++) {
        const auto at = std::size_t(i);
        index.columns[at] = form->indkey.values[i];
        index.types[at] = type_of_column(index.table, index.columns[at], collations->values[i]);
        index.operator_classes[at] = classes->values[i];
        if (options->values[i] != 0 || !OidIsValid(index.types[at])) {
            return index;
        }
    }
    index.is_plain = true;
    return index;
}

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

/// Null when the index, or what it is on, has just been dropped by another session: reading
/// definitions locks nothing.
const char* plain_definition(Oid relation, const PlainIndex& index) {
    const char* name = get_rel_name(relation);
    const char* table = get_rel_name(index.table);
    const char* schema = get_namespace_name(get_rel_namespace(index.table));
    if (name == nullptr || table == nullptr || schema == nullptr) {
        return nullptr;
    }
    StringInfoData definition;
    initStringInfo(&definition);
    appendStringInfo(&definition, "CREATE %sINDEX %s ON %s USING btree (",
                     index.is_unique ? "UNIQUE " : "", quote_identifier(name),
                     quote_qualified_identifier(schema, table));
    for (int i = 0; i < index.count; i++) {
        const char* column = get_attname(index.table, index.columns[std::size_t(i)], true);
        if (column == nullptr) {
            return nullptr;
        }
        appendStringInfo(&definition, "%s%s", i > 0 ? ", " : "", quote_identifier(column));
    }
    appendStringInfoChar(&definition, ')');
    return definition.data;
}

/// Null for an index that is gone.
const char* server_definition(Oid index) {
    FmgrInfo function;
    fmgr_info(F_PG_GET_INDEXDEF_OID, &function);
    LOCAL_FCINFO(info, 1);
    InitFunctionCallInfoData(*info, &function, 1, InvalidOid, nullptr, nullptr);
    info->args[0] = {ObjectIdGetDatum(index), false};
    const Datum result = FunctionCallInvoke(info);
    return info->isnull ? nullptr : TextDatumGetCString(result);
}

} // namespace

bool IndexDefinitions::has_default_class(ObjectId type, ObjectId operator_class) {
    auto found = default_classes_.find(type);
    if (found == default_classes_.end()) {
        const Oid own = call([type] { return default_class_without_parameters(type); });
        found = default_classes_.emplace(type, own).first;
    }
    return found->second == operator_class;
}

std::optional<std::string> IndexDefinitions::of(ObjectId index) {
    return in_scratch_memory([this, index] {
        PlainIndex plain = call([index] {
            PlainIndex result;
            HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
            if (HeapTupleIsValid(tuple)) {
                result = read_index(tuple);
                ReleaseSysCache(tuple);
            }
            return result;
        });
        for (int i = 0; plain.is_plain && i < plain.count; i++) {
            const auto at = std::size_t(i);
            plain.is_plain = has_default_class(plain.types[at], plain.operator_classes[at]);
        }
        const char* text = call([index, &plain] {
            return plain.is_plain ? plain_definition(index, plain) : server_definition(index);
        });
        return text != nullptr ? std::optional<std::string>(text) : std::nullopt;
    });
}

} // namespace migrate::pg
