#include "core/commit_message.hpp"

#include <algorithm>

namespace migrate::core {

std::string_view first_line(std::string_view text) {
    constexpr std::string_view space = " \t\n\v\f\r";
    text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
    text = text.substr(0, text.find_first_of("\n\r"));
    return text.substr(0, text.find_last_not_of(space) + 1);
}

std::optional<Message> parse_message(std::string_view text) {
    std::string_view rest = first_line(text);
    // Bytes, not letters of the locale.
    const auto end_of_type =
        std::find_if(rest.begin(), rest.end(), [](char c) { return c < 'a' || c > 'z'; });
    Message message{{rest.begin(), end_of_type}, {}, {}, false};
    rest.remove_prefix(message.type.size());
    if (message.type.empty()) {
        return std::nullopt;
    }
    if (rest.starts_with('(')) {
        const std::size_t end = rest.find_first_of("()", 1);
        if (end == std::string_view::npos || rest[end] != ')' || end == 1) {
            return std::nullopt;
        }
        message.scope = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
    }
    if (rest.starts_with('!')) {
        message.is_breaking = true;
        rest.remove_prefix(1);
    }
    if (!rest.starts_with(": ")) {
        return std::nullopt;
    }
    message.subject = first_line(rest.substr(2));
    return message.subject.empty() ? std::nullopt : std::optional(std::move(message));
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
