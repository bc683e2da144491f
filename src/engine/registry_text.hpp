// How arrays of arrays travel to the statements of the registry.
#pragma once

#include <span>
#include <string>

namespace migrate::engine {

/// `texts` as a literal of type text[].
inline std::string array_literal(std::span<const std::string> texts) {
    std::string literal = "{";
    for (const std::string& text : texts) {
        literal += literal.size() > 1 ? ",\"" : "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') {
                literal += '\\';
            }
            literal += c;
        }
        literal += '"';
    }
    return literal + "}";
}

} // namespace migrate::engine
