// UUIDs of version 7 (RFC 9562, section 5.7): by their time, then in the order of their making, so
// that an index takes them in at its end.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace migrate::core {

class UuidV7Generator {
  public:
    /// `milliseconds` since 1970, and 16 bytes that nobody can have had before.
    UuidV7Generator(std::int64_t milliseconds, const std::array<std::uint8_t, 16>& random)
        : high_(std::uint64_t(milliseconds) << 16 | version | (number(random, 0) & 0xfff)),
          // The highest of its bits stays free to count into.
          low_(variant | (number(random, 8) & (variant - 1) >> 2)) {}

    /// 16 bytes.
    std::string next() {
        std::string id;
        append(id, high_);
        append(id, low_++);
        return id;
    }

  private:
    static constexpr std::uint64_t version = 0x7000;
    static constexpr std::uint64_t variant = std::uint64_t{1} << 63;

    static std::uint64_t number(const std::array<std::uint8_t, 16>& bytes, std::size_t first) {
        std::uint64_t result = 0;
        for (std::size_t i = first; i < first + 8; i++) {
            result = result << 8 | bytes[i];
        }
        return result;
    }

    static void append(std::string& id, std::uint64_t part) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            id += char(part >> shift & 0xff);
        }
    }

    std::uint64_t high_;
    std::uint64_t low_;
};

} // namespace migrate::core

#include "core/no_postgres.hpp"
