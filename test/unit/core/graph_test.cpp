#include "core/graph/graph.hpp"

#include "core/graph/traversal.hpp"
#include "example_graphs.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

Names of(const Graph& graph, std::span<const Index> revisions) {
    return ids(graph, {revisions.begin(), revisions.end()});
}

TEST(Graph, KnowsNeighbours) {
    const Graph graph = two_lines_graph();
    const Index p2 = graph.find("p2").value();
    const Index c2 = graph.find("c2").value();
    EXPECT_EQ(graph.size(), 6U);
    EXPECT_EQ(of(graph, graph.parents(p2)), (Names{"p1"}));
    EXPECT_EQ(of(graph, graph.needs(p2)), (Names{"p1", "c2"}));
    EXPECT_EQ(of(graph, graph.children(c2)), (Names{"c3"}));
    EXPECT_EQ(of(graph, graph.dependents(c2)), (Names{"p2", "c3"}));
    EXPECT_EQ(ids(graph, graph.bases()), (Names{"c1", "p1"}));
    EXPECT_EQ(ids(graph, graph.heads()), (Names{"p3", "c3"}));
    EXPECT_EQ(ids(graph, graph.maximal()), (Names{"p3", "c3"}));
    EXPECT_FALSE(graph.is_branch_point(c2));
    EXPECT_FALSE(graph.is_merge_point(p2));
}

TEST(Graph, KnowsForksAndMerges) {
    const Graph graph = diamond_graph();
    EXPECT_TRUE(graph.is_branch_point(graph.find("a1").value()));
    EXPECT_TRUE(graph.is_merge_point(graph.find("m1").value()));
    EXPECT_TRUE(graph.is_base(graph.find("a1").value()));
    EXPECT_TRUE(graph.is_head(graph.find("n1").value()));
}

TEST(Graph, FindsIdsAndLabelsExactly) {
    const Graph graph = fork_graph();
    EXPECT_TRUE(graph.find("c1"));
    EXPECT_FALSE(graph.find("c"));
    EXPECT_FALSE(graph.find("shop"));
    EXPECT_EQ(graph.find_label("shop"), graph.find("c1"));
    EXPECT_FALSE(graph.find_label("c1"));
}

TEST(Graph, DependsOnTakesLabelsAndDropsDuplicates) {
    const Graph graph(
        {{"a", {}, {}, {"x"}}, {"b", {"a", "a"}, {"x", "a"}, {}}, {"c", {}, {"x", "b"}, {}}});
    EXPECT_EQ(of(graph, graph.needs(1)), (Names{"a"}));
    EXPECT_EQ(of(graph, graph.parents(1)), (Names{"a"}));
    EXPECT_FALSE(graph.is_merge_point(1));
    EXPECT_EQ(of(graph, graph.needs(2)), (Names{"a", "b"}));
    EXPECT_EQ(ids(graph, graph.heads()), (Names{"b", "c"}));
    EXPECT_EQ(ids(graph, graph.maximal()), (Names{"c"}));
}

TEST(Graph, ParentsMayBeRegisteredLater) {
    const Graph graph({{"b", {"a"}, {"c"}, {}}, {"a", {}, {}, {}}, {"c", {}, {}, {}}});
    EXPECT_EQ(of(graph, graph.needs(0)), (Names{"a", "c"}));
}

TEST(Graph, SurvivesAMove) {
    Graph graph = fork_graph();
    const Graph moved = std::move(graph);
    EXPECT_TRUE(moved.find("b1"));
    EXPECT_TRUE(moved.find_label("shop"));
}

TEST(GraphErrors, Duplicates) {
    Failure failure = expect_failure(FailureCode::duplicate_object, [] {
        Graph({{"a", {}, {}, {}}, {"a", {}, {}, {}}});
    });
    EXPECT_EQ(failure.message(), "revision \"a\" already exists");
    failure = expect_failure(FailureCode::duplicate_object, [] {
        Graph({{"a", {}, {}, {"x"}}, {"b", {}, {}, {"x"}}});
    });
    EXPECT_EQ(failure.message(), "branch label \"x\" already exists");
    EXPECT_TRUE(mentions(failure.detail(), {"\"a\"", "\"b\""}));
    expect_failure(FailureCode::duplicate_object, [] {
        Graph({{"a", {}, {}, {"b"}}, {"b", {}, {}, {}}});
    });
    expect_failure(FailureCode::duplicate_object, [] { Graph({{"a", {}, {}, {"a"}}}); });
    expect_failure(FailureCode::duplicate_object, [] { Graph({{"a", {}, {}, {"x", "x"}}}); });
}

