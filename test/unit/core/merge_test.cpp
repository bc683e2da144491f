// Which revisions can be merged, and what such a merge does to plans and rows.
#include "example_graphs.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

Names merged(const Graph& graph, const Names& targets) {
    std::vector<Target> parsed;
    for (const std::string& target : targets) {
        parsed.push_back(parse_target(target));
    }
    return ids(graph, merge_parents(graph, parsed));
}

/// The two lines with m1 on top, which merges c2, on which p2 depends, and p3.
Graph merged_lines_graph() {
    return Graph({{"c1", {}, {}, {"core"}},
                  {"c2", {"c1"}, {}, {}},
                  {"p1", {}, {}, {"plug"}},
                  {"p2", {"p1"}, {"c2"}, {}},
                  {"p3", {"p2"}, {}, {}},
                  {"m1", {"c2", "p3"}, {}, {}}});
}

TEST(Merge, ParentsAsNamedEachOnce) {
    EXPECT_EQ(merged(fork_graph(), {"b1", "shop@head", "c2"}), (Names{"b1", "c2"}));
    EXPECT_EQ(merged(fork_graph(), {"heads"}), (Names{"c2", "b1"}));
    EXPECT_EQ(merged(fork_graph(), {"a1@heads"}), (Names{"c2", "b1"}));
}

TEST(Merge, DependenciesAreNoReasonAgainst) {
    const Graph graph = two_lines_graph();
    EXPECT_EQ(merged(graph, {"p3", "c2"}), (Names{"p3", "c2"}));
    EXPECT_EQ(merged(graph, {"c1", "p2"}), (Names{"c1", "p2"}));
    // one head is left, also where one of them needs the other
    EXPECT_EQ(merged(Graph({{"x1", {}, {}, {}}, {"y1", {}, {"x1"}, {}}}), {"heads"}),
              (Names{"x1", "y1"}));
}

TEST(Merge, Errors) {
    const auto invalid = FailureCode::invalid_argument;
    Failure failure = expect_failure(invalid, [] { merged(diamond_graph(), {"a1", "m1"}); });
    EXPECT_EQ(failure.message(), "revision \"a1\" needs no merge");
    EXPECT_TRUE(mentions(failure.detail(), {"\"m1\""}));
    failure = expect_failure(invalid, [] { merged(fork_graph(), {"c2", "a1", "b1"}); });
    EXPECT_EQ(failure.hint(), "Leave it out, as in SELECT migrate_merge(ARRAY['c2', 'b1']).");
    failure = expect_failure(invalid, [] { merged(fork_graph(), {"b1"}); });
    EXPECT_EQ(failure.detail(), "The targets name \"b1\" only.");
    EXPECT_EQ(failure.hint(), "Name those to join, as in SELECT migrate_merge(ARRAY['c2', 'b1']).");
    failure = expect_failure(invalid, [] { merged(line_graph(), {"heads"}); });
    EXPECT_EQ(failure.hint(), "There are no two heads, so there is nothing to join.");
    expect_failure(invalid, [] { merged(Graph({}), {"heads"}); });
    failure = expect_failure(FailureCode::several_heads, [] { merged(fork_graph(), {"head"}); });
    EXPECT_EQ(failure.hint(), "Take all with \"heads\", or one with \"shop@head\".");
    expect_failure(FailureCode::invalid_target, [] { merged(fork_graph(), {"+1"}); });
}

TEST(Merge, RowsAndPlansOverAMergeOfADependency) {
    const Graph graph = merged_lines_graph();
    EXPECT_EQ(upgrade(graph, {}, "head"),
              (Outcome{{"c1", "c2", "p1", "p2", "p3", "m1"}, {"m1"}, {}}));
    EXPECT_EQ(upgrade(graph, {"p3"}, "head"), (Outcome{{"m1"}, {"m1"}, {}}));
    // c2 is no row without m1: p3 still needs it
    EXPECT_EQ(downgrade(graph, {"m1"}, "p3"), (Outcome{{"m1"}, {"p3"}, {}}));
    EXPECT_EQ(downgrade(graph, {"m1"}, "c2"), (Outcome{{"m1"}, {"p3"}, {}}));
    EXPECT_EQ(downgrade(graph, {"m1"}, "p2"), (Outcome{{"m1", "p3"}, {"p2"}, {}}));
    EXPECT_EQ(downgrade(graph, {"m1"}, "c1"),
              (Outcome{{"m1", "p3", "p2", "c2"}, {"c1", "p1"}, {"p3", "p2"}}));
    EXPECT_EQ(downgrade(graph, {"m1"}, "plug@base").rows, (Names{"c2"}));
    EXPECT_EQ(downgrade(graph, {"m1"}, "base").rows, Names{});
    EXPECT_EQ(stamp(graph, {"p3"}, {"head"}), (Names{"m1"}));
    EXPECT_EQ(stamp(graph, {}, {"c2", "p3"}), (Names{"p3"}));
}

} // namespace
} // namespace migrate::core
