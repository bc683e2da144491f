// Every example that the rules of the graph are explained with.
#include "example_graphs.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

constexpr auto several_heads = FailureCode::several_heads;
constexpr auto ambiguous_walk = FailureCode::ambiguous_walk;

Outcome plain(Names steps, Names rows) {
    return {std::move(steps), std::move(rows), {}};
}

TEST(LineExamples, Upgrade) {
    const Graph graph = line_graph();
    EXPECT_EQ(upgrade(graph, {}, "+2"), plain({"a1", "b1"}, {"b1"}));
    EXPECT_EQ(upgrade(graph, {"a1"}, "b1+1"), plain({"b1", "c1"}, {"c1"}));
    EXPECT_EQ(upgrade(graph, {"d1"}, "b1"), plain({}, {"d1"}));
    EXPECT_EQ(upgrade(graph, {"b1"}, "base"), plain({}, {"b1"}));
    expect_failure(FailureCode::walk_past_end, [&] { upgrade(graph, {"c1"}, "+5"); });
}

TEST(LineExamples, Downgrade) {
    const Graph graph = line_graph();
    EXPECT_EQ(downgrade(graph, {"d1"}, "head-2"), plain({"d1", "c1"}, {"b1"}));
    EXPECT_EQ(downgrade(graph, {"d1"}, "base+1"), plain({"d1", "c1", "b1"}, {"a1"}));
    EXPECT_EQ(downgrade(graph, {"b1"}, "-2"), plain({"b1", "a1"}, {}));
    EXPECT_EQ(downgrade(graph, {"d1"}, "head"), plain({}, {"d1"}));
    expect_failure(FailureCode::walk_past_end, [&] { downgrade(graph, {"b1"}, "-3"); });
    expect_failure(FailureCode::not_applied, [&] { downgrade(graph, {"c1"}, "head"); });
}

TEST(ForkExamples, Upgrade) {
    const Graph graph = fork_graph();
    expect_failure(several_heads, [&] { upgrade(graph, {}, "head"); });
    EXPECT_EQ(upgrade(graph, {}, "heads"), plain({"a1", "c1", "c2", "b1"}, {"b1", "c2"}));
    EXPECT_EQ(upgrade(graph, {}, "shop@head"), plain({"a1", "c1", "c2"}, {"c2"}));
    EXPECT_EQ(upgrade(graph, {}, "shop"), plain({"a1", "c1"}, {"c1"}));
    expect_failure(FailureCode::several_rows, [&] { upgrade(graph, {"b1", "c1"}, "+1"); });
    EXPECT_EQ(upgrade(graph, {"b1", "c1"}, "shop@+1"), plain({"c2"}, {"b1", "c2"}));
    expect_failure(ambiguous_walk, [&] { upgrade(graph, {"a1"}, "+1"); });
    EXPECT_EQ(upgrade(graph, {"b1"}, "shop@+2"), plain({"c1", "c2"}, {"b1", "c2"}));
}

TEST(ForkExamples, Downgrade) {
    const Graph graph = fork_graph();
    const Names rows = {"b1", "c2"};
    EXPECT_EQ(downgrade(graph, rows, "a1"), plain({"b1", "c2", "c1"}, {"a1"}));
    EXPECT_EQ(downgrade(graph, rows, "shop@a1"), plain({"c2", "c1"}, {"b1"}));
    EXPECT_EQ(downgrade(graph, rows, "shop@-1"), plain({"c2"}, {"b1", "c1"}));
    EXPECT_EQ(downgrade(graph, rows, "shop@base"), plain({"b1", "c2", "c1", "a1"}, {}));
}

TEST(DiamondExamples, Both) {
    const Graph graph = diamond_graph();
    EXPECT_EQ(upgrade(graph, {"b1"}, "head"), plain({"c1", "m1", "n1"}, {"n1"}));
    EXPECT_EQ(downgrade(graph, {"m1"}, "b1"), plain({"m1"}, {"b1", "c1"}));
    EXPECT_EQ(downgrade(graph, {"m1"}, "shop@a1"), plain({"m1", "b1"}, {"c1"}));
    const Failure failure = expect_failure(ambiguous_walk, [&] { downgrade(graph, {"m1"}, "-1"); });
    EXPECT_TRUE(mentions(failure.detail(), {"\"b1\"", "\"c1\""})) << failure.detail();
    EXPECT_TRUE(mentions(failure.hint(), {"parent", "SELECT migrate_downgrade('b1')"}));
}

TEST(TwoLinesExamples, Upgrade) {
    const Graph graph = two_lines_graph();
    expect_failure(several_heads, [&] { upgrade(graph, {}, "head"); });
    EXPECT_EQ(upgrade(graph, {}, "plug@head"), plain({"c1", "c2", "p1", "p2", "p3"}, {"p3"}));
    EXPECT_EQ(upgrade(graph, {"p3"}, "core@head"), plain({"c3"}, {"c3", "p3"}));
    EXPECT_EQ(upgrade(graph, {"c3", "p1"}, "plug@+1"), plain({"p2"}, {"c3", "p2"}));
}

