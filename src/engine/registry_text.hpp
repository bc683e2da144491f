// How the registry's statements hash texts, and how arrays of arrays travel to them.
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

// Checksums are over UTF-8, whatever the database's encoding; where that is SQL_ASCII nobody
// knows what the bytes mean, and they are taken as they are.
#define MIGRATE_BYTES_ENCODING                                                                     \
    "CASE WHEN pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.=) 'SQL_ASCII'"                \
    " THEN 'SQL_ASCII'::pg_catalog.name ELSE 'UTF8'::pg_catalog.name END"

// SHA-256 of parameter `text` of a statement, such as "$3".
#define MIGRATE_TEXT_CHECKSUM(text)                                                                \
    "pg_catalog.sha256(pg_catalog.convert_to(" text ", " MIGRATE_BYTES_ENCODING "))"
