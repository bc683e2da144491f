#include "core/sql/placeholders.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

const PlaceholderNames plain = {"elem_01", "s_1", "s_1"};
const PlaceholderNames keyword = {"elem_01", "select", "\"select\""};
const PlaceholderNames foreign = {"elem_01", "S x", "\"S x\""};
const PlaceholderNames letter = {"e", "u", "u"};
const PlaceholderNames nameless = {"", "s", "s"};

std::string replaced(std::string_view text, const PlaceholderNames& names) {
    return replace_placeholders(text, names).text;
}

TEST(Placeholders, AreReplacedWhereTheyAreWhole) {
    EXPECT_EQ(replaced("CREATE TABLE @schema@.@prefix@_files ()", foreign),
              "CREATE TABLE \"S x\".elem_01_files ()");
    EXPECT_EQ(replaced("@prefix@@prefix@", letter), "ee");
    EXPECT_EQ(replaced("a@b.c @prefix @PREFIX@ @", plain), "a@b.c @prefix @PREFIX@ @");
    EXPECT_EQ(replaced("@@prefix@", letter), "@e");
    EXPECT_EQ(replaced("@prefix@schema@", plain), "elem_01schema@");
    EXPECT_EQ(replaced("@schema@prefix@", plain), "s_1prefix@");
    EXPECT_EQ(replaced("'@prefix@'", nameless), "''");
    EXPECT_EQ(replaced("", plain), "");
}

TEST(Placeholders, ANameThatLooksLikeOneIsNotReplacedAgain) {
    EXPECT_EQ(replaced("@schema@", {"p", "@prefix@", "\"@prefix@\""}), "\"@prefix@\"");
}

TEST(Placeholders, TellWhereTheNamesStand) {
    const ReplacedText text = replace_placeholders("a @schema@.@prefix@_b @schema@", foreign);
    ASSERT_EQ(text.replacements.size(), 3U);
    EXPECT_TRUE(text.replacements[0].is_schema);
    EXPECT_EQ(text.replacements[0].offset, 2U);
    EXPECT_EQ(text.replacements[0].length, 5U);
    EXPECT_EQ(text.replacements[0].origin, 2U);
    EXPECT_FALSE(text.replacements[1].is_schema);
    EXPECT_EQ(text.replacements[1].offset, 8U);
    EXPECT_EQ(text.replacements[1].length, 7U);
    EXPECT_EQ(text.replacements[1].origin, 11U);
    EXPECT_EQ(text.replacements[2].offset, 18U);
    EXPECT_EQ(text.replacements[2].origin, 22U);
    for (const Replacement& each : text.replacements) {
        EXPECT_EQ(text.text.substr(each.offset, each.length),
                  each.is_schema ? foreign.quoted_schema : foreign.prefix);
    }
}

TEST(PlainNames, AreLowerCaseLettersDigitsAndUnderscores) {
    for (const char* name : {"a", "_", "abc_1", "_9", "select"}) {
        EXPECT_TRUE(is_plain_name(name)) << name;
    }
    for (const char* name : {"", "1a", "A", "aB", "a b", "a'", "a\"", "a$", "a-b", "a\n", "a.b",
                             "\xc3\xa4", "a\\", "a;"}) {
        EXPECT_FALSE(is_plain_name(name)) << name;
    }
}

/// Whether a scanner has to look at `text`.
bool has_doubts(std::string_view text, const PlaceholderNames& names) {
    const ReplacedText result = replace_placeholders(text, names);
    return PlacementJudge(result, names).has_doubts();
}

TEST(Judge, LooksAtPlainNamesInFrontOfQuotesOnly) {
    EXPECT_FALSE(has_doubts("x", foreign));
    EXPECT_FALSE(has_doubts("@prefix@ '@prefix@' @prefix@'a'", foreign));
    EXPECT_FALSE(has_doubts("@schema@ '@schema@' @schema@'a' \"@schema@\"", plain));
    EXPECT_FALSE(has_doubts("@schema@ @prefix@.@schema@ @prefix@&1 @schema@ '", letter));
    EXPECT_TRUE(has_doubts("@prefix@'a'", letter));
    EXPECT_TRUE(has_doubts("'@schema@'", letter));
    EXPECT_TRUE(has_doubts("@schema@&'a'", letter));
    EXPECT_TRUE(has_doubts("@schema@&\"a\"", letter));
    EXPECT_TRUE(has_doubts("@schema@", keyword));
    EXPECT_TRUE(has_doubts("@schema@", foreign));
}

