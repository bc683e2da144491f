#include "core/text.hpp"

namespace migrate::core {

std::string in_quotes(std::string_view text) {
    std::string result;
    result.reserve(text.size() + 2);
    result += '"';
    result += text;
    result += '"';
    return result;
}

std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') {
            c = char(c - 'A' + 'a');
        }
    }
    return result;
}

void append_item(std::string& list, std::string_view item, std::string_view separator) {
    list.append(list.empty() ? std::string_view() : separator).append(item);
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
