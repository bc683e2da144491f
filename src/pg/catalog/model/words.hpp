// What columns of the catalogs mean, in words, for a reading of many rows: what is asked again and
// again is looked up once.  Included by src/pg only.
#pragma once

#include "core/schema/model.hpp"
#include "core/text.hpp"
#include "pg/wall/postgres.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace migrate::pg {

/// The text that an SQL function answers with, within call(); null for NULL.
template <typename... Arguments>
const char* text_of_function(PGFunction function, Arguments... arguments) {
    LOCAL_FCINFO(info, sizeof...(arguments));
    InitFunctionCallInfoData(*info, nullptr, sizeof...(arguments), InvalidOid, nullptr, nullptr);
    int i = 0;
    ((info->args[i++] = {arguments, false}), ...);
    const Datum result = function(info);
    return info->isnull ? nullptr : TextDatumGetCString(result);
}

/// A copy of text that the server has made, nothing for null.
inline std::optional<std::string> optional_text(const char* text) {
    return text != nullptr ? std::optional<std::string>(text) : std::nullopt;
}

/// What is not at its default.
class Properties {
  public:
    void add(const char* name, std::string value) { list_.push_back({name, std::move(value)}); }
    void add(const char* name, std::optional<std::string> value) {
        if (value) {
            list_.push_back({name, std::move(*value)});
        }
    }
    void add(const char* name, const char* value) {
        if (value != nullptr) {
            list_.push_back({name, value});
        }
    }
    std::vector<core::SchemaProperty> take() { return std::move(list_); }

  private:
    std::vector<core::SchemaProperty> list_;
};

/// Its answers are in the current memory context as long as they are not C++ values.
class CatalogWords {
  public:
    /// The names of a role, and of a type with its modifier, as people write them.
    const std::string& role(Oid role);
    const std::string& type(Oid type, std::int32_t modifier);
    /// Qualified names.
    static std::string relation(Oid relation);
    static std::string collation(Oid collation);
    static std::string function(Oid function);
    /// Nothing for the database's own, 0.
    static std::optional<std::string> tablespace(Oid tablespace);

    /// What columns of this type have unless it is said otherwise.
    struct TypeDefaults {
        Oid collation;
        char storage;
    };
    TypeDefaults type_defaults(Oid type);

    /// Sorted, without what the server notes there for itself; nothing when there is none.
    static std::optional<std::string> options(const void* array);
    /// Sorted, so that two ways to the same privileges look the same; nothing for NULL, and for
    /// what objects of this kind have from the start.
    static std::optional<std::string> privileges(const void* acl, ObjectType kind, Oid owner);
    /// Those of a column, which has none from the start.
    static std::optional<std::string> column_privileges(const void* acl);

  private:
    std::unordered_map<Oid, std::string> roles_;
    std::unordered_map<std::uint64_t, std::string> types_;
    std::unordered_map<Oid, TypeDefaults> type_defaults_;
};

} // namespace migrate::pg
