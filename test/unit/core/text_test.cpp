#include "core/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace migrate::core {
namespace {

using Texts = std::vector<std::string>;

TEST(Text, QuotesAsItIs) {
    EXPECT_EQ(in_quotes(""), "\"\"");
    EXPECT_EQ(in_quotes("a\"b"), "\"a\"b\"");
}

TEST(Text, LowersAsciiOnly) {
    EXPECT_EQ(lower_case("AbZ[@`{9"), "abz[@`{9");
    EXPECT_EQ(lower_case("\xC3\x84"), "\xC3\x84");
}

TEST(Text, Joins) {
    EXPECT_EQ(joined(Texts{}), "");
    EXPECT_EQ(joined(Texts{"a"}), "a");
    EXPECT_EQ(joined(Texts{"a", "b", "c"}), "a, b, c");
    EXPECT_EQ(joined(Texts{"a", "b"}, " / "), "a / b");
}

TEST(Text, ListsNames) {
    EXPECT_EQ(listed(Texts{}), "");
    EXPECT_EQ(listed(Texts{"a"}), "\"a\"");
    EXPECT_EQ(listed(Texts{"a", "b"}), "\"a\" and \"b\"");
    EXPECT_EQ(listed(Texts{"a", "b", "c"}, "or"), "\"a\", \"b\" or \"c\"");
    EXPECT_EQ(listed(Texts(10, "x")),
              "\"x\", \"x\", \"x\", \"x\", \"x\", \"x\", \"x\", \"x\", \"x\" and \"x\"");
}

TEST(Text, ListsTheStartOfManyNames) {
    EXPECT_EQ(listed(Texts(16, "x")),
              "\"x\", \"x\", \"x\", \"x\", \"x\", \"x\", \"x\", \"x\", \"x\" and 7 more");
}

} // namespace
} // namespace migrate::core
