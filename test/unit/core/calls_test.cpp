#include "core/sql/calls.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

using Texts = std::vector<std::string>;

TEST(Statement, Calls) {
    EXPECT_EQ(select_call("f", {}, std::nullopt), "SELECT f()");
    EXPECT_EQ(select_call("f", {"'a'", "b => 1"}, std::nullopt), "SELECT f('a', b => 1)");
    EXPECT_EQ(select_call("f", {}, "x"), "SELECT f(prefix => 'x')");
    EXPECT_EQ(select_call("f", {"'a'"}, ""), "SELECT f('a', prefix => '')");
    EXPECT_EQ(select_rows_of("f", {"'a'"}, "x"), "SELECT * FROM f('a', prefix => 'x')");
}

TEST(Statement, Literals) {
    EXPECT_EQ(sql_literal("it's"), "'it''s'");
    EXPECT_EQ(sql_literal(""), "''");
    EXPECT_EQ(sql_literal("a\\'b"), "E'a\\\\''b'");
    EXPECT_EQ(sql_array(Texts{"a", "it's"}), "ARRAY['a', 'it''s']");
    EXPECT_EQ(sql_array(Texts{}), "ARRAY[]");
}

TEST(Statement, ArrayLiteral) {
    EXPECT_EQ(array_literal({}), "{}");
    EXPECT_EQ(array_literal(Texts{"a", "b\"c\\", ""}), R"({"a","b\"c\\",""})");
}

TEST(Statement, PrefixesInMessages) {
    EXPECT_EQ(described_prefix(""), "the default prefix");
    EXPECT_EQ(described_prefix("x"), "prefix \"x\"");
    EXPECT_EQ(of_prefix(std::nullopt), "");
    EXPECT_EQ(of_prefix("x"), " of prefix \"x\"");
    EXPECT_EQ(of_prefix("", "in"), " in the default prefix");
}

} // namespace
} // namespace migrate::core
