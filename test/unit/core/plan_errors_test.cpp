// Each mistake has its own text, code, detail and way out.
#include "example_graphs.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace migrate::core {
namespace {

TEST(PlanErrors, UnknownRevision) {
    const Graph graph({{"a1b2c3d4e5f6", {}, {}, {"storage"}}});
    Failure failure =
        expect_failure(FailureCode::undefined_object, [&] { upgrade(graph, {}, "a1b2c3d4e5f7"); });
    EXPECT_EQ(failure.message(), "revision \"a1b2c3d4e5f7\" does not exist");
    EXPECT_EQ(failure.hint(), "Perhaps \"a1b2c3d4e5f6\" was meant.");
    failure =
        expect_failure(FailureCode::undefined_object, [&] { upgrade(graph, {}, "storgae@head"); });
    EXPECT_EQ(failure.message(), "branch \"storgae\" does not exist");
    EXPECT_EQ(failure.hint(), "Perhaps \"storage\" was meant.");
    failure = expect_failure(FailureCode::undefined_object, [&] { upgrade(graph, {}, "zzz"); });
    EXPECT_TRUE(mentions(failure.hint(), {"migrate_history"}));
    failure = expect_failure(FailureCode::undefined_object, [] { upgrade(Graph({}), {}, "zzz"); });
    EXPECT_EQ(failure.detail(), "No revision is registered yet.");
}

TEST(PlanErrors, AmbiguousPrefix) {
    const Failure failure =
        expect_failure(FailureCode::ambiguous_target, [] { upgrade(fork_graph(), {}, "c"); });
    EXPECT_EQ(failure.message(), "revision \"c\" is ambiguous");
    EXPECT_EQ(failure.detail(), "It could be \"c1\" or \"c2\".");
}

TEST(PlanErrors, NotOnBranch) {
    const Failure failure =
        expect_failure(FailureCode::not_on_branch, [] { upgrade(fork_graph(), {}, "shop@b1"); });
    EXPECT_EQ(failure.message(), "revision \"b1\" is not on branch \"shop\"");
    EXPECT_TRUE(mentions(failure.detail(), {"\"c1\""}));
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT migrate_upgrade('b1')"}));
    expect_failure(FailureCode::not_on_branch, [] { downgrade(fork_graph(), {"b1"}, "shop@b1"); });
    expect_failure(FailureCode::not_on_branch, [] { upgrade(fork_graph(), {}, "shop@b1-1"); });
}

TEST(PlanErrors, SeveralHeads) {
    Failure failure =
        expect_failure(FailureCode::several_heads, [] { upgrade(fork_graph(), {}, "head"); });
    EXPECT_EQ(failure.message(), "target \"head\" is ambiguous: there are several heads");
    EXPECT_EQ(failure.detail(), "The heads are \"c2\" and \"b1\".");
    EXPECT_EQ(failure.hint(), "Take all with SELECT migrate_upgrade('heads'), or one with SELECT "
                              "migrate_upgrade('shop@head'), or join them with SELECT "
                              "migrate_merge(ARRAY['c2', 'b1']).");
    failure =
        expect_failure(FailureCode::several_heads, [] { upgrade(fork_graph(), {}, "a1@head"); });
    EXPECT_EQ(failure.message(), "branch \"a1\" has several heads");
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT migrate_upgrade('a1@heads')"}));
    failure = expect_failure(FailureCode::several_heads,
                             [] { downgrade(fork_graph(), {"b1"}, "head-1"); });
    EXPECT_EQ(failure.hint(), "Name one of them, as in SELECT migrate_downgrade('b1@head-1').");
}

TEST(PlanErrors, SeveralRows) {
    Failure failure = expect_failure(FailureCode::several_rows, [] {
        upgrade(fork_graph(), {"b1", "c1"}, "+1");
    });
    EXPECT_EQ(failure.detail(), "The rows are \"c1\" and \"b1\".");
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT migrate_upgrade('c1@+1')"}));
    failure = expect_failure(FailureCode::several_rows, [] {
        downgrade(fork_graph(), {"b1", "c2"}, "-1");
    });
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT migrate_downgrade('c2@-1')"}));
    failure = expect_failure(FailureCode::several_rows, [] {
        downgrade(fork_graph(), {"b1", "c2"}, "a1@-1");
    });
    EXPECT_TRUE(mentions(failure.detail(), {"\"a1\"", "\"c2\"", "\"b1\""}));
}

TEST(PlanErrors, AmbiguousWalk) {
    Failure failure =
        expect_failure(FailureCode::ambiguous_walk, [] { upgrade(fork_graph(), {"a1"}, "+1"); });
    EXPECT_EQ(failure.message(), "the way up from revision \"a1\" is ambiguous");
    EXPECT_EQ(failure.detail(), "It is followed by \"c1\" and \"b1\".");
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT migrate_upgrade('c1@+1')"}));
    failure = expect_failure(FailureCode::ambiguous_walk,
                             [] { upgrade(two_lines_graph(), {}, "base+1"); });
    EXPECT_EQ(failure.message(), "the way up from base is ambiguous");
    EXPECT_EQ(failure.detail(), "The bases are \"c1\" and \"p1\".");
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT migrate_upgrade('c1@base+1')"}));
}

TEST(PlanErrors, PastTheEnd) {
    Failure failure =
        expect_failure(FailureCode::walk_past_end, [] { upgrade(line_graph(), {"c1"}, "+5"); });
    EXPECT_EQ(failure.message(), "target \"+5\" is past the last revision");
    EXPECT_EQ(failure.detail(), "The walk ends at \"d1\" after 1 of 5 steps.");
    EXPECT_EQ(failure.hint(), "To go all the way, use SELECT migrate_upgrade('head').");
    failure =
        expect_failure(FailureCode::walk_past_end, [] { downgrade(line_graph(), {"b1"}, "-3"); });
    EXPECT_EQ(failure.message(), "target \"-3\" is past the first revision");
    EXPECT_EQ(failure.detail(), "The walk ends at base after 2 of 3 steps.");
    EXPECT_EQ(failure.hint(), "To go all the way, use SELECT migrate_downgrade('base').");
    failure = expect_failure(FailureCode::walk_past_end,
                             [] { downgrade(line_graph(), {}, "-2147483648"); });
    EXPECT_EQ(failure.detail(), "No revision is applied.");
    failure =
        expect_failure(FailureCode::walk_past_end, [] { downgrade(fork_graph(), {}, "shop@-1"); });
    EXPECT_EQ(failure.detail(), "No revision of branch \"shop\" is applied.");
    expect_failure(FailureCode::walk_past_end,
                   [] { upgrade(line_graph(), {}, "base+2147483647"); });
    expect_failure(FailureCode::walk_past_end, [] { upgrade(line_graph(), {}, "base-1"); });
}

TEST(PlanErrors, NotApplied) {
    Failure failure =
        expect_failure(FailureCode::not_applied, [] { downgrade(line_graph(), {"b1"}, "c1"); });
    EXPECT_EQ(failure.message(), "revision \"c1\" is not applied");
    EXPECT_EQ(failure.detail(), "The row is \"b1\".");
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT migrate_upgrade('c1')"}));
    failure = expect_failure(FailureCode::not_applied, [] { downgrade(line_graph(), {}, "c1"); });
    EXPECT_EQ(failure.detail(), "No revision is applied.");
}

TEST(PlanErrors, NothingToTakeBack) {
    Failure failure = expect_failure(FailureCode::not_in_prerequisite_state,
                                     [] { downgrade(two_lines_graph(), {"p3"}, "c2"); });
    EXPECT_EQ(failure.message(), "no revision above \"c2\" is applied");
    EXPECT_EQ(failure.detail(), "It is applied because \"p2\" needs it.");
    failure = expect_failure(FailureCode::not_in_prerequisite_state,
                             [] { downgrade(fork_graph(), {"b1"}, "shop@a1"); });
    EXPECT_EQ(failure.message(), "no revision above \"a1\" is applied on branch \"shop\"");
}

TEST(PlanErrors, BranchThatDoesNotTellTheArm) {
    const Graph graph({{"a", {}, {}, {"shop"}}, {"b", {"a"}, {}, {}}, {"c", {"a"}, {}, {}}});
    const Failure failure = expect_failure(FailureCode::not_on_branch, [&] {
        downgrade(graph, {"b", "c"}, "shop@a");
    });
    EXPECT_TRUE(mentions(failure.detail(), {"\"b\"", "\"c\""})) << failure.detail();
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT migrate_downgrade('b@a')"})) << failure.hint();
}

TEST(PlanErrors, WrongDirection) {
    const auto invalid = FailureCode::invalid_target;
    Failure failure = expect_failure(invalid, [] { upgrade(line_graph(), {"b1"}, "-1"); });
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT migrate_downgrade('-1')"}));
    failure = expect_failure(invalid, [] { downgrade(line_graph(), {"b1"}, "+1"); });
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT migrate_upgrade('+1')"}));
    for (const char* zero : {"+0", "-0", "shop@+0", "shop@-0"}) {
        expect_failure(invalid, [&] { upgrade(fork_graph(), {"a1"}, zero); });
        expect_failure(invalid, [&] { downgrade(fork_graph(), {"a1"}, zero); });
        expect_failure(invalid, [&] { stamp(fork_graph(), {"a1"}, {zero}); });
    }
    expect_failure(invalid, [] { upgrade(fork_graph(), {}, "shop@-1"); });
    expect_failure(invalid, [] { downgrade(fork_graph(), {}, "shop@+1"); });
}

/// Each statement that `hint` suggests must be met, which the plan of it tells.
void expect_possible(const Graph& graph, const Names& rows, const std::string& hint) {
    const std::regex statement("migrate_(upgrade|downgrade)\\('([^']*)'");
    int found = 0;
    for (std::sregex_iterator i(hint.begin(), hint.end(), statement), end; i != end; ++i, ++found) {
        const std::string target = (*i)[2];
        EXPECT_NO_THROW((*i)[1] == "upgrade" ? upgrade(graph, rows, target)
                                             : downgrade(graph, rows, target))
            << hint;
    }
    EXPECT_GT(found, 0) << hint;
}

TEST(PlanErrors, SuggestedTargetsWork) {
    const Graph lines = two_lines_graph();
    // along neither line nine steps are possible
    Failure failure = expect_failure(FailureCode::ambiguous_walk, [&] {
        downgrade(lines, {"c3", "p3"}, "base+9");
    });
    EXPECT_EQ(failure.hint(),
              "Name another revision; SELECT * FROM migrate_history() shows which are applied.");
    failure = expect_failure(FailureCode::ambiguous_walk, [&] {
        downgrade(lines, {"c3", "p3"}, "base+2");
    });
    expect_possible(lines, {"c3", "p3"}, failure.hint());
    // c1 is the first base, and not applied
    failure =
        expect_failure(FailureCode::ambiguous_walk, [&] { downgrade(lines, {"p1"}, "base+1"); });
    EXPECT_EQ(failure.hint(), "Name the revision, or the branch to follow, as in SELECT "
                              "migrate_downgrade('p1@base+1').");
    failure = expect_failure(FailureCode::several_rows, [] {
        upgrade(fork_graph(), {"b1", "c1"}, "+1");
    });
    expect_possible(fork_graph(), {"b1", "c1"}, failure.hint());
    // head would be ambiguous here
    failure = expect_failure(FailureCode::walk_past_end, [] { upgrade(fork_graph(), {}, "b1+2"); });
    EXPECT_EQ(failure.hint(), "To go all the way, use SELECT migrate_upgrade('b1').");
    // base would take the other line, too
    failure = expect_failure(FailureCode::walk_past_end, [&] {
        downgrade(lines, {"c3", "p1"}, "c3-9");
    });
    EXPECT_EQ(failure.hint(), "To go all the way, use SELECT migrate_downgrade('c3@base').");
    // nothing that a downgrade could go to
    failure =
        expect_failure(FailureCode::ambiguous_walk, [] { downgrade(diamond_graph(), {}, "m1-1"); });
    EXPECT_TRUE(mentions(failure.hint(), {"SELECT * FROM migrate_history()"}));
}

TEST(PlanErrors, HintsNameTheHistory) {
    const Graph fork = fork_graph();
    std::vector<Revision> revisions;
    for (Index i = 0; i < fork.size(); ++i) {
        revisions.push_back(fork.revision(i));
    }
    const Graph graph(revisions, Address{"elem_01", "elem"});
    Failure failure =
        expect_failure(FailureCode::several_heads, [&] { upgrade(graph, {}, "head"); });
    EXPECT_EQ(failure.message(),
              "target \"head\" is ambiguous: there are several heads in prefix \"elem_01\"");
    EXPECT_TRUE(
        mentions(failure.hint(), {"SELECT migrate_upgrade('heads', prefix => 'elem_01')",
                                  "SELECT migrate_upgrade('shop@head', prefix => 'elem_01')",
                                  "SELECT migrate_merge(ARRAY['c2', 'b1'], prefix => 'elem')"}))
        << failure.hint();
    failure = expect_failure(FailureCode::stale_row, [&] { upgrade(graph, {"gone"}, "heads"); });
    EXPECT_TRUE(
        mentions(failure.hint(), {"SELECT migrate_stamp(ARRAY['heads'], purge => true, prefix => "
                                  "'elem_01')"}))
        << failure.hint();
    for (const char* target : {"c2@+1", "zzz", "shop@b1", "-1", "a1+1", "c2+4"}) {
        failure = failure_of([&] { upgrade(graph, {"c2"}, target); });
        EXPECT_TRUE(mentions(failure.hint(), {"prefix => 'elem_01'"})) << failure.hint();
    }
    for (const char* target : {"c1", "+1", "head", "c2-9"}) {
        failure = failure_of([&] { downgrade(graph, {"b1"}, target); });
        EXPECT_TRUE(mentions(failure.hint(), {"prefix => 'elem_01'"})) << failure.hint();
    }
    failure = failure_of([&] { stamp(graph, {}, {"head"}); });
    EXPECT_TRUE(mentions(failure.hint(), {"prefix => 'elem_01'"})) << failure.hint();
}

TEST(PlanErrors, WhoOnlyPlansIsShownTargets) {
    const Graph graph = fork_graph();
    const AppliedSet nothing(graph);
    const Failure failure = expect_failure(FailureCode::several_heads, [&] {
        plan_upgrade(graph, nothing, parse_target("head"), Hints::targets);
    });
    EXPECT_EQ(failure.hint(), "Take all with \"heads\", or one with \"shop@head\".");
}

TEST(PlanErrors, HintsAreSqlThatCanBePasted) {
    const Graph graph({{"it's", {}, {}, {}}, {"b", {}, {}, {}}});
    const Failure failure =
        expect_failure(FailureCode::several_heads, [&] { upgrade(graph, {}, "head"); });
    EXPECT_TRUE(mentions(failure.hint(), {"'it''s@head'", "ARRAY['it''s', 'b']"}));
}

} // namespace
} // namespace migrate::core
