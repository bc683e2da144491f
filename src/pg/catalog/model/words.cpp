#include "pg/catalog/model/words.hpp"

#include "pg/wall/call.hpp"

#include <algorithm>
#include <string_view>

extern "C" {
#include <commands/tablespace.h>
#include <utils/fmgrprotos.h>
}

namespace migrate::pg {

namespace {

/// As the output function of a type of oids does it.
std::string printed(PGFunction output, Oid oid) {
    return call(
        [=] { return DatumGetCString(DirectFunctionCall1(output, ObjectIdGetDatum(oid))); });
}

std::string sorted_list(std::vector<std::string>& texts) {
    std::sort(texts.begin(), texts.end());
    return core::joined(texts);
}

struct PlainTexts {
    char** items;
    int count;
};

PlainTexts texts_of_array(const void* array) {
    Datum* elements = nullptr;
    int count = 0;
    deconstruct_array(DatumGetArrayTypeP(PointerGetDatum(array)), TEXTOID, -1, false, TYPALIGN_INT,
                      &elements, nullptr, &count);
    auto** items = static_cast<char**>(palloc(sizeof(char*) * std::size_t(count + 1)));
    for (int i = 0; i < count; i++) {
        items[i] = TextDatumGetCString(elements[i]);
    }
    return {items, count};
}

PlainTexts texts_of_acl(const void* acl) {
    Acl* list = DatumGetAclP(PointerGetDatum(acl));
    const int count = ACL_NUM(list);
    auto** items = static_cast<char**>(palloc(sizeof(char*) * std::size_t(count + 1)));
    for (int i = 0; i < count; i++) {
        items[i] =
            DatumGetCString(DirectFunctionCall1(aclitemout, PointerGetDatum(&ACL_DAT(list)[i])));
    }
    return {items, count};
}

std::string acl_text(const void* acl) {
    const PlainTexts items = call([acl] { return texts_of_acl(acl); });
    std::vector<std::string> texts(items.items, items.items + items.count);
    return texts.empty() ? "none" : sorted_list(texts);
}

} // namespace

const std::string& CatalogWords::role(Oid role) {
    auto found = roles_.find(role);
    if (found == roles_.end()) {
        const char* name = call([role] {
            return NameStr(
                *DatumGetName(DirectFunctionCall1(pg_get_userbyid, ObjectIdGetDatum(role))));
        });
        found = roles_.emplace(role, name).first;
    }
    return found->second;
}

const std::string& CatalogWords::type(Oid type, std::int32_t modifier) {
    const std::uint64_t key = std::uint64_t{type} << 32 | std::uint32_t(modifier);
    auto found = types_.find(key);
    if (found == types_.end()) {
        const char* name = call([type, modifier] {
            return format_type_extended(type, modifier,
                                        FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_ALLOW_INVALID);
        });
        found = types_.emplace(key, name).first;
    }
    return found->second;
}

std::string CatalogWords::relation(Oid relation) {
    return printed(regclassout, relation);
}

std::string CatalogWords::collation(Oid collation) {
    return printed(regcollationout, collation);
}

std::string CatalogWords::function(Oid function) {
    return printed(regprocout, function);
}

std::optional<std::string> CatalogWords::tablespace(Oid tablespace) {
    return OidIsValid(tablespace)
               ? optional_text(call([tablespace] { return get_tablespace_name(tablespace); }))
               : std::nullopt;
}

CatalogWords::TypeDefaults CatalogWords::type_defaults(Oid type) {
    auto found = type_defaults_.find(type);
    if (found == type_defaults_.end()) {
        const TypeDefaults defaults = call([type] {
            return TypeDefaults{get_typcollation(type), get_typstorage(type)};
        });
        found = type_defaults_.emplace(type, defaults).first;
    }
    return found->second;
}

std::optional<std::string> CatalogWords::options(const void* array) {
    if (array == nullptr) {
        return std::nullopt;
    }
    const PlainTexts items = call([array] { return texts_of_array(array); });
    std::vector<std::string> texts;
    for (int i = 0; i < items.count; i++) {
        // What some builds of the server note for a cluster's next upgrade.
        if (!std::string_view(items.items[i]).starts_with("pg_attver=")) {
            texts.emplace_back(items.items[i]);
        }
    }
    return texts.empty() ? std::nullopt : std::optional(sorted_list(texts));
}

std::optional<std::string> CatalogWords::privileges(const void* acl, ObjectType kind, Oid owner) {
    if (acl == nullptr) {
        return std::nullopt;
    }
    std::string text = acl_text(acl);
    const void* from_start = call([kind, owner] { return acldefault(kind, owner); });
    return text == acl_text(from_start) ? std::nullopt : std::optional(std::move(text));
}

std::optional<std::string> CatalogWords::column_privileges(const void* acl) {
    if (acl == nullptr) {
        return std::nullopt;
    }
    std::string text = acl_text(acl);
    return text == "none" ? std::nullopt : std::optional(std::move(text));
}

} // namespace migrate::pg
