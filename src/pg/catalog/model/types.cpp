// What types are, and the constraints of domains.
#include "pg/catalog/model/reading.hpp"

#include "pg/wall/call.hpp"

extern "C" {
#include <catalog/pg_range.h>
#include <utils/fmgrprotos.h>
}

namespace migrate::pg {

namespace {

const char* sort_of(char type_type) {
    switch (type_type) {
    case TYPTYPE_ENUM:
        return "enum";
    case TYPTYPE_DOMAIN:
        return "domain";
    case TYPTYPE_RANGE:
        return "range";
    case TYPTYPE_COMPOSITE:
        return "composite";
    default:
        return "base";
    }
}

std::optional<std::string> labels_of(IndexSearch& catalog, Oid type) {
    const auto labels = call([&catalog, type] {
        PlainList<const char*> list;
        catalog.find({type});
        while (HeapTuple row = catalog.next()) {
            list.add(quote_literal_cstr(NameStr(form_of<FormData_pg_enum>(row).enumlabel)));
        }
        return list;
    });
    std::string result;
    for (const char* label : labels) {
        core::append_item(result, label);
    }
    return result.empty() ? std::nullopt : std::optional(std::move(result));
}

void add_domain(CatalogWords& words, HeapTuple row, Properties& properties) {
    const auto& form = form_of<FormData_pg_type>(row);
    properties.add("type", words.type(form.typbasetype, form.typtypmod));
    properties.add("default", optional_text(call([row] {
                       const void* tree = value_of(TYPEOID, row, Anum_pg_type_typdefaultbin);
                       return tree == nullptr ? nullptr
                                              : text_of_function(pg_get_expr, PointerGetDatum(tree),
                                                                 ObjectIdGetDatum(InvalidOid));
                   })));
    properties.add("not null", form.typnotnull ? "yes" : nullptr);
    if (words.type_defaults(form.typbasetype).collation != form.typcollation) {
        properties.add("collation", CatalogWords::collation(form.typcollation));
    }
}

struct RawRange {
    FormData_pg_range form;
    const char* operator_class; // null when the range is gone
    const char* subtype;        // without a modifier: "character", not "bpchar"
};

RawRange raw_range(Oid type) {
    RawRange range = {};
    HeapTuple row = SearchSysCache1(RANGETYPE, ObjectIdGetDatum(type));
    if (HeapTupleIsValid(row)) {
        range.form = form_of<FormData_pg_range>(row);
        ReleaseSysCache(row);
        range.subtype = format_type_extended(range.form.rngsubtype, -1, FORMAT_TYPE_ALLOW_INVALID);
        row = SearchSysCache1(CLAOID, ObjectIdGetDatum(range.form.rngsubopc));
        if (HeapTupleIsValid(row)) {
            range.operator_class =
                pstrdup(quote_identifier(NameStr(form_of<FormData_pg_opclass>(row).opcname)));
            ReleaseSysCache(row);
        }
    }
    return range;
}

void add_range(CatalogWords& words, Oid type, Properties& properties) {
    const RawRange range = call([type] { return raw_range(type); });
    if (range.operator_class == nullptr) {
        return;
    }
    const auto& form = range.form;
    std::string text = std::string(range.subtype) + ", multirange " +
                       words.type(form.rngmultitypid, -1) + ", operator class " +
                       range.operator_class;
    if (OidIsValid(form.rngcollation)) {
        text += ", collation " + CatalogWords::collation(form.rngcollation);
    }
    if (OidIsValid(form.rngcanonical)) {
        text += ", canonical " + CatalogWords::function(form.rngcanonical);
    }
    if (OidIsValid(form.rngsubdiff)) {
        text += ", subtype difference " + CatalogWords::function(form.rngsubdiff);
    }
    properties.add("range of", std::move(text));
}

} // namespace

std::vector<core::SchemaProperty> type_properties(CatalogReading& reading, HeapTuple row) {
    const auto& form = form_of<FormData_pg_type>(row);
    Properties properties;
    properties.add("owner", reading.words.role(form.typowner));
    properties.add("sort", sort_of(form.typtype));
    switch (form.typtype) {
    case TYPTYPE_ENUM:
        properties.add("labels", labels_of(reading.catalogs.labels, form.oid));
        break;
    case TYPTYPE_DOMAIN:
        add_domain(reading.words, row, properties);
        break;
    case TYPTYPE_RANGE:
        add_range(reading.words, form.oid, properties);
        break;
    default:
        break;
    }
    const void* acl = call([row] { return value_of(TYPEOID, row, Anum_pg_type_typacl); });
    properties.add("privileges", CatalogWords::privileges(acl, OBJECT_TYPE, form.typowner));
    properties.add("comment", comment_on(reading, TypeRelationId, form.oid));
    return properties.take();
}

std::vector<CatalogPart> domain_constraints(CatalogReading& reading, Oid domain) {
    struct RawConstraint {
        const char* name;
        const char* definition;
        Oid oid;
    };
    IndexSearch& catalog = reading.catalogs.domain_constraints;
    const auto constraints = call([&catalog, domain] {
        PlainList<RawConstraint> list;
        catalog.find({domain});
        while (HeapTuple row = catalog.next()) {
            const auto& form = form_of<FormData_pg_constraint>(row);
            // From 17 on NOT NULL is one as well; it is a property of the domain.
            if (form.contype == CONSTRAINT_CHECK) {
                list.add({pstrdup(quote_identifier(NameStr(form.conname))),
                          text_of_function(pg_get_constraintdef, ObjectIdGetDatum(form.oid)),
                          form.oid});
            }
        }
        return list;
    });
    std::vector<CatalogPart> parts;
    for (const auto& [name, definition, oid] : constraints) {
        Properties properties;
        properties.add("definition", definition);
        properties.add("comment", comment_on(reading, ConstraintRelationId, oid));
        parts.push_back({name, properties.take()});
    }
    return parts;
}

} // namespace migrate::pg
