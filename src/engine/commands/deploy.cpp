#include "engine/commands/deploy.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/nontransactional_run.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/run/preflight.hpp"
#include "engine/run/retry_policy.hpp"
#include "engine/run/stopwatch.hpp"
#include "engine/run/transactional_run.hpp"
#include "engine/schema/snapshots.hpp"
#include "engine/tables/log.hpp"
#include "engine/tables/pending_writes.hpp"
#include "engine/tables/run.hpp"
#include "pg/script/statement_timer.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/boundary.hpp"

#include <algorithm>
#include <memory>

namespace migrate::engine {

using core::Direction;
using core::Failure;
using core::FailureCode;
using core::in_quotes;

namespace {

/// Others may register while a deploy runs; what is left of the plan may not hold then.
[[noreturn]] void fail_changed(const std::string& prefix, const std::string& detail) {
    throw Failure(FailureCode::serialization_failure,
                  "the revisions of " + described_prefix(prefix) +
                      " changed while they were being deployed",
                  detail, "Call again for what is left.");
}

void require_same_prefix(const DeployLock& lock, const Prefix& prefix) {
    if (lock.number() != prefix.number) {
        fail_changed(prefix.name, "The prefix was dropped and made again.");
    }
}

/// One deploy, whose locks are held.  Between its methods a transaction is open that has
/// done nothing.
class Deployment {
  public:
    Deployment(pg::OwnTransactions& transactions, DeployLock& lock, CheckedRun& checked)
        : transactions_(transactions), lock_(lock), direction_(checked.plan.direction),
          prefix_(checked.state->prefix()), partial_(checked.partial),
          note_(std::move(checked.note)), policy_(checked.state->prefix()),
          progress_(checked.plan.steps.size(), Progress::Default::revisions) {
        for (const core::Step& step : checked.plan.steps) {
            steps_.push_back({checked.state->graph().id(step.revision),
                              is_transactional(*checked.state, direction_, step.revision)});
        }
    }

    void run();

  private:
    /// A step by the revision's id: indexes change when the history is read again.
    struct StepById {
        std::string revision;
        bool is_transactional;
    };

    /// Everything that is known of the prefix, as of one transaction.
    struct Reading {
        Reading(const Prefix& prefix, Direction direction, Progress& progress,
                TouchedObjects& touched, std::vector<pg::Setting> settings)
            : state(prefix), generation_of_others(tables::generation_of_others(prefix.name)),
              run(state, direction, progress, touched, std::move(settings)) {}

        PrefixState state;
        std::int64_t generation_of_others;
        TransactionalRun run;
    };

    void begin();
    void read();
    void require_same_plan() const;
    void begin_transaction();
    void run_step(const StepById& step);
    void run_whole(const std::string& revision);
    void run_in_parts(core::Index revision);
    void end_step();
    const char* verb() const { return direction_ == Direction::upgrade ? "deployed" : "reverted"; }
    std::string what_is_done() const;
    std::string what_stays() const;
    [[noreturn]] void fail(const pg::Report& failure);
    void record_failure(const pg::Report& report);
    core::Index index_of(const std::string& revision) const;

