#include "example_graphs.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace migrate::core {

Graph line_graph() {
    return Graph({{"a1", {}, {}, {}},
                  {"b1", {"a1"}, {}, {}},
                  {"c1", {"b1"}, {}, {}},
                  {"d1", {"c1"}, {}, {}}});
}

Graph fork_graph() {
    return Graph({{"a1", {}, {}, {}},
                  {"c1", {"a1"}, {}, {"shop"}},
                  {"c2", {"c1"}, {}, {}},
                  {"b1", {"a1"}, {}, {}}});
}

Graph diamond_graph() {
    return Graph({{"a1", {}, {}, {}},
                  {"b1", {"a1"}, {}, {"shop"}},
                  {"c1", {"a1"}, {}, {}},
                  {"m1", {"b1", "c1"}, {}, {}},
                  {"n1", {"m1"}, {}, {}}});
}

Graph two_lines_graph() {
    return Graph({{"c1", {}, {}, {"core"}},
                  {"c2", {"c1"}, {}, {}},
                  {"p1", {}, {}, {"plug"}},
                  {"p2", {"p1"}, {"c2"}, {}},
                  {"p3", {"p2"}, {}, {}},
                  {"c3", {"c2"}, {}, {}}});
}

Graph criss_cross_graph() {
    return Graph({{"a1", {}, {}, {}},
                  {"b1", {}, {}, {}},
                  {"a2", {"a1"}, {}, {}},
                  {"b2", {"b1"}, {"a2"}, {}},
                  {"a3", {"a2"}, {"b1"}, {}}});
}

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
    out << "steps";
    for (const std::string& step : outcome.steps) {
        out << ' ' << step;
    }
    out << "; rows";
    for (const std::string& row : outcome.rows) {
        out << ' ' << row;
    }
    out << "; other line";
    for (const std::string& step : outcome.other_line) {
        out << ' ' << step;
    }
    return out;
}

Names ids(const Graph& graph, const std::vector<Index>& revisions) {
    Names result;
    for (const Index i : revisions) {
        result.push_back(graph.id(i));
    }
    return result;
}

namespace {

Outcome run(const Graph& graph, AppliedSet applied, const Plan& plan) {
    Outcome outcome;
    for (const Step& step : plan.steps) {
        if (plan.direction == Direction::upgrade) {
            applied.apply(step.revision);
        } else {
            applied.revert(step.revision);
        }
        outcome.steps.push_back(graph.id(step.revision));
        if (step.other_line) {
            outcome.other_line.push_back(graph.id(step.revision));
        }
    }
    outcome.rows = ids(graph, applied.rows());
    std::sort(outcome.rows.begin(), outcome.rows.end());
    return outcome;
}

} // namespace

Outcome upgrade(const Graph& graph, const Names& rows, const std::string& target) {
    const AppliedSet applied(graph, rows);
    return run(graph, applied, plan_upgrade(graph, applied, parse_target(target)));
}

Outcome downgrade(const Graph& graph, const Names& rows, const std::string& target) {
    const AppliedSet applied(graph, rows);
    return run(graph, applied, plan_downgrade(graph, applied, parse_target(target)));
}

Names stamp(const Graph& graph, const Names& rows, const Names& targets, bool purge) {
    std::vector<Target> parsed;
    for (const std::string& target : targets) {
        parsed.push_back(parse_target(target));
    }
    Names result = ids(graph, stamp_rows(graph, AppliedSet(graph, rows), parsed, purge));
    std::sort(result.begin(), result.end());
    return result;
}

Names range(const Graph& graph, const Names& rows, const std::string& text) {
    return ids(graph, select_range(graph, AppliedSet(graph, rows), parse_range(text)));
}

Failure failure_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Failure& failure) {
        return failure;
    }
    ADD_FAILURE() << "no Failure was thrown";
    return Failure(FailureCode::null_argument, "none");
}

Failure expect_failure(FailureCode code, const std::function<void()>& action) {
    Failure failure = failure_of(action);
    EXPECT_EQ(sqlstate(failure.code()), sqlstate(code)) << failure.message();
    EXPECT_FALSE(failure.message().empty());
    EXPECT_FALSE(failure.message().ends_with('.')) << failure.message();
    EXPECT_FALSE(std::isupper(static_cast<unsigned char>(failure.message().front())))
        << failure.message();
    for (const std::string& sentence : {failure.detail(), failure.hint()}) {
        if (!sentence.empty()) {
            EXPECT_TRUE(sentence.ends_with('.')) << sentence;
        }
    }
    return failure;
}

bool mentions(const std::string& text, const Names& names) {
    return std::all_of(names.begin(), names.end(), [&text](const std::string& name) {
        return text.find(name) != std::string::npos;
    });
}

} // namespace migrate::core