TEST(GraphErrors, MissingParentOrDependency) {
    Failure failure = expect_failure(FailureCode::undefined_object, [] {
        Graph({{"c3d4", {"a1b2"}, {}, {}}});
    });
    EXPECT_EQ(failure.message(), "revision \"a1b2\" does not exist");
    EXPECT_EQ(failure.detail(), "It is named as parent of \"c3d4\".");
    EXPECT_EQ(failure.hint(), "Register it first, or correct the parent.");
    failure = expect_failure(FailureCode::undefined_object, [] {
        Graph({{"a", {}, {}, {"x"}}, {"b", {"x"}, {}, {}}});
    });
    EXPECT_TRUE(mentions(failure.hint(), {"label", "\"a\""}));
    failure = expect_failure(FailureCode::undefined_object, [] { Graph({{"b", {}, {"x"}, {}}}); });
    EXPECT_TRUE(mentions(failure.detail(), {"\"b\""}));
    // depends_on takes no prefixes
    expect_failure(FailureCode::undefined_object, [] {
        Graph({{"abc", {}, {}, {}}, {"b", {}, {"ab"}, {}}});
    });
}

TEST(GraphErrors, SelfReferences) {
    const auto invalid = FailureCode::invalid_argument;
    Failure failure = expect_failure(invalid, [] { Graph({{"a", {"a"}, {}, {}}}); });
    EXPECT_EQ(failure.message(), "revision \"a\" cannot be its own parent");
    EXPECT_FALSE(failure.hint().empty());
    failure = expect_failure(invalid, [] { Graph({{"a", {}, {"a"}, {}}}); });
    EXPECT_EQ(failure.message(), "revision \"a\" cannot depend on itself");
    failure = expect_failure(invalid, [] { Graph({{"a", {}, {"x"}, {"x"}}}); });
    EXPECT_TRUE(mentions(failure.detail(), {"\"x\""}));
    EXPECT_FALSE(failure.hint().empty());
}

TEST(GraphErrors, CyclesAreShown) {
    Failure failure = expect_failure(FailureCode::invalid_argument, [] {
        Graph({{"z", {"a"}, {}, {}},
               {"a", {"b"}, {}, {}},
               {"b", {}, {"c"}, {}},
               {"c", {"a"}, {}, {}},
               {"r", {}, {}, {}}});
    });
    EXPECT_EQ(failure.detail(),
              "Revision \"a\" needs \"b\", which needs \"c\", which needs \"a\".");
    std::vector<Revision> ring;
    for (int i = 0; i < 50; ++i) {
        ring.push_back({"r" + std::to_string(i), {"r" + std::to_string((i + 1) % 50)}, {}, {}});
    }
    failure = expect_failure(FailureCode::invalid_argument, [&] { Graph{ring}; });
    EXPECT_TRUE(mentions(failure.detail(), {"over 40 more", "needs \"r0\"."})) << failure.detail();
}

TEST(Walk, LinesAndClosures) {
    const Graph graph = two_lines_graph();
    const Index p3 = graph.find("p3").value();
    const Index c2 = graph.find("c2").value();
    EXPECT_EQ(ids(graph, members(line_of(graph, c2))), (Names{"c1", "c2", "c3"}));
    EXPECT_EQ(ids(graph, members(with_ancestors(graph, std::span(&p3, 1), Edges::all))),
              (Names{"c1", "c2", "p1", "p2", "p3"}));
    EXPECT_EQ(ids(graph, members(with_descendants(graph, std::span(&c2, 1), Edges::all))),
              (Names{"c2", "p2", "p3", "c3"}));
    EXPECT_EQ(ids(graph, maximal_of(graph, std::vector<Index>{c2, p3, c2})), (Names{"p3"}));
}

} // namespace
} // namespace migrate::core
