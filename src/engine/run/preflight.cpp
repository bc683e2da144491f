#include "engine/run/preflight.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/sql/calls.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/objects/restored_objects.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/running_text.hpp"
#include "engine/tables/current.hpp"
#include "pg/script/statement_timer.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/session.hpp"

#include <algorithm>
#include <utility>

namespace migrate::engine {

using core::Direction;
using core::Failure;
using core::FailureCode;

namespace {

bool is_at_heads(const std::string& target, const std::string& prefix) {
    if (target != "head" && target != "heads") {
        return false;
    }
    const auto state = tables::head_state(prefix);
    return state.heads > 0 && state.all_are_current && !state.is_within_revision &&
           (target == "heads" || state.heads == 1);
}

/// A downgrade may take along what depends on the revisions that were meant.
void announce_other_lines(const PrefixState& state, const core::Plan& plan) {
    std::vector<core::Index> others;
    for (const core::Step& step : plan.steps) {
        if (step.other_line) {
            others.push_back(step.revision);
        }
    }
    if (!others.empty()) {
        pg::notice("the downgrade also reverts revisions of other lines: " +
                   core::listed(state.graph(), others));
    }
}

} // namespace

void begin_change(const char* command) {
    pg::require_writable(command);
    if (is_running_text()) {
        throw Failure(FailureCode::nested_call,
                      std::string("cannot call ") + command + " from within a revision", {},
                      "Put what should run into the revision itself, or into one that follows.");
    }
    pg::note_statement_timeout_of_caller();
}

Preflight::Preflight(RunRequest request)
    : request_(std::move(request)), name_(named_prefix(request_.prefix)) {
    begin_change(request_.command);
    if (request_.direction == Direction::upgrade && is_at_heads(request_.target, name_)) {
        return;
    }
    auto prefix = find_or_default(name_);
    if (prefix) {
        run_identity(*prefix);
    }
    read(std::move(prefix).value_or(Prefix()));
    is_needed_ = !plan_.steps.empty() || (request_.kind != RunKind::verification &&
                                          tables::head_state(name_).is_within_revision);
}

core::Hints Preflight::hints() const {
    return request_.kind == RunKind::deploy ? core::Hints::calls : core::Hints::statements;
}

void Preflight::read(Prefix prefix) {
    state_.reset(); // one history at a time
    state_ = std::make_unique<PrefixState>(std::move(prefix));
    plan_ = make_plan(*state_, request_.direction, request_.target, hints());
    require_reversible(*state_, plan_, hints());
}

Quiet Preflight::quiet() const {
    return has_only_transactional_steps(*state_, plan_) ? Quiet::not_needed : Quiet::needed;
}

void Preflight::lock() {
    claim_run(state_->prefix());
    if (!state_->lock().is_as_read) {
        plan_again();
    }
}

void Preflight::plan_again() {
    read(require_prefix(name_));
}

/// Whether this call can finish what another has begun.  That revision comes first then: all that
/// it needs is applied.
bool Preflight::continues(const std::optional<RunRow>& partial) {
    if (!partial || request_.kind != RunKind::deploy || partial->direction != request_.direction) {
        return false;
    }
    const auto step =
        std::find_if(plan_.steps.begin(), plan_.steps.end(), [&](const core::Step& other) {
            return state_->graph().id(other.revision) == partial->revision;
        });
    if (step == plan_.steps.end()) {
        return false;
    }
    std::rotate(plan_.steps.begin(), step, step + 1);
    return true;
}

void Preflight::require_runs_in_transaction() const {
    require_transactional_steps(*state_, plan_,
                                "Nothing was run. Use " +
                                    core::run_statement(request_.direction, request_.target,
                                                        core::Hints::calls,
                                                        prefix_in_hints(name_)) +
                                    ", which runs such a statement outside of a transaction.");
}

std::optional<CheckedRun> Preflight::finish() {
    auto partial = settle_run(name_);
    if (!continues(partial)) {
        refuse_partial_run(state_->prefix(), partial);
    }
    if (plan_.steps.empty()) {
        return std::nullopt;
    }
    if (request_.kind == RunKind::in_transaction) {
        require_runs_in_transaction();
    }
    const Prefix& prefix = state_->prefix();
    require_run_rights(prefix, request_.direction);
    announce_other_lines(*state_, plan_);
    adopt_restored_objects(prefix);
    RunNote note;
    if (request_.kind != RunKind::verification) {
        note.begin(prefix, request_.direction, ids_of(state_->graph(), plan_),
                   partial ? RunNote::Start::within_revision : RunNote::Start::between_revisions);
    }
    return CheckedRun{std::move(state_), std::move(plan_), std::move(partial), std::move(note)};
}

} // namespace migrate::engine
