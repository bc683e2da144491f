#include "core/plan/lookup.hpp"

#include "example_graphs.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

TEST(Names, IdBeatsLabelBeatsPrefix) {
    const Graph graph({{"abc", {}, {}, {"la"}},
                       {"lab", {}, {}, {}},
                       {"a", {}, {}, {}},
                       {"xyz", {}, {}, {"label"}}});
    EXPECT_EQ(graph.id(resolve_revision(graph, "a")), "a");
    EXPECT_EQ(graph.id(resolve_revision(graph, "ab")), "abc");
    EXPECT_EQ(graph.id(resolve_revision(graph, "la")), "abc");
    EXPECT_EQ(graph.id(resolve_revision(graph, "lab")), "lab");
    EXPECT_EQ(graph.id(resolve_branch(graph, "x")), "xyz");
    // a label takes no partial match
    expect_failure(FailureCode::undefined_object, [&] { resolve_revision(graph, "labe"); });
}

TEST(Names, AmbiguousPrefixListsTheCandidates) {
    std::vector<Revision> revisions;
    for (int i = 0; i < 25; ++i) {
        revisions.push_back({"r" + std::to_string(i + 10), {}, {}, {}});
    }
    const Graph graph(revisions);
    const Failure failure =
        expect_failure(FailureCode::ambiguous_target, [&] { resolve_branch(graph, "r"); });
    EXPECT_EQ(failure.message(), "branch \"r\" is ambiguous");
    EXPECT_TRUE(mentions(failure.detail(), {"\"r10\"", "\"r18\" or 16 more."})) << failure.detail();
}

std::string hint_for(const Graph& graph, const std::string& name) {
    return failure_of([&] { resolve_revision(graph, name); }).hint();
}

TEST(Names, NearestNamesAreOffered) {
    const Graph graph({{"1a2b3c4d5e6f", {}, {}, {}},
                       {"add_users", {}, {}, {"storage"}},
                       {"add_user_index", {}, {}, {}},
                       {"0042", {}, {}, {}}});
    EXPECT_EQ(hint_for(graph, "1a2b3x"), "Perhaps \"1a2b3c4d5e6f\" was meant.");
    EXPECT_EQ(hint_for(graph, "add_suers"),
              "Perhaps \"add_users\" or \"add_user_index\" was meant.");
    EXPECT_EQ(hint_for(graph, "ad_users"),
              "Perhaps \"add_users\" or \"add_user_index\" was meant.");
    EXPECT_EQ(hint_for(graph, "storag"), "Perhaps \"storage\" was meant.");
    EXPECT_EQ(hint_for(graph, "00421"), "Perhaps \"0042\" was meant.");
    EXPECT_TRUE(mentions(hint_for(graph, "nothing like it"), {"migrate_history"}));
    EXPECT_TRUE(mentions(hint_for(graph, std::string(1000, 'x')), {"migrate_history"}));
    EXPECT_TRUE(mentions(hint_for(graph, std::string(255, 'x')), {"migrate_history"}));
}

TEST(Names, AtMostThreeNearestNames) {
    const Graph graph({{"aaaa1", {}, {}, {}},
                       {"aaaa2", {}, {}, {}},
                       {"aaab3", {}, {}, {}},
                       {"aaaa4", {}, {}, {}}});
    EXPECT_EQ(hint_for(graph, "aaaa5"), "Perhaps \"aaaa1\", \"aaaa2\" or \"aaaa4\" was meant.");
}

TEST(Names, Lists) {
    EXPECT_EQ(listed(Names{"a"}), "\"a\"");
    EXPECT_EQ(listed(Names{"a", "b"}), "\"a\" and \"b\"");
    EXPECT_EQ(listed(Names{"a", "b", "c"}, "or"), "\"a\", \"b\" or \"c\"");
}

} // namespace
} // namespace migrate::core
