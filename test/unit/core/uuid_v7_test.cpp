#include "core/uuid_v7.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace migrate::core {
namespace {

std::string in_hex(const std::string& bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string result;
    for (const char c : bytes) {
        result += digits[std::uint8_t(c) >> 4];
        result += digits[std::uint8_t(c) & 15];
    }
    return result;
}

// The example of RFC 9562, appendix A.6, with its random bits.
TEST(TimeOrderedId, IsOfVersion7) {
    UuidV7Generator ids(0x017F22E279B0, {0, 0, 0, 0, 0, 0, 0xC, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C,
                                         0x07, 0x39, 0x8F});
    EXPECT_EQ(in_hex(ids.next()), "017f22e279b07cc398c4dc0c0c07398f");
    EXPECT_EQ(in_hex(ids.next()), "017f22e279b07cc398c4dc0c0c073990");
}

TEST(TimeOrderedId, Rises) {
    std::array<std::uint8_t, 16> all_ones{};
    all_ones.fill(0xff);
    UuidV7Generator ids(1, all_ones);
    std::string last = ids.next();
    for (int i = 0; i < 100'000; i++) {
        const std::string next = ids.next();
        ASSERT_LT(last, next);
        ASSERT_EQ(in_hex(next)[12], '7');
        last = next;
    }
    EXPECT_LT(last, UuidV7Generator(2, {}).next());
}

} // namespace
} // namespace migrate::core
