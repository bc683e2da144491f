#include "pg/catalog/model/reading.hpp"

#include "pg/wall/call.hpp"

extern "C" {
#include <access/toast_compression.h>
#include <utils/fmgrprotos.h>
}

namespace migrate::pg {

namespace {

RawColumns attributes_of(IndexSearch& attributes, Oid relation) {
    RawColumns columns;
    attributes.find({relation});
    while (HeapTuple row = attributes.next()) {
        const auto& form = form_of<FormData_pg_attribute>(row);
        if (form.attnum > 0 && !form.attisdropped) {
            columns.add({heap_copytuple(row), nullptr, nullptr});
        }
    }
    return columns;
}

RawColumn* column_of_number(const RawColumns& columns, int number) {
    for (RawColumn& column : columns) {
        if (column.form().attnum == number) {
            return &column;
        }
    }
    return nullptr;
}

void add_expressions(IndexSearch& defaults, Oid relation, const RawColumns& columns) {
    defaults.find({relation});
    while (HeapTuple row = defaults.next()) {
        RawColumn* column = column_of_number(columns, form_of<FormData_pg_attrdef>(row).adnum);
        if (column != nullptr) {
            // A default names no column; told of the relation, the server would get ready for it.
            const Oid names = column->form().attgenerated != '\0' ? relation : InvalidOid;
            const void* tree = defaults.pointer(row, Anum_pg_attrdef_adbin);
            column->expression =
                text_of_function(pg_get_expr, PointerGetDatum(tree), ObjectIdGetDatum(names));
        }
    }
}

void add_comments(IndexSearch& descriptions, Oid relation, const RawColumns& columns) {
    descriptions.find({relation, RelationRelationId});
    while (HeapTuple row = descriptions.next()) {
        RawColumn* column =
            column_of_number(columns, form_of<FormData_pg_description>(row).objsubid);
        if (column != nullptr) {
            column->comment = TextDatumGetCString(
                PointerGetDatum(descriptions.pointer(row, Anum_pg_description_description)));
        }
    }
}

/// Whether the values of its type have default collation and extended storage, which then need
/// not be looked up.
bool is_plain_text(Oid type) {
    return type == TEXTOID || type == VARCHAROID || type == BPCHAROID;
}

std::optional<std::string> other_collation(CatalogWords& words, const FormData_pg_attribute& form) {
    const bool is_usual =
        !OidIsValid(form.attcollation) ||
        (form.attcollation == DEFAULT_COLLATION_OID && is_plain_text(form.atttypid));
    if (is_usual || words.type_defaults(form.atttypid).collation == form.attcollation) {
        return std::nullopt;
    }
    return CatalogWords::collation(form.attcollation);
}

const char* other_storage(CatalogWords& words, const FormData_pg_attribute& form) {
    // Fixed lengths are stored plain.
    const bool is_usual =
        form.attlen > 0 || (form.attstorage == TYPSTORAGE_EXTENDED && is_plain_text(form.atttypid));
    if (is_usual || words.type_defaults(form.atttypid).storage == form.attstorage) {
        return nullptr;
    }
    switch (form.attstorage) {
    case TYPSTORAGE_PLAIN:
        return "plain";
    case TYPSTORAGE_EXTERNAL:
        return "external";
    case TYPSTORAGE_MAIN:
        return "main";
    default:
        return "extended";
    }
}

const char* compression_name(char compression) {
    switch (compression) {
    case TOAST_PGLZ_COMPRESSION:
        return "pglz";
    case TOAST_LZ4_COMPRESSION:
        return "lz4";
    default:
        return nullptr;
    }
}

const char* identity_name(char identity) {
    switch (identity) {
    case ATTRIBUTE_IDENTITY_ALWAYS:
        return "always";
    case ATTRIBUTE_IDENTITY_BY_DEFAULT:
        return "by default";
    default:
        return nullptr;
    }
}

void add_expression(Properties& properties, const RawColumn& column) {
    const char generated = column.form().attgenerated;
    if (generated == '\0') {
        properties.add("default", column.expression);
    } else if (column.expression != nullptr) {
        const char* how = generated == ATTRIBUTE_GENERATED_STORED ? "stored " : "virtual ";
        properties.add("generated", how + std::string(column.expression));
    }
}

} // namespace

int statistics_target(HeapTuple attribute) {
    bool is_null = false;
    const Datum target =
        SysCacheGetAttr(ATTNUM, attribute, Anum_pg_attribute_attstattarget, &is_null);
    // An integer up to 16, small in any case; and NULL for the default from 17 on.
    return is_null ? -1 : int(DatumGetInt16(target));
}

const char* inherited_how(int parents, bool is_local) {
    return parents == 0 ? nullptr : is_local ? "and defined here" : "yes";
}

RawColumns raw_columns(CatalogIndexes& catalogs, Oid relation) {
    const RawColumns columns = attributes_of(catalogs.attributes, relation);
    bool has_expressions = false;
    for (const RawColumn& column : columns) {
        has_expressions = has_expressions || column.form().atthasdef;
    }
    if (has_expressions) {
        add_expressions(catalogs.defaults, relation, columns);
    }
    add_comments(catalogs.descriptions, relation, columns);
    return columns;
}

CatalogPart column_part(CatalogWords& words, const RawColumn& column) {
    const FormData_pg_attribute& form = column.form();
    Properties properties;
    properties.add("type", words.type(form.atttypid, form.atttypmod));
    properties.add("collation", other_collation(words, form));
    add_expression(properties, column);
    properties.add("identity", identity_name(form.attidentity));
    properties.add("not null", form.attnotnull ? "yes" : nullptr);
    properties.add("storage", other_storage(words, form));
    properties.add("compression", compression_name(form.attcompression));
    if (const int statistics = call([&column] { return statistics_target(column.row); });
        statistics >= 0) {
        properties.add("statistics", std::to_string(statistics));
    }
    const auto value = [&column](AttrNumber number) {
        return call([&column, number] { return value_of(ATTNUM, column.row, number); });
    };
    properties.add("options", CatalogWords::options(value(Anum_pg_attribute_attoptions)));
    properties.add("foreign options",
                   CatalogWords::options(value(Anum_pg_attribute_attfdwoptions)));
    properties.add("inherited", inherited_how(form.attinhcount, form.attislocal));
    properties.add("privileges", CatalogWords::column_privileges(value(Anum_pg_attribute_attacl)));
    properties.add("comment", column.comment);
    return {call([&form] { return quote_identifier(NameStr(form.attname)); }), properties.take()};
}

} // namespace migrate::pg
