// Random bytes of the server, and checksums of texts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace migrate::pg {

/// `bytes` random bytes as lower-case hexadecimal digits.
std::string random_hex(int bytes);

/// The bytes of SHA-256 of `text` in UTF-8; where the database's encoding is SQL_ASCII, of its
/// bytes as they are.
std::string text_checksum(std::string_view text);

/// Bytes that nobody can foresee.
std::array<std::uint8_t, 16> random_bytes();

} // namespace migrate::pg
