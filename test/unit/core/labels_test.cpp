#include "core/graph/labels.hpp"

#include "example_graphs.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

Names labels_of(const Graph& graph, const Labels& labels, const char* id) {
    const auto found = labels.of(graph.find(id).value());
    return {found.begin(), found.end()};
}

TEST(Labels, AreInheritedUpwardsAndDownToTheFork) {
    const Graph graph({{"a", {}, {}, {}},
                       {"b", {"a"}, {}, {}},
                       {"x0", {"b"}, {}, {}},
                       {"x1", {"x0"}, {}, {"x", "xx"}},
                       {"x2", {"x1"}, {}, {}},
                       {"y1", {"b"}, {}, {"y"}},
                       {"m", {"x2", "y1"}, {}, {}},
                       {"n", {"m"}, {}, {"z"}}});
    const Labels labels(graph);
    EXPECT_EQ(labels_of(graph, labels, "a"), Names{});
    EXPECT_EQ(labels_of(graph, labels, "b"), Names{});
    EXPECT_EQ(labels_of(graph, labels, "x0"), (Names{"x", "xx"}));
    EXPECT_EQ(labels_of(graph, labels, "x1"), (Names{"x", "xx"}));
    EXPECT_EQ(labels_of(graph, labels, "x2"), (Names{"x", "xx"}));
    EXPECT_EQ(labels_of(graph, labels, "y1"), (Names{"y"}));
    EXPECT_EQ(labels_of(graph, labels, "m"), (Names{"x", "xx", "y"}));
    EXPECT_EQ(labels_of(graph, labels, "n"), (Names{"x", "xx", "y", "z"}));
}

TEST(Labels, ReachTheBaseWithoutAFork) {
    const Graph graph({{"c", {"b"}, {}, {"core"}}, {"b", {"a"}, {}, {}}, {"a", {}, {}, {}}});
    const Labels labels(graph);
    EXPECT_EQ(labels_of(graph, labels, "a"), (Names{"core"}));
    EXPECT_EQ(labels_of(graph, labels, "b"), (Names{"core"}));
}

TEST(Labels, DoNotPassDependencies) {
    const Graph graph = two_lines_graph();
    const Labels labels(graph);
    EXPECT_EQ(labels_of(graph, labels, "p3"), (Names{"plug"}));
    EXPECT_EQ(labels_of(graph, labels, "c3"), (Names{"core"}));
}

} // namespace
} // namespace migrate::core
