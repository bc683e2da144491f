// The preflight of a run: rights, plan, locks, a second look, refusals, and what is noted first.
// One way for upgrade, downgrade, deploy, revert and verify.
#pragma once

#include "core/plan/plan.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/schema/snapshots.hpp"
#include "engine/tables/run.hpp"

#include <memory>
#include <optional>
#include <string>

namespace migrate::engine {

/// What every function that changes something begins with.  Throws on a standby, in a
/// read-only transaction, and (Failure(nested_call)) while a revision's text runs in this
/// session.  `command` names the function that was called, for messages.
void begin_change(const char* command);

/// How the revisions of a run are run.
enum class RunKind {
    in_transaction, ///< all of them in the caller's transaction
    deploy,         ///< each in a transaction of its own, or in parts
    verification    ///< up, down and up again, and nothing stays
};

struct RunRequest {
    RunKind kind;
    core::Direction direction;
    std::string target;
    std::optional<std::string> prefix; ///< nothing: the setting migrate.prefix, else the default
    const char* command;               ///< as begin_change takes it
};

/// A run that may begin: everything is checked, and the locks are held.
struct CheckedRun {
    std::unique_ptr<PrefixState> state;
    core::Plan plan;
    std::optional<RunRow> partial; ///< of the first step, when that was begun before
    RunNote note;
};

class Preflight {
  public:
    /// Checks the caller's rights and makes the plan, without a lock.  An upgrade to the heads that
    /// are current costs one indexed read: every replica of an application asks for that when it
    /// starts.  Throws Failure.
    explicit Preflight(RunRequest request);

    /// Whether a lock is needed: there are steps, or an earlier run stopped within a revision.
    bool is_needed() const { return is_needed_; }
    /// The prefix as it was read last.
    const Prefix& prefix() const { return state_->prefix(); }
    /// Whether a step runs statements outside of transactions.
    Quiet quiet() const;

    /// Takes the locks of a run in the caller's transaction.  Plans again if somebody else has run
    /// or registered something meanwhile.
    void lock();
    /// Plans again, under a lock to run that the caller has taken.
    void plan_again();

    /// The run, or nothing when there is nothing to do any more.  The lock to run is held.
    /// Announces what the plan takes along, gives restored records of objects their addresses, and
    /// begins the note of the schema.  Throws Failure.
    std::optional<CheckedRun> finish();

  private:
    void read(Prefix prefix);
    bool continues(const std::optional<RunRow>& partial);
    void require_runs_in_transaction() const;
    core::Hints hints() const;

    RunRequest request_;
    std::string name_;
    std::unique_ptr<PrefixState> state_;
    core::Plan plan_;
    bool is_needed_ = false;
};

} // namespace migrate::engine
