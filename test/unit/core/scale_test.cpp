// Graphs of the size that nothing here may recurse over, or be quadratic in.
#include "core/graph/labels.hpp"
#include "example_graphs.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

std::string numbered(std::size_t i) {
    return "r" + std::to_string(i);
}

TEST(Scale, DeepChain) {
    constexpr std::size_t depth = 200'000;
    std::vector<Revision> revisions(depth);
    for (std::size_t i = 0; i < depth; ++i) {
        revisions[i].id = numbered(i);
        if (i > 0) {
            revisions[i].down_revision = {numbered(i - 1)};
        }
    }
    revisions[depth / 2].branch_labels = {"middle"};
    const Graph graph(std::move(revisions));
    const Names top = {numbered(depth - 1)};
    EXPECT_EQ(upgrade(graph, {}, "head").steps.size(), depth);
    EXPECT_EQ(upgrade(graph, {}, "head").rows, top);
    EXPECT_EQ(upgrade(graph, {}, "base+150000").rows, Names{numbered(149'999)});
    EXPECT_EQ(downgrade(graph, top, "base").steps.size(), depth);
    EXPECT_EQ(downgrade(graph, top, "-199999").rows, Names{numbered(0)});
    EXPECT_EQ(stamp(graph, top, {"middle"}), Names{numbered(depth / 2)});
    EXPECT_EQ(range(graph, top, "middle:").size(), depth / 2);
    EXPECT_EQ(Labels(graph).of(0).size(), 1U);
}

TEST(Scale, WideGraph) {
    constexpr std::size_t width = 100'000;
    std::vector<Revision> revisions(width + 2);
    revisions[0].id = "root";
    revisions[width + 1].id = "top";
    for (std::size_t i = 1; i <= width; ++i) {
        revisions[i].id = numbered(i);
        revisions[i].down_revision = {"root"};
        revisions[i].branch_labels = {"label" + std::to_string(i)};
        revisions[width + 1].depends_on.push_back(numbered(i));
    }
    const Graph graph(std::move(revisions));
    EXPECT_EQ(upgrade(graph, {}, "heads").steps.size(), width + 2);
    EXPECT_EQ(upgrade(graph, {}, "root@heads").rows.size(), width);
    EXPECT_EQ(upgrade(graph, {}, "label77@head").rows, Names{numbered(77)});
    EXPECT_EQ(downgrade(graph, {"top"}, "-1").rows.size(), width);
    EXPECT_EQ(downgrade(graph, {"top"}, "root").other_line, Names{"top"});
    expect_failure(FailureCode::several_heads, [&] { upgrade(graph, {}, "head"); });
    EXPECT_EQ(Labels(graph).of(1).size(), 1U);
}

} // namespace
} // namespace migrate::core
