#include "core/plan/applied_set.hpp"

#include "example_graphs.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace migrate::core {
namespace {

TEST(AppliedSet, ReachesOverAllAndDropsRedundantRows) {
    const Graph graph = two_lines_graph();
    const AppliedSet applied(graph, Names{"c1", "p3", "c2", "p3"});
    EXPECT_EQ(ids(graph, applied.rows()), (Names{"p3"}));
    EXPECT_EQ(applied.size(), 5U);
    EXPECT_TRUE(applied.is_applied(graph.find("c2").value()));
    EXPECT_FALSE(applied.is_row(graph.find("c2").value()));
    EXPECT_FALSE(applied.is_applied(graph.find("c3").value()));
}

TEST(AppliedSet, DependencysRowVanishesAndReturns) {
    const Graph graph = two_lines_graph();
    AppliedSet applied(graph, Names{"c2", "p1"});
    const Index p2 = graph.find("p2").value();
    RowChange change = applied.apply(p2);
    EXPECT_EQ(ids(graph, change.removed), (Names{"c2", "p1"}));
    EXPECT_EQ(ids(graph, change.added), (Names{"p2"}));
    EXPECT_EQ(ids(graph, applied.rows()), (Names{"p2"}));
    change = applied.revert(p2);
    EXPECT_EQ(ids(graph, change.removed), (Names{"p2"}));
    EXPECT_EQ(ids(graph, change.added), (Names{"c2", "p1"}));
    EXPECT_EQ(ids(graph, applied.rows()), (Names{"c2", "p1"}));
    EXPECT_EQ(applied.size(), 3U);
}

TEST(AppliedSet, RefusesStepsOutOfOrder) {
    const Graph graph = line_graph();
    AppliedSet applied(graph, Names{"b1"});
    EXPECT_THROW(applied.apply(graph.find("d1").value()), std::logic_error);
    EXPECT_THROW(applied.apply(graph.find("a1").value()), std::logic_error);
    EXPECT_THROW(applied.revert(graph.find("a1").value()), std::logic_error);
    EXPECT_THROW(applied.revert(graph.find("c1").value()), std::logic_error);
}

TEST(AppliedSet, StaleRows) {
    const Graph graph = line_graph();
    Failure failure = expect_failure(FailureCode::stale_row, [&] {
        AppliedSet(graph, Names{"a1", "gone"});
    });
    EXPECT_EQ(failure.message(), "applied revision \"gone\" is not registered");
    failure = expect_failure(FailureCode::stale_row, [&] {
        AppliedSet(graph, Names{"gone", "lost"});
    });
    EXPECT_TRUE(mentions(failure.detail(), {"\"lost\""}));
    // a row is a whole id
    expect_failure(FailureCode::stale_row, [&] { AppliedSet(graph, Names{"a"}); });
}

TEST(RowChange, IsTheDifference) {
    const RowChange change = row_change(std::vector<Index>{3, 1, 2}, std::vector<Index>{2, 5, 4});
    EXPECT_EQ(change.removed, (std::vector<Index>{1, 3}));
    EXPECT_EQ(change.added, (std::vector<Index>{4, 5}));
}

} // namespace
} // namespace migrate::core
