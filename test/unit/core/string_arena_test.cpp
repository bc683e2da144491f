#include "core/string_arena.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace migrate::core {
namespace {

TEST(StringArena, KeepsCopies) {
    StringArena store;
    std::string text = "first";
    const std::string_view kept = store.add(text);
    text = "other";
    EXPECT_EQ(kept, "first");
    EXPECT_EQ(store.add(""), "");
}

TEST(StringArena, KeepsManyAndLongOnesInPlace) {
    StringArena store;
    std::vector<std::string_view> kept;
    for (int i = 0; i < 10'000; i++) {
        kept.push_back(store.add("text number " + std::to_string(i)));
    }
    const std::string long_text(100'000, 'x');
    const std::string_view kept_long = store.add(long_text);
    kept.push_back(store.add("last"));
    const StringArena moved = std::move(store);
    for (int i = 0; i < 10'000; i++) {
        ASSERT_EQ(kept[std::size_t(i)], "text number " + std::to_string(i));
    }
    EXPECT_EQ(kept_long, long_text);
    EXPECT_EQ(kept.back(), "last");
}

} // namespace
} // namespace migrate::core
