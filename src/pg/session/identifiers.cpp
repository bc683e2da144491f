#include "pg/session/identifiers.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/text_datum.hpp"

extern "C" {
#include <utils/varlena.h>
}

namespace migrate::pg {

std::string quote_identifier(std::string_view text) {
    const std::string owned(text);
    const char* plain = owned.c_str();
    return call([=] { return ::quote_identifier(plain); });
}

std::string qualified_name(std::string_view schema, std::string_view name) {
    return pg::quote_identifier(schema) + "." + pg::quote_identifier(name);
}

std::optional<std::vector<std::string>> split_identifiers(std::string_view list) {
    const PallocText copy(list); // the server splits in place
    List* names = NIL;
    if (!call([&copy, &names] { return SplitIdentifierString(copy.data(), ',', &names); })) {
        return std::nullopt;
    }
    std::vector<std::string> result;
    result.reserve(std::size_t(list_length(names)));
    for (int i = 0; i < list_length(names); i++) {
        result.emplace_back(static_cast<const char*>(list_nth(names, i)));
    }
    return result;
}

} // namespace migrate::pg
