#include "engine/commands/deploy.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/commands/drift.hpp"
#include "engine/commands/upgrade.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/nontransactional_run.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/run/retry_policy.hpp"
#include "engine/run/stopwatch.hpp"
#include "engine/run/transactional_run.hpp"
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

/// One deploy, whose locks are held.  Between its methods a transaction is open that has
/// done nothing.
class Deployment {
  public:
    Deployment(pg::OwnTransactions& transactions, Direction direction, std::string target,
               std::string prefix)
        : transactions_(transactions), direction_(direction), target_(std::move(target)),
          name_(std::move(prefix)) {}

    /// The lock to hold from now on.
    void hold(DeployLock& lock) { lock_ = &lock; }

    /// Reads the prefix and makes the plan.  Nothing to do: false.
    bool make_plan();
    bool needs_quiet() const;
    const Prefix& prefix() const { return prefix_; }
    void run();

  private:
    /// A step by the revision's id: indexes change when the history is read again.
    struct PlannedStep {
        std::string revision;
        bool is_transactional;
    };

    void put_first(const std::string& revision);
    void read_standing();
    void read();
    void require_same_plan() const;
    void begin_transaction();
    void run_step(const PlannedStep& step);
    void run_whole(const std::string& revision);
    void run_in_parts(core::Index revision);
    void note_next();
    const char* verb() const { return direction_ == Direction::upgrade ? "deployed" : "reverted"; }
    std::string what_is_done() const;
    std::string what_stays() const;
    [[noreturn]] void fail(const pg::Report& failure);
    void record_failure(const pg::Report& report);
    core::Index index_of(const std::string& revision) const;
    [[noreturn]] void fail_changed(const std::string& detail) const;

    pg::OwnTransactions& transactions_;
    DeployLock* lock_ = nullptr;
    Direction direction_;
    std::string target_;
    std::string name_;
    std::vector<PlannedStep> steps_;
    std::size_t next_ = 0;
    std::optional<RunRow> partial_; // of the first step, when it was begun before

    std::unique_ptr<Standing> standing_; // empty when a reading of it has failed
    Prefix prefix_;                      // as it was read last
    std::unique_ptr<DeployPolicy> policy_;
    std::unique_ptr<Progress> progress_;
    std::unique_ptr<PrefixRun> run_;
    std::int64_t generation_ = 0;
    std::int64_t generation_of_others_ = 0;
    std::unique_ptr<PartwiseRun> parts_;
    std::vector<std::string> leftovers_; // of the step that failed
    Stopwatch stopwatch_;                // of the step
};

void Deployment::read_standing() {
    standing_.reset(); // one history at a time
    prefix_ = require_prefix(name_);
    if (lock_ != nullptr && lock_->number() != prefix_.number) {
        fail_changed("The prefix was dropped and made again.");
    }
    standing_ = std::make_unique<Standing>(prefix_);
}

bool Deployment::make_plan() {
    read_standing();
    const core::Plan plan = engine::make_plan(*standing_, direction_, target_, core::Hints::calls);
    steps_.clear();
    for (const core::Step& step : plan.steps) {
        steps_.push_back({standing_->graph().id(step.revision),
                          is_transactional(*standing_, direction_, step.revision)});
    }
    if (steps_.empty()) {
        return false;
    }
    require_runnable(*standing_, plan, core::Hints::calls);
    announce_other_lines(*standing_, plan);
    return true;
}

bool Deployment::needs_quiet() const {
    return std::any_of(steps_.begin(), steps_.end(),
                       [](const PlannedStep& step) { return !step.is_transactional; });
}

/// Others may register while we run; what is left of the plan may not hold then.
void Deployment::fail_changed(const std::string& detail) const {
    throw Failure(FailureCode::serialization_failure,
                  "the revisions of " + described_prefix(name_) +
                      " changed while they were being deployed",
                  detail, "Call again for what is left.");
}

core::Index Deployment::index_of(const std::string& revision) const {
    const auto index = standing_->graph().find(revision);
    if (!index) {
        fail_changed("Revision " + in_quotes(revision) + " is not registered any more.");
    }
    return *index;
}