TEST(TwoLinesExamples, Downgrade) {
    const Graph graph = two_lines_graph();
    const Names rows = {"c3", "p3"};
    EXPECT_EQ(downgrade(graph, rows, "plug@base"), plain({"p3", "p2", "p1"}, {"c3"}));
    EXPECT_EQ(downgrade(graph, {"p3"}, "plug@base"), plain({"p3", "p2", "p1"}, {"c2"}));
    EXPECT_EQ(downgrade(graph, rows, "c1"),
              (Outcome{{"c3", "p3", "p2", "c2"}, {"c1", "p1"}, {"p3", "p2"}}));
    EXPECT_EQ(downgrade(graph, rows, "core@base"),
              (Outcome{{"c3", "p3", "p2", "c2", "c1"}, {"p1"}, {"p3", "p2"}}));
}

TEST(CrissCrossExamples, Downgrade) {
    EXPECT_EQ(downgrade(criss_cross_graph(), {"a3", "b2"}, "b1"), plain({"b2"}, {"a3"}));
}

// What the rules say beside the examples.

TEST(UpgradeRules, WalksDownNameARevision) {
    const Graph graph = line_graph();
    EXPECT_EQ(upgrade(graph, {}, "head-2"), plain({"a1", "b1"}, {"b1"}));
    EXPECT_EQ(upgrade(graph, {}, "a1-1"), plain({}, {}));
    EXPECT_EQ(upgrade(graph, {}, "d1-0"), upgrade(graph, {}, "d1"));
    EXPECT_EQ(upgrade(fork_graph(), {}, "shop@head-1"), plain({"a1", "c1"}, {"c1"}));
    EXPECT_EQ(upgrade(fork_graph(), {}, "shop@base+2"), plain({"a1", "c1"}, {"c1"}));
    EXPECT_EQ(upgrade(fork_graph(), {}, "shop@a1+1"), plain({"a1", "c1"}, {"c1"}));
}

TEST(UpgradeRules, EmptyGraphHasNothingToDo) {
    const Graph graph({});
    EXPECT_EQ(upgrade(graph, {}, "head"), plain({}, {}));
    EXPECT_EQ(upgrade(graph, {}, "heads"), plain({}, {}));
    EXPECT_EQ(downgrade(graph, {}, "base"), plain({}, {}));
    EXPECT_EQ(downgrade(graph, {}, "head"), plain({}, {}));
    expect_failure(FailureCode::walk_past_end, [&] { upgrade(graph, {}, "+1"); });
    expect_failure(FailureCode::walk_past_end, [&] { downgrade(graph, {}, "-1"); });
}

TEST(UpgradeRules, HeadsAreMaximalOverAllButOfABranchOverParent) {
    // p3 needs h2, which is a head over PARENT all the same.
    const Graph graph({{"h1", {}, {}, {}},
                       {"h2", {"h1"}, {}, {"side"}},
                       {"p1", {"h1"}, {}, {}},
                       {"p2", {"p1"}, {"h2"}, {}}});
    expect_failure(several_heads, [&] { upgrade(graph, {}, "head"); });
    EXPECT_EQ(upgrade(graph, {}, "heads"), plain({"h1", "h2", "p1", "p2"}, {"p2"}));
    EXPECT_EQ(upgrade(graph, {}, "side@heads"), plain({"h1", "h2"}, {"h2"}));
    EXPECT_EQ(upgrade(graph, {}, "h1@heads"), plain({"h1", "h2", "p1", "p2"}, {"p2"}));
    expect_failure(several_heads, [&] { upgrade(graph, {}, "h1@head"); });
    EXPECT_EQ(downgrade(graph, {"p2"}, "heads"), plain({}, {"p2"}));
}

TEST(UpgradeRules, OrderIsByRegistrationWhereNeedsLeaveAChoice) {
    // z was registered first and given its parent y later.
    const Graph graph({{"z", {"y"}, {}, {}}, {"x", {}, {}, {}}, {"y", {}, {}, {}}});
    EXPECT_EQ(upgrade(graph, {}, "heads"), plain({"x", "y", "z"}, {"x", "z"}));
    EXPECT_EQ(downgrade(graph, {"x", "z"}, "base"), plain({"z", "y", "x"}, {}));
    EXPECT_EQ(upgrade(graph, {"y"}, "heads"), plain({"z", "x"}, {"x", "z"}));
}

TEST(DowngradeRules, LoneStepsKeepToTheirArm) {
    const Graph graph = fork_graph();
    EXPECT_EQ(downgrade(graph, {"c2"}, "-2"), plain({"c2", "c1"}, {"a1"}));
    const Graph bases({{"a", {}, {}, {}}, {"b", {}, {"a"}, {}}});
    EXPECT_EQ(downgrade(bases, {"b"}, "-1"), plain({"b"}, {"a"}));
}

TEST(DowngradeRules, BranchStepsStartAtTheAppliedTip) {
    EXPECT_EQ(downgrade(two_lines_graph(), {"p3"}, "core@-1"),
              (Outcome{{"p3", "p2", "c2"}, {"c1", "p1"}, {"p3", "p2"}}));
}

} // namespace
} // namespace migrate::core
