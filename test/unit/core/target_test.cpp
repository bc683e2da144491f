#include "core/plan/target.hpp"

#include "example_graphs.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

using Symbol = Target::Symbol;

struct Good {
    const char* text;
    std::optional<std::string> branch;
    Symbol symbol;
    std::string name;
    std::optional<int> relative;
};

TEST(ParseTarget, AcceptsTheGrammar) {
    const std::optional<std::string> none;
    const std::vector<Good> cases = {
        {"head", none, Symbol::head, "", {}},
        {"heads", none, Symbol::heads, "", {}},
        {"base", none, Symbol::base, "", {}},
        {"Head", none, Symbol::name, "Head", {}},
        {"a1", none, Symbol::name, "a1", {}},
        {"+1", none, Symbol::none, "", 1},
        {"-12", none, Symbol::none, "", -12},
        {"-0", none, Symbol::none, "", 0},
        {"a1+1", none, Symbol::name, "a1", 1},
        {"head-2", none, Symbol::head, "", -2},
        {"shop@head", "shop", Symbol::head, "", {}},
        {"shop@+3", "shop", Symbol::none, "", 3},
        {"shop@base+3", "shop", Symbol::base, "", 3},
        {"shop@a1-3", "shop", Symbol::name, "a1", -3},
        {"+2147483647", none, Symbol::none, "", 2147483647},
        {"año/日本.1#", none, Symbol::name, "año/日本.1#", {}},
        {"+007", none, Symbol::none, "", 7},
    };
    for (const Good& good : cases) {
        const Target target = parse_target(good.text);
        EXPECT_EQ(target.text, good.text);
        EXPECT_EQ(target.branch, good.branch) << good.text;
        EXPECT_EQ(target.symbol, good.symbol) << good.text;
        EXPECT_EQ(target.name, good.name) << good.text;
        EXPECT_EQ(target.relative, good.relative) << good.text;
    }
}

TEST(ParseTarget, RefusesTheRestWithTheGrammarAsHint) {
    for (const char* text : {"",
                             " ",
                             "@",
                             "shop@",
                             "@head",
                             "a@b@c",
                             "+",
                             "-",
                             "a1+",
                             "a1+1x",
                             "a1+1+1",
                             "a1--1",
                             "+-1",
                             "-+1",
                             "+ 1",
                             "a b",
                             " a",
                             "a ",
                             "a\n",
                             "a\x01",
                             "a:b",
                             "a1+1 junk",
                             "shop @a",
                             "+99999999999",
                             "-99999999999999999999",
                             "+2147483648",
                             "current",
                             "shop@current",
                             "current-1",
                             "a\u00a0b",
                             "a\u2003b"}) {
        const Failure failure =
            expect_failure(FailureCode::invalid_target, [&] { parse_target(text); });
        EXPECT_TRUE(mentions(failure.hint(), {"[branch@]symbol[+N or -N]"})) << text;
        EXPECT_FALSE(failure.detail().empty()) << text;
    }
    expect_failure(FailureCode::invalid_target, [] { parse_target(std::string_view("a\0b", 3)); });
    expect_failure(FailureCode::invalid_target, [] { parse_target(std::string(256, 'a')); });
}

TEST(ParseRange, AcceptsOpenEnds) {
    const Range all = parse_range(":");
    EXPECT_FALSE(all.low);
    EXPECT_FALSE(all.high);
    const Range up = parse_range("a1:");
    EXPECT_EQ(up.low->name, "a1");
    EXPECT_FALSE(up.high);
    const Range both = parse_range("-3:shop@current+1");
    EXPECT_EQ(both.low->relative, -3);
    EXPECT_EQ(both.high->symbol, Symbol::current);
    EXPECT_EQ(both.high->branch, "shop");
    EXPECT_EQ(both.high->relative, 1);
    EXPECT_EQ(both.text, "-3:shop@current+1");
}

TEST(ParseRange, RefusesTheRest) {
    for (const char* text : {"", "a1", "a:b:c", "a b:", ":a@", "::"}) {
        expect_failure(FailureCode::invalid_target, [&] { parse_range(text); });
    }
}

} // namespace
} // namespace migrate::core
