#include "core/graph/revision.hpp"

#include "core/failure.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

namespace migrate::core {

namespace {

constexpr std::array<std::string_view, 4> reserved_words = {"head", "heads", "base", "current"};

constexpr std::uint32_t not_utf8 = 0xFFFFFFFF;

struct Character {
    std::uint32_t code; ///< not_utf8 for a byte that stands for itself
    std::size_t bytes;
};

/// The character that starts `text`.  Other encodings than UTF-8 pass byte by byte.
Character first_character(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) {
        return {lead, 1};
    }
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (bytes == 1 || text.size() < bytes) {
        return {not_utf8, 1};
    }
    std::uint32_t code = lead & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0U) != 0x80U) {
            return {not_utf8, 1};
        }
        code = code << 6 | (next & 0x3FU);
    }
    return {code, bytes};
}

bool is_control(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

/// Unicode's White_Space, and what looks like nothing at all.
bool is_space(std::uint32_t code) {
    return code == ' ' || (code >= 0x09 && code <= 0x0D) || code == 0x85 || code == 0xA0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200F) || code == 0x2028 ||
           code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x2060 || code == 0x3000 ||
           code == 0xFEFF;
}

std::optional<std::string> what_is_wrong_with(std::uint32_t code) {
    if (is_space(code)) {
        return "white space";
    }
    if (is_control(code)) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "the control character U+%04X", code);
        return text.data();
    }
    if (code == '@' || code == '-' || code == '+' || code == ':') {
        return in_quotes(std::string(1, static_cast<char>(code)));
    }
    return std::nullopt;
}

} // namespace

bool is_reserved_word(std::string_view text) noexcept {
    return std::find(reserved_words.begin(), reserved_words.end(), text) != reserved_words.end();
}

void check_identifier(std::string_view kind, std::string_view text) {
    const std::string what(kind);
    const std::string length_hint =
        "Choose a name of 1 to " + std::to_string(max_identifier_bytes) + " bytes.";
    if (text.empty()) {
        throw Failure(FailureCode::invalid_name, "name of a " + what + " must not be empty", {},
                      length_hint);
    }
    if (text.size() > max_identifier_bytes) {
        throw Failure(FailureCode::invalid_name, "name of a " + what + " is too long",
                      "It has " + std::to_string(text.size()) + " bytes; at most " +
                          std::to_string(max_identifier_bytes) + " are possible.",
                      length_hint);
    }
    if (is_reserved_word(text)) {
        throw Failure(FailureCode::invalid_name, what + " must not be named " + in_quotes(text),
                      "The words head, heads, base and current have a meaning in targets.",
                      "Choose another name.");
    }
    for (std::string_view rest = text; !rest.empty();) {
        const Character character = first_character(rest);
        if (const auto wrong = what_is_wrong_with(character.code)) {
            throw Failure(FailureCode::invalid_name,
                          what + " " + in_quotes(text) + " contains an illegal character",
                          "It contains " + *wrong + ".",
                          "Use any text without white space, control characters, and @ - + :, "
                          "which targets are written with.");
        }
        rest.remove_prefix(character.bytes);
    }
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