struct Token {
    std::size_t offset;
    const char* identifier;
};

/// What becomes of `text` with these tokens in it.
std::optional<Misplacement> judged(std::string_view text, const PlaceholderNames& names,
                                   std::initializer_list<Token> tokens, bool has_failed = false) {
    const ReplacedText result = replace_placeholders(text, names);
    PlacementJudge judge(result, names);
    for (const Token& token : tokens) {
        judge.see(token.offset, token.identifier);
    }
    has_failed ? judge.fail() : judge.finish();
    return judge.misplacement();
}

void expect(Misplacement::Reason reason, const std::optional<Misplacement>& found) {
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->reason, reason);
}

constexpr auto elsewhere = Misplacement::Reason::elsewhere;
constexpr auto joined = Misplacement::Reason::joined;

TEST(Judge, AForeignNameIsAnIdentifierOfItsOwn) {
    // "S x".t
    EXPECT_FALSE(judged("@schema@.t", foreign, {{0, "S x"}, {5, ""}, {6, "t"}}));
    EXPECT_FALSE(judged("x::@schema@.t", foreign, {{0, "x"}, {1, ""}, {3, "S x"}}));
    expect(elsewhere, judged("'@schema@'", foreign, {{0, ""}}));
    expect(elsewhere, judged("a -- @schema@", foreign, {{0, "a"}}));
    expect(elsewhere, judged("-- @schema@\nb", foreign, {{9, "b"}}));
    expect(elsewhere, judged("'@schema@' @schema@", foreign, {{0, ""}, {8, "S x"}}));
    expect(elsewhere, judged("\"@schema@\"", foreign, {}, true));
    expect(joined, judged("x@schema@", foreign, {{0, "x"}, {1, "S x"}}));
    expect(joined, judged("@schema@x", foreign, {{0, "S x"}, {5, "x"}}));
    expect(joined, judged("@schema@\"x\"", foreign, {{0, "S x\"x"}}));
    expect(joined, judged("@schema@'x'", foreign, {{0, "S x"}, {5, ""}}));
    expect(joined, judged("a[1:@schema@]", foreign, {{0, "a"}, {3, ""}, {4, "S x"}}));
    expect(joined, judged(":@schema@", foreign, {{0, ""}, {1, "S x"}}));
    // U&"S x"
    expect(elsewhere, judged("U&@schema@", foreign, {{0, ""}}));
}

TEST(Judge, TheFirstMisplacementIsTold) {
    const auto found = judged("@schema@ '@schema@'\n'@schema@'", foreign, {{0, "S x"}, {6, ""}});
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->replacement.origin, 10U);
}

TEST(Judge, AKeywordEndsNoQuotes) {
    EXPECT_FALSE(judged("@schema@.t", keyword, {{0, "select"}, {8, ""}, {9, "t"}}));
    EXPECT_FALSE(judged("'@schema@'", keyword, {{0, ""}}));
    EXPECT_FALSE(judged("-- @schema@", keyword, {}));
    // "a"select"b"
    expect(elsewhere, judged("\"a@schema@b\"", keyword, {{0, "a"}, {3, ""}, {9, "b"}}));
    expect(elsewhere, judged("\"@schema@\"", keyword, {}, true));
}

TEST(Judge, ALetterMakesNoLiteral) {
    EXPECT_FALSE(judged("'@prefix@'", letter, {{0, ""}}));
    EXPECT_FALSE(judged("$$ @prefix@'' $$", letter, {{0, ""}}));
    expect(joined, judged("@prefix@'a'", letter, {{0, ""}}));
    expect(joined, judged("@schema@&'a'", letter, {{0, ""}}));
    expect(joined, judged("@prefix@'\\'", letter, {}, true));
}

TEST(Judge, WhatIsJudgedIsNotPending) {
    const ReplacedText result = replace_placeholders("@schema@ @schema@", foreign);
    PlacementJudge judge(result, foreign);
    EXPECT_TRUE(judge.is_pending());
    judge.see(0, "S x");
    EXPECT_TRUE(judge.is_pending());
    judge.see(6, "S x");
    EXPECT_FALSE(judge.is_pending());
    judge.fail();
    EXPECT_FALSE(judge.misplacement());
}

} // namespace
} // namespace migrate::core
