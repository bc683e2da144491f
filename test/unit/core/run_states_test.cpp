#include "core/plan/run_states.hpp"

#include "core/failure.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <tuple>

namespace migrate::core {
namespace {

std::string row_of(const char* first, const char* second, const char* third) {
    return std::string("| ") + first + " | " + second + " | " + third + " |\n";
}

/// The table below `head` in docs/architecture.md, without its two first lines.
std::string documented(const std::string& head) {
    std::ifstream file(std::string(MIGRATE_TEST_FOLDER) + "/../docs/architecture.md");
    std::string table;
    bool is_inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line == head) {
            is_inside = std::getline(file, line).good(); // the rule below the head
        } else if (is_inside && line.starts_with("|")) {
            table += line + "\n";
        } else {
            is_inside = false;
        }
    }
    return table;
}

TEST(RunStates, AreDocumentedAsTheyAre) {
    std::string printed;
    for (const RunTransition& transition : run_transitions()) {
        printed +=
            row_of(word_of(transition.from), word_of(transition.event), word_of(transition.to));
    }
    EXPECT_EQ(documented("| state | event | next state |"), printed);
}

TEST(RunStates, EachPairLeadsToOneState) {
    std::set<std::pair<RunState, RunEvent>> pairs;
    for (const RunTransition& transition : run_transitions()) {
        EXPECT_TRUE(pairs.emplace(transition.from, transition.event).second)
            << word_of(transition.from) << ", " << word_of(transition.event);
        EXPECT_EQ(next_state(transition.from, transition.event), transition.to);
    }
}

TEST(RunStates, AnyStateCanBecomeIdleAgain) {
    for (const RunState from : {RunState::running, RunState::stopped}) {
        const auto transitions = run_transitions();
        EXPECT_TRUE(std::any_of(transitions.begin(), transitions.end(), [&](const auto& other) {
            return other.from == from && other.to == RunState::idle;
        })) << word_of(from);
    }
}

TEST(RunStates, RefuseWhatCannotBe) {
    EXPECT_THROW(next_state(RunState::idle, RunEvent::resumes), Failure);
    EXPECT_THROW(next_state(RunState::stopped, RunEvent::ends), Failure);
    try {
        next_state(RunState::stopped, RunEvent::begins);
        ADD_FAILURE() << "a revision that is partially applied was passed over";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.code(), FailureCode::not_in_prerequisite_state);
        EXPECT_EQ(failure.message(), "a run that is stopped cannot be one that begins");
    }
}

TEST(Resumption, IsDocumentedAsItIs) {
    std::string printed;
    for (const ResumptionRule& rule : resumption_rules()) {
        printed +=
            row_of(word_of(rule.interruption), word_of(rule.trace), word_of(rule.resumption));
    }
    EXPECT_EQ(documented("| the statement can leave | found | what is done |"), printed);
}

TEST(Resumption, RunsAgainWhereNoRuleSaysOtherwise) {
    for (const Trace trace : {Trace::none, Trace::unfinished, Trace::finished}) {
        EXPECT_EQ(resumption_of(Interruption::can_be_repeated, trace), Resumption::run_again);
    }
    EXPECT_EQ(resumption_of(Interruption::leaves_index, Trace::unfinished),
              Resumption::clear_and_run);
    EXPECT_EQ(resumption_of(Interruption::leaves_partition, Trace::unfinished),
              Resumption::complete);
}

} // namespace
} // namespace migrate::core
