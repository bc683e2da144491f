// What a run that works through several transactions can be in, and what leads from one state to
// the next; and what is to be done about a statement that was cut off.  Both are tables, which the
// tests print (docs/architecture.md shows them).
#pragma once

#include <span>

namespace migrate::core {

/// The state of a prefix's run, as its row in migrate.run says.
enum class RunState {
    idle,    ///< no row
    running, ///< a row with the outcome `running`; its process may have died
    stopped  ///< a row with the outcome `failed`: the revision is partially applied
};

enum class RunEvent {
    begins,          ///< a call begins with a revision, or with the next one
    resumes,         ///< a call goes on with the revision that was partially applied
    advances,        ///< a statement outside of transactions, or a part of the text, is done
    ends,            ///< the last revision is done
    fails_whole,     ///< a revision failed, and nothing of it stays
    fails_partial,   ///< a revision failed, and something of it stays
    is_found_whole,  ///< somebody else holds the lock to run now; nothing of the revision stays
    is_found_partial ///< the same, and something of it stays
};

struct RunTransition {
    RunState from;
    RunEvent event;
    RunState to;
};
std::span<const RunTransition> run_transitions() noexcept;

/// Throws Failure(not_in_prerequisite_state) for what no transition allows.
RunState next_state(RunState state, RunEvent event);

const char* word_of(RunState state) noexcept;
const char* word_of(RunEvent event) noexcept;

/// What a statement outside of transactions can leave when it is cut off.
enum class Interruption {
    can_be_repeated,  ///< nothing that is in the way
    leaves_index,     ///< an invalid index, of CREATE INDEX CONCURRENTLY
    leaves_copies,    ///< invalid copies of indexes, of REINDEX CONCURRENTLY
    leaves_old_index, ///< the index, maybe invalid, that DROP INDEX CONCURRENTLY takes away
    leaves_partition  ///< a partition that is being detached
};

/// What is found of such a statement.
enum class Trace { none, unfinished, finished };

/// What to do then.
enum class Resumption {
    run_again,      ///< from its beginning
    clear_and_run,  ///< the same, after what is invalid was dropped
    complete,       ///< by the statement that finishes it
    record_as_done, ///< its objects have to be recorded
    note_as_done    ///< it left nothing to record
};

struct ResumptionRule {
    Interruption interruption;
    Trace trace;
    Resumption resumption;
};
std::span<const ResumptionRule> resumption_rules() noexcept;

Resumption resumption_of(Interruption interruption, Trace trace) noexcept;

const char* word_of(Interruption interruption) noexcept;
const char* word_of(Trace trace) noexcept;
const char* word_of(Resumption resumption) noexcept;

} // namespace migrate::core
