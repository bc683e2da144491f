// Small helpers for texts: quoting for messages, lists, lower case.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace migrate::core {

/// `text` between double quotes, as PostgreSQL's messages name things.
std::string in_quotes(std::string_view text);

/// `text` with ASCII letters in lower case, all others as they are.
std::string lower_case(std::string_view text);

/// Appends `item` to `list`, with `separator` between the two unless `list` is empty.
void append_item(std::string& list, std::string_view item, std::string_view separator = ", ");

/// All `texts` as they are, with `separator` in between.
template <typename Texts>
std::string joined(const Texts& texts, std::string_view separator = ", ") {
    std::string result;
    for (const auto& text : texts) {
        append_item(result, text, separator);
    }
    return result;
}

/// `"a", "b" and "c"`; of a long list only the start: `"a", "b" and 7 more`.
template <typename Names>
std::string listed(const Names& names, std::string_view conjunction = "and") {
    constexpr std::size_t most_listed = 10;
    const std::size_t size = names.size();
    const std::size_t shown = size > most_listed ? most_listed - 1 : size;
    std::string result;
    std::size_t number = 0;
    for (const auto& name : names) {
        if (number == shown) {
            break;
        }
        number++;
        const bool is_last = number == size;
        append_item(result, in_quotes(name),
                    is_last ? " " + std::string(conjunction) + " " : std::string(", "));
    }
    if (shown < size) {
        result += " " + std::string(conjunction) + " " + std::to_string(size - shown) + " more";
    }
    return result;
}

} // namespace migrate::core
