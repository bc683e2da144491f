#include "core/plan/run_states.hpp"

#include "core/failure.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace migrate::core {

namespace {

constexpr std::array<RunTransition, 12> transitions = {{
    {RunState::idle, RunEvent::begins, RunState::running},
    {RunState::idle, RunEvent::fails_whole, RunState::idle},
    {RunState::running, RunEvent::begins, RunState::running},
    {RunState::running, RunEvent::advances, RunState::running},
    {RunState::running, RunEvent::ends, RunState::idle},
    {RunState::running, RunEvent::fails_whole, RunState::idle},
    {RunState::running, RunEvent::fails_partial, RunState::stopped},
    {RunState::running, RunEvent::is_found_whole, RunState::idle},
    {RunState::running, RunEvent::is_found_partial, RunState::stopped},
    {RunState::stopped, RunEvent::is_found_whole, RunState::idle},
    {RunState::stopped, RunEvent::is_found_partial, RunState::stopped},
    {RunState::stopped, RunEvent::resumes, RunState::running},
}};

constexpr std::array<ResumptionRule, 10> rules = {{
    {Interruption::leaves_index, Trace::none, Resumption::run_again},
    {Interruption::leaves_index, Trace::unfinished, Resumption::clear_and_run},
    {Interruption::leaves_index, Trace::finished, Resumption::record_as_done},
    {Interruption::leaves_copies, Trace::unfinished, Resumption::clear_and_run},
    {Interruption::leaves_old_index, Trace::none, Resumption::run_again},
    {Interruption::leaves_old_index, Trace::unfinished, Resumption::run_again},
    {Interruption::leaves_old_index, Trace::finished, Resumption::note_as_done},
    {Interruption::leaves_partition, Trace::none, Resumption::run_again},
    {Interruption::leaves_partition, Trace::unfinished, Resumption::complete},
    {Interruption::leaves_partition, Trace::finished, Resumption::note_as_done},
}};

} // namespace

std::span<const RunTransition> run_transitions() noexcept {
    return transitions;
}

RunState next_state(RunState state, RunEvent event) {
    const auto found =
        std::find_if(transitions.begin(), transitions.end(), [&](const RunTransition& other) {
            return other.from == state && other.event == event;
        });
    if (found == transitions.end()) {
        throw Failure(FailureCode::not_in_prerequisite_state,
                      std::string("a run that is ") + word_of(state) + " cannot be one that " +
                          word_of(event),
                      "The row of migrate.run was changed by other means.");
    }
    return found->to;
}

std::span<const ResumptionRule> resumption_rules() noexcept {
    return rules;
}

Resumption resumption_of(Interruption interruption, Trace trace) noexcept {
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const ResumptionRule& rule) {
        return rule.interruption == interruption && rule.trace == trace;
    });
    return found == rules.end() ? Resumption::run_again : found->resumption;
}

const char* word_of(RunState state) noexcept {
    switch (state) {
    case RunState::idle:
        return "idle";
    case RunState::running:
        return "running";
    case RunState::stopped:
        break;
    }
    return "stopped";
}

const char* word_of(RunEvent event) noexcept {
    switch (event) {
    case RunEvent::begins:
        return "begins";
    case RunEvent::resumes:
        return "resumes";
    case RunEvent::advances:
        return "advances";
    case RunEvent::ends:
        return "ends";
    case RunEvent::fails_whole:
        return "fails, nothing stays";
    case RunEvent::fails_partial:
        return "fails, something stays";
    case RunEvent::is_found_whole:
        return "is found, nothing stays";
    case RunEvent::is_found_partial:
        break;
    }
    return "is found, something stays";
}

const char* word_of(Interruption interruption) noexcept {
    switch (interruption) {
    case Interruption::can_be_repeated:
        return "nothing in the way";
    case Interruption::leaves_index:
        return "an index";
    case Interruption::leaves_copies:
        return "copies of indexes";
    case Interruption::leaves_old_index:
        return "the index that it drops";
    case Interruption::leaves_partition:
        break;
    }
    return "the partition that it detaches";
}

const char* word_of(Trace trace) noexcept {
    switch (trace) {
    case Trace::none:
        return "none";
    case Trace::unfinished:
        return "unfinished";
    case Trace::finished:
        break;
    }
    return "finished";
}

const char* word_of(Resumption resumption) noexcept {
    switch (resumption) {
    case Resumption::run_again:
        return "run it again";
    case Resumption::clear_and_run:
        return "drop what is invalid, and run it again";
    case Resumption::complete:
        return "complete it";
    case Resumption::record_as_done:
        return "record its objects; it is done";
    case Resumption::note_as_done:
        break;
    }
    return "it is done";
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
