#include "example_graphs.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

TEST(SelectRange, OnALine) {
    const Graph graph = line_graph();
    EXPECT_EQ(range(graph, {}, ":"), (Names{"d1", "c1", "b1", "a1"}));
    EXPECT_EQ(range(graph, {}, "base:heads"), (Names{"d1", "c1", "b1", "a1"}));
    EXPECT_EQ(range(graph, {}, "b1:c1"), (Names{"c1", "b1"}));
    EXPECT_EQ(range(graph, {}, "c1:"), (Names{"d1", "c1"}));
    EXPECT_EQ(range(graph, {}, ":b1"), (Names{"b1", "a1"}));
    EXPECT_EQ(range(graph, {}, "b1:b1"), (Names{"b1"}));
    EXPECT_EQ(range(graph, {}, ":base"), Names{});
    EXPECT_EQ(range(graph, {}, "a1:base+2"), (Names{"b1", "a1"}));
    EXPECT_EQ(range(graph, {}, "-1:"), (Names{"d1", "c1"}));
    EXPECT_EQ(range(graph, {}, "b1:+1"), (Names{"c1", "b1"}));
    EXPECT_EQ(range(graph, {}, ":+1"), (Names{"a1"}));
    EXPECT_EQ(range(Graph({}), {}, ":"), Names{});
}

TEST(SelectRange, FromTheRows) {
    const Graph graph = line_graph();
    EXPECT_EQ(range(graph, {"b1"}, ":current"), (Names{"b1", "a1"}));
    EXPECT_EQ(range(graph, {"b1"}, "current:"), (Names{"d1", "c1", "b1"}));
    EXPECT_EQ(range(graph, {"c1"}, "-1:current"), (Names{"c1", "b1"}));
    EXPECT_EQ(range(graph, {"b1"}, "current-1:current+1"), (Names{"c1", "b1", "a1"}));
    EXPECT_EQ(range(graph, {}, ":current"), Names{});
    EXPECT_EQ(range(graph, {}, "current:b1"), (Names{"b1", "a1"}));
}

TEST(SelectRange, HighEndWithItsNeedsFromTheLowEndOn) {
    const Graph graph = two_lines_graph();
    EXPECT_EQ(range(graph, {}, ":plug@head"), (Names{"p3", "p2", "p1", "c2", "c1"}));
    EXPECT_EQ(range(graph, {}, "p1:p3"), (Names{"p3", "p2", "p1"}));
    EXPECT_EQ(range(graph, {}, "c2:heads"), (Names{"c3", "c2"}));
    EXPECT_EQ(range(graph, {}, "core@base:"), (Names{"c3", "c2", "c1"}));
    EXPECT_EQ(range(graph, {"p3"}, "core@current-1:c3"), (Names{"c3", "c2", "c1"}));
    EXPECT_EQ(range(diamond_graph(), {}, "b1:n1"), (Names{"n1", "m1", "b1"}));
    EXPECT_EQ(range(fork_graph(), {}, "a1:"), (Names{"b1", "c2", "c1", "a1"}));
}

TEST(SelectRange, Errors) {
    const auto invalid = FailureCode::invalid_target;
    const Failure failure = expect_failure(invalid, [] { range(line_graph(), {}, "c1:b1"); });
    EXPECT_TRUE(mentions(failure.message(), {"\"c1\"", "\"c1:b1\""}));
    EXPECT_EQ(failure.detail(), "The high end is \"b1\".");
    for (const char* text : {"-1:+1", "+1:", ":-1", "-0:", ":+0"}) {
        expect_failure(invalid, [&] { range(line_graph(), {"b1"}, text); });
    }
    expect_failure(FailureCode::ambiguous_walk, [] { range(fork_graph(), {}, "-1:"); });
    expect_failure(FailureCode::several_rows, [] {
        range(fork_graph(), {"b1", "c1"}, "current-1:");
    });
    expect_failure(FailureCode::walk_past_end, [] { range(line_graph(), {}, "-5:"); });
    expect_failure(FailureCode::walk_past_end, [] { range(Graph({}), {}, "-1:"); });
}

} // namespace
} // namespace migrate::core
