// Direction: upgrade or downgrade, and the words for it.
#pragma once

#include "core/text.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace migrate::core {

enum class Direction { upgrade, downgrade };

/// `upgrade` or `downgrade`.
inline const char* word_of(Direction direction) {
    return direction == Direction::upgrade ? "upgrade" : "downgrade";
}

/// The direction that `word` means; nothing for any other word.
inline std::optional<Direction> direction_named(std::string_view word) {
    if (word == "upgrade") {
        return Direction::upgrade;
    }
    return word == "downgrade" ? std::optional(Direction::downgrade) : std::nullopt;
}

/// `up` or `down`, as the text that such a run executes is called.
inline const char* text_word_of(Direction direction) {
    return direction == Direction::upgrade ? "up" : "down";
}

/// `up text of revision "x"`, for messages.
inline std::string text_name(Direction direction, std::string_view revision) {
    return std::string(text_word_of(direction)) + " text of revision " + in_quotes(revision);
}

} // namespace migrate::core