    pg::OwnTransactions& transactions_;
    DeployLock& lock_;
    Direction direction_;
    Prefix prefix_; // as it was read last
    std::vector<StepById> steps_;
    std::size_t next_ = 0;
    std::optional<RunRow> partial_; // of the first step, when it was begun before
    RunNote note_;
    RetryPolicy policy_;
    Progress progress_;
    std::unique_ptr<Reading> reading_;            // empty before the first, and when one has failed
    std::optional<std::int64_t> statements_done_; // of a step that has begun to run in parts
    std::vector<std::string> leftovers_;          // of the step that failed
    Stopwatch stopwatch_;                         // of the step
};

core::Index Deployment::index_of(const std::string& revision) const {
    const auto index = reading_->state.graph().find(revision);
    if (!index) {
        fail_changed(prefix_.name,
                     "Revision " + in_quotes(revision) + " is not registered any more.");
    }
    return *index;
}

/// In the transaction that has checked everything.
void Deployment::begin() {
    if (partial_) {
        tables::set_run_state(prefix_.name,
                              core::next_state(partial_->state, core::RunEvent::resumes));
    } else {
        tables::begin_run(prefix_.name, direction_, steps_.front().revision);
    }
    if (policy_.times_statements()) {
        pg::stop_statement_timeout_of_caller();
    }
    transactions_.commit();
}

void Deployment::run() {
    begin();
    while (next_ < steps_.size()) {
        const auto error = transactions_.attempt([&] {
            if (!reading_) {
                read();
                transactions_.commit();
            }
            run_step(steps_[next_]);
        });
        if (error) {
            fail(error->report());
        }
        next_++;
    }
}

void Deployment::read() {
    reading_.reset(); // one history at a time
    prefix_ = require_prefix(prefix_.name);
    require_same_prefix(lock_, prefix_);
    reading_ = std::make_unique<Reading>(prefix_, direction_, progress_, note_.touched(),
                                         policy_.settings(pg::Waiting::blocks_others));
}

/// Others may register while a deploy runs; its coming revisions must have stayed as planned.
void Deployment::require_same_plan() const {
    const PrefixState& state = reading_->state;
    core::AppliedSet applied = state.applied();
    for (std::size_t i = next_; i < steps_.size(); i++) {
        const core::Index revision = index_of(steps_[i].revision);
        const auto needs = state.graph().needs(revision);
        const bool is_possible =
            direction_ == Direction::upgrade
                ? !applied.is_applied(revision) &&
                      std::all_of(needs.begin(), needs.end(),
                                  [&](core::Index need) { return applied.is_applied(need); })
                : applied.is_row(revision);
        if (!is_possible ||
            is_transactional(state, direction_, revision) != steps_[i].is_transactional) {
            fail_changed(prefix_.name, "Revision " + in_quotes(steps_[i].revision) +
                                           " is not what it was when the deploy began.");
        }
        direction_ == Direction::upgrade ? applied.apply(revision) : applied.revert(revision);
    }
}

/// Locks the history; reads it again when somebody has changed it, or who runs it.
void Deployment::begin_transaction() {
    lock_.hold();
    const PrefixState::Locked locked = reading_->state.lock();
    require_run_rights(locked.prefix, direction_);
    if (!locked.is_as_read || run_identity(locked.prefix) != reading_->run.identity()) {
        read();
        require_same_plan();
    } else if (tables::generation_of_others(prefix_.name) != reading_->generation_of_others) {
        read(); // the fence knows what others own
    }
    reading_->run.forget_functions();
}

void Deployment::run_step(const StepById& step) {
    stopwatch_ = Stopwatch();
    statements_done_.reset();
    if (step.is_transactional) {
        policy_.with_retries(
            transactions_, "revision " + in_quotes(step.revision),
            [&] { run_whole(step.revision); },
            [&] {
                lock_.hold();
                read();
                transactions_.commit();
            });
    } else {
        begin_transaction();
        run_in_parts(index_of(step.revision));
    }
}

void Deployment::run_whole(const std::string& revision) {
    begin_transaction();
    PendingWrites writes(prefix_.name);
    reading_->run.run(index_of(revision), writes);
    writes.write();
    lock_.hold();
    end_step();
}

void Deployment::run_in_parts(core::Index revision) {
    const PrefixState& state = reading_->state;
    const std::string& id = state.graph().id(revision);
    const auto before = partial_ && partial_->revision == id ? partial_ : std::nullopt;
    progress_.revision_begins(id, state.history().revisions[revision].message);
    NontransactionalRun parts(transactions_, reading_->state, reading_->run, policy_, progress_,
                              [&] { lock_.hold(); });
    const StepResult result = parts.run(revision, before, statements_done_.emplace(0));
    end_step();
    progress_.revision_ended(result.duration_microseconds);
}

/// Ends the transaction that ends a step; migrate.run says then what the deploy is at next.
void Deployment::end_step() {
    const bool is_last = next_ + 1 == steps_.size();
    note_.take(reading_->state.prefix(),
               is_last ? RunMoment::after_last : RunMoment::between_revisions,
               reading_->run.drift_check(), &reading_->run.ownership());
    if (is_last) {
        tables::set_run_state(prefix_.name,
                              core::next_state(core::RunState::running, core::RunEvent::ends));
    } else {
        tables::begin_run(prefix_.name, direction_, steps_[next_ + 1].revision);
    }
    transactions_.commit();
}

/// The revisions of this call that are done; empty when none is.
std::string Deployment::what_is_done() const {
    if (next_ == 0) {
        return {};
    }
    return std::to_string(next_) + " of " + std::to_string(steps_.size()) + " revisions " +
           (next_ == 1 ? "was " : "were ") + verb() +
           (next_ == 1 ? " and stays so." : " and stay so.");
}

std::string Deployment::what_stays() const {
    std::string result = what_is_done();
    if (statements_done_.value_or(0) > 0) {
        core::append_item(
            result,
            "Statements of this one that are done: " + std::to_string(*statements_done_) + ".",
            " ");
    }
    if (!leftovers_.empty()) {
        core::append_item(result, "Left behind: " + core::joined(leftovers_) + ".", " ");
    }
    return result.empty() ? std::string("Nothing was ") + verb() + "." : result;
}

/// Records the failure, and raises it with what has become of the deploy.
void Deployment::fail(const pg::Report& failure) {
    transactions_.clean_up([&] { record_failure(failure); });
    auto report = std::make_shared<pg::Report>(failure);
    if (report->hint.empty()) {
        report->hint = what_stays() + " Call again to go on when the cause is removed.";
    } else if (next_ > 0) {
        report->hint += " " + what_is_done();
    }
    throw pg::Error(std::move(report));
}

/// In transactions of its own, so that it stays.
void Deployment::record_failure(const pg::Report& report) {
    const StepById& step = steps_[next_];
    LogEntry entry;
    entry.prefix = prefix_.name;
    entry.revision = step.revision;
    entry.direction = direction_;
    entry.outcome = Outcome::failed;
    entry.role = reading_ ? reading_->run.role() : "";
    entry.duration_microseconds = stopwatch_.microseconds();
    entry.statements = statements_done_.value_or(0);
    entry.error_sqlstate = report.sqlstate_text();
    entry.error_message = report.message;
    if (reading_ && reading_->run.revision() == step.revision &&
        reading_->run.place().statement > 0) {
        entry.error_statement = reading_->run.place().statement;
        entry.error_line = reading_->run.place().line;
    }
    tables::insert_log({&entry, 1});
    // What came before it stays, and is as it should be now.
    if (next_ > 0 && !statements_done_) {
        note_.take(prefix_, RunMoment::after_last, DriftCheck::none);
    }
    if (const auto run = tables::find_run(prefix_.name)) {
        const bool is_partial = is_partially_applied(*run);
        leftovers_ = is_partial ? leftovers_of(*run) : std::vector<std::string>();
        tables::set_run_state(
            prefix_.name, core::next_state(run->state, is_partial ? core::RunEvent::fails_partial
                                                                  : core::RunEvent::fails_whole));
    }
    transactions_.commit();
}

} // namespace

void deploy(Direction direction, const std::string& target,
            const std::optional<std::string>& prefix, const char* command) {
    Preflight preflight({RunKind::deploy, direction, target, prefix, command});
    if (!preflight.is_needed()) {
        return;
    }
    pg::OwnTransactions transactions;
    Quiet quiet = preflight.quiet();
    transactions.commit();
    DeployLock lock(transactions, preflight.prefix(), quiet);
    const auto plan_again = [&] {
        preflight.plan_again();
        require_same_prefix(lock, preflight.prefix());
        return preflight.quiet();
    };
    // Somebody else may have run all of it, or registered more, while this call waited.
    while (plan_again() == Quiet::needed && quiet == Quiet::not_needed) {
        quiet = Quiet::needed;
        lock.retake(quiet);
    }
    if (auto checked = preflight.finish()) {
        Deployment deployment(transactions, lock, *checked);
        checked.reset(); // one history at a time
        deployment.run();
    }
}

} // namespace migrate::engine
