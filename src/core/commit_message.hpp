// What a revision's message says, read as people write commits: a first line that
// may follow Conventional Commits, type(scope)!: subject.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace migrate::core {

struct Message {
    std::string type;
    std::string scope; ///< empty for none
    std::string subject;
    bool is_breaking; ///< whether ! stands before the colon

    bool operator==(const Message&) const = default;
};

/// The first line of `text` that is not empty, without white space around it.
std::string_view first_line(std::string_view text);

/// The first line of `text` taken apart, or nothing if it does not have that form:
/// lower-case letters, perhaps a scope, perhaps !, a colon, a space and a subject.
std::optional<Message> parse_message(std::string_view text);

} // namespace migrate::core

#include "core/no_postgres.hpp"