/// Whoever is half-way goes first: all that it needs is done.
void Deployment::put_first(const std::string& revision) {
    const auto step = std::find_if(steps_.begin(), steps_.end(), [&](const PlannedStep& other) {
        return other.revision == revision;
    });
    std::rotate(steps_.begin(), step, step + 1);
}

void Deployment::run() {
    require_run_rights(standing_->prefix(), direction_);
    adopt_restored_objects(standing_->prefix());
    if (direction_ == Direction::upgrade) {
        std::vector<std::string> ids;
        for (const PlannedStep& step : steps_) {
            ids.push_back(step.revision);
        }
        note_beginning(standing_->prefix(), ids);
    }
    partial_ = settle_run(name_);
    const char* direction = core::word_of(direction_);
    if (partial_) {
        const bool is_planned = partial_->direction == direction &&
                                std::any_of(steps_.begin(), steps_.end(), [&](const auto& step) {
                                    return step.revision == partial_->revision;
                                });
        if (!is_planned) {
            refuse_partial_run(standing_->prefix(), partial_);
        }
        put_first(partial_->revision);
        registry::resume_run(name_);
    } else {
        registry::begin_run(name_, direction, steps_.front().revision);
    }
    policy_ = std::make_unique<DeployPolicy>(standing_->prefix());
    progress_ = std::make_unique<Progress>(steps_.size(), /* tells_revisions */ true);
    if (policy_->times_statements()) {
        pg::stop_statement_timeout_of_caller();
    }
    transactions_.commit();
    while (next_ < steps_.size()) {
        const auto error = transactions_.attempt([&] {
            if (!run_) {
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

/// Everything that is known of the prefix, as of now.
void Deployment::read() {
    run_.reset();
    read_standing();
    generation_ = standing_->prefix().generation;
    generation_of_others_ = registry::generation_of_others(name_);
    run_ = std::make_unique<PrefixRun>(*standing_, direction_, *progress_,
                                       policy_->settings(/* blocks_nobody */ false));
}

/// Others may register while we run; what we are at must have stayed as it was planned.
void Deployment::require_same_plan() const {
    core::AppliedSet applied = standing_->applied();
    for (std::size_t i = next_; i < steps_.size(); i++) {
        const core::Index revision = index_of(steps_[i].revision);
        const auto needs = standing_->graph().needs(revision);
        const bool is_possible =
            direction_ == Direction::upgrade
                ? !applied.is_applied(revision) &&
                      std::all_of(needs.begin(), needs.end(),
                                  [&](core::Index need) { return applied.is_applied(need); })
                : applied.is_row(revision);
        if (!is_possible ||
            is_transactional(*standing_, direction_, revision) != steps_[i].is_transactional) {
            fail_changed("Revision " + in_quotes(steps_[i].revision) +
                         " is not what it was when the deploy began.");
        }
        direction_ == Direction::upgrade ? applied.apply(revision) : applied.revert(revision);
    }
}

/// Locks the history; reads it again when somebody has changed it, or who runs it.
void Deployment::begin_transaction() {
    lock_->hold();
    auto counted = lock_history(standing_->prefix());
    generation_ += counted ? 1 : 0;
    const Prefix now = counted ? std::move(*counted) : require_prefix(name_);
    require_run_rights(now, direction_);
    const bool is_same_source =
        !now.template_name ||
        standing_->source_generation() == require_prefix(*now.template_name).generation;
    const bool is_same = now.generation == generation_ && is_same_source &&
                         now.template_name == standing_->prefix().template_name &&
                         run_identity(now) == run_->identity();
    if (!is_same) {
        read();
        require_same_plan();
    } else if (registry::generation_of_others(name_) != generation_of_others_) {
        read(); // the fence knows what others own
    }
    run_->forget_functions();
}

void Deployment::run_step(const PlannedStep& step) {
    stopwatch_ = Stopwatch();
    parts_.reset();
    if (step.is_transactional) {
        policy_->with_retries(
            transactions_, "revision " + in_quotes(step.revision),
            [&] { run_whole(step.revision); },
            [&] {
                lock_->hold();
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
    RunRecords records(name_);
    run_->run(index_of(revision), records);
    records.write();
    lock_->hold();
    note_next();
    transactions_.commit();
}

void Deployment::run_in_parts(core::Index revision) {
    RunRow before;
    if (partial_ && partial_->revision == standing_->graph().id(revision)) {
        before = *partial_;
    }
    before.revision = standing_->graph().id(revision);
    progress_->revision_begins(before.revision, standing_->history().revisions[revision].message);
    parts_ = std::make_unique<PartwiseRun>(transactions_, standing_->prefix(), *run_, *policy_,
                                           *progress_);
    const StepResult result = parts_->run(revision, before, [&] {
        lock_->hold();
        generation_ += lock_history(standing_->prefix()) ? 1 : 0;
    });
    note_next();
    transactions_.commit();
    progress_->revision_ended(result.duration_microseconds);
}

/// In the transaction that ends a step: what the deploy is at next.
void Deployment::note_next() {
    const bool is_last = next_ + 1 == steps_.size();
    note_schema(standing_->prefix(), direction_, is_last, run_->has_told_of_leftovers());
    if (!is_last) {
        registry::begin_run(name_, run_->direction_name(), steps_[next_ + 1].revision);
    } else {
        registry::delete_run(name_);
    }
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
    const std::int64_t statements = parts_ ? parts_->done() : 0;
    if (statements > 0) {
        result += (result.empty() ? "" : " ") +
                  std::string("Statements of this one that are done: ") +
                  std::to_string(statements) + ".";
    }
    if (!leftovers_.empty()) {
        result += (result.empty() ? "" : " ") + std::string("Left behind: ") +
                  core::joined(leftovers_) + ".";
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
    const std::string& id = steps_[next_].revision;
    LogEntry entry;
    entry.prefix = name_;
    entry.revision = id;
    entry.direction = core::word_of(direction_);
    entry.outcome = "failed";
    entry.role = run_ ? run_->role() : "";
    entry.duration_microseconds = stopwatch_.microseconds();
    entry.statements = parts_ ? parts_->done() : 0;
    entry.error_sqlstate = report.sqlstate_text();
    entry.error_message = report.message;
    const bool has_place = run_ && run_->revision() == id && run_->place().statement > 0;
    if (has_place) {
        entry.error_statement = run_->place().statement;
        entry.error_line = run_->place().line;
    }
    registry::insert_log({&entry, 1});
    // What came before it stays, and is as it should be now.
    if (next_ > 0 && !parts_) {
        note_schema(prefix_, direction_, /* is_last */ true, /* is_told */ true);
    }
    const auto run = registry::find_run(name_);
    if (run && is_half_done(*run)) {
        leftovers_ = leftovers_of(*run);
        registry::fail_run(name_);
    } else {
        registry::delete_run(name_);
    }
    transactions_.commit();
}

} // namespace

void deploy(Direction direction, const std::string& target,
            const std::optional<std::string>& prefix_argument, const char* command) {
    begin_change(command);
    const std::string name = named_prefix(prefix_argument);
    if (direction == Direction::upgrade && is_at_heads(target, name)) {
        return;
    }
    const auto prefix = find_or_default(name);
    if (!prefix) {
        make_plan(Standing(Prefix()), direction, target,
                  core::Hints::calls); // raises for a wrong target
        return;
    }
    run_identity(*prefix);
    pg::OwnTransactions transactions;
    Deployment deployment(transactions, direction, target, name);
    if (!deployment.make_plan() && !registry::head_state(name).is_half_way) {
        return;
    }
    transactions.commit();
    bool needs_quiet = deployment.needs_quiet();
    DeployLock lock(transactions, deployment.prefix(), needs_quiet);
    deployment.hold(lock);
    // Somebody else may have run all of it, or registered more, while we waited.
    while (deployment.make_plan()) {
        if (needs_quiet || !deployment.needs_quiet()) {
            deployment.run();
            return;
        }
        needs_quiet = true;
        lock.retake(needs_quiet);
    }
    refuse_partial_run(require_prefix(name), settle_run(name));
}

} // namespace migrate::engine
