#include "example_graphs.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

TEST(Stamp, OneTarget) {
    const Graph line = line_graph();
    EXPECT_EQ(stamp(line, {"b1"}, {"b1"}), (Names{"b1"}));
    EXPECT_EQ(stamp(line, {"d1"}, {"b1"}), (Names{"b1"}));
    EXPECT_EQ(stamp(line, {"b1"}, {"head"}), (Names{"d1"}));
    EXPECT_EQ(stamp(line, {}, {"c1"}), (Names{"c1"}));
    EXPECT_EQ(stamp(line, {"c1"}, {"base"}), Names{});
    EXPECT_EQ(stamp(line, {"c1"}, {"-1"}), (Names{"b1"}));
    EXPECT_EQ(stamp(line, {"c1"}, {"+1"}), (Names{"d1"}));
    EXPECT_EQ(stamp(line, {"a1"}, {"-1"}), Names{});
    const Graph fork = fork_graph();
    EXPECT_EQ(stamp(fork, {"b1"}, {"c1"}), (Names{"b1", "c1"}));
    EXPECT_EQ(stamp(fork, {"b1", "c2"}, {"a1"}), (Names{"a1"}));
    EXPECT_EQ(stamp(fork, {"b1", "c1"}, {"shop@head"}), (Names{"b1", "c2"}));
    EXPECT_EQ(stamp(fork, {"b1", "c2"}, {"shop@base"}), (Names{"b1"}));
    EXPECT_EQ(stamp(diamond_graph(), {"b1", "c1"}, {"head"}), (Names{"n1"}));
}

TEST(Stamp, RowsStayMaximalOverAll) {
    const Graph graph = two_lines_graph();
    EXPECT_EQ(stamp(graph, {"c2"}, {"p3"}), (Names{"p3"}));
    EXPECT_EQ(stamp(graph, {"c3", "p3"}, {"c1"}), (Names{"c1"}));
    EXPECT_EQ(stamp(graph, {"p3"}, {"c1"}), (Names{"c1"}));
    EXPECT_EQ(stamp(graph, {"c3", "p3"}, {"plug@base"}), (Names{"c3"}));
    EXPECT_EQ(stamp(graph, {"c3", "p3"}, {"core@base"}), Names{});
}

TEST(Stamp, SeveralTargetsInAnyOrder) {
    const Graph graph = two_lines_graph();
    EXPECT_EQ(stamp(graph, {}, {"heads"}), (Names{"c3", "p3"}));
    EXPECT_EQ(stamp(graph, {"p3"}, {"c2", "p2"}), (Names{"p2"}));
    EXPECT_EQ(stamp(graph, {"p3"}, {"p2", "c2"}), (Names{"p2"}));
    EXPECT_EQ(stamp(graph, {"p3"}, {"c1", "p1"}), (Names{"c1", "p1"}));
    EXPECT_EQ(stamp(graph, {"p3"}, {"base", "c1"}), (Names{"c1"}));
    EXPECT_EQ(stamp(graph, {"p3"}, {"c1", "base"}), (Names{"c1"}));
    EXPECT_EQ(stamp(graph, {"p3"}, {}), (Names{"p3"}));
}

TEST(Stamp, Purge) {
    const Graph graph = fork_graph();
    EXPECT_EQ(stamp(graph, {"b1", "c2"}, {"c1"}, true), (Names{"c1"}));
    EXPECT_EQ(stamp(graph, {"b1", "c2"}, {}, true), Names{});
    EXPECT_EQ(stamp(graph, {"b1", "c2"}, {"+1"}, true), (Names{"a1"}));
}

Names forgotten(const Graph& graph, const Names& rows, const Names& targets) {
    const AppliedSet applied(graph, rows);
    std::vector<Target> parsed;
    for (const std::string& target : targets) {
        parsed.push_back(parse_target(target));
    }
    return ids(graph, forgotten_by_stamp(graph, applied, parsed,
                                         stamp_rows(graph, applied, parsed, false)));
}

/// As in Alembic the rows are all that a stamp knows of: what only they told is lost.
TEST(Stamp, TellsWhatItForgetsOfOtherLines) {
    const Graph lines = two_lines_graph();
    EXPECT_EQ(stamp(lines, {"p3"}, {"plug@base"}), Names{});
    EXPECT_EQ(forgotten(lines, {"p3"}, {"plug@base"}), (Names{"c2"}));
    EXPECT_EQ(stamp(lines, {}, {"c2"}), (Names{"c2"}));
    EXPECT_EQ(stamp(lines, {"p3"}, {"plug@base", "c2"}), (Names{"c2"}));
    EXPECT_EQ(forgotten(lines, {"p3"}, {"plug@base", "c2"}), Names{});
    EXPECT_EQ(forgotten(lines, {"c3", "p3"}, {"plug@base"}), Names{});
    EXPECT_EQ(forgotten(lines, {"c3", "p3"}, {"core@base"}), (Names{"p1"}));
    EXPECT_EQ(forgotten(lines, {"p3"}, {"c1"}), (Names{"p1"}));
    EXPECT_EQ(forgotten(lines, {"p3"}, {"base"}), Names{});
    EXPECT_EQ(forgotten(lines, {"p3"}, {"heads"}), Names{});
    EXPECT_EQ(forgotten(diamond_graph(), {"m1"}, {"b1"}), (Names{"c1"}));
    EXPECT_EQ(forgotten(line_graph(), {"d1"}, {"b1"}), Names{});
}

TEST(Stamp, Errors) {
    Failure failure =
        expect_failure(FailureCode::several_heads, [] { stamp(fork_graph(), {}, {"head"}); });
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT migrate_stamp(ARRAY['heads'])"}))
        << failure.hint();
    expect_failure(FailureCode::undefined_object, [] { stamp(fork_graph(), {}, {"zz"}); });
}

} // namespace
} // namespace migrate::core
