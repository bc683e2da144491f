#include "engine/commands/upgrade.hpp"

#include "core/failure.hpp"
#include "engine/access/rights.hpp"
#include "engine/commands/drift.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/run/transactional_run.hpp"
#include "pg/script/statement_timer.hpp"
#include "pg/session/session.hpp"

#include <memory>

namespace migrate::engine {

using core::Direction;
using core::Failure;
using core::FailureCode;

namespace {

/// Whether nobody changed the prefix or its history since `standing` was read.  The lock is
/// held; `counted`: what our own lock_for_run has made of it.
bool is_unchanged(const Standing& standing, const std::optional<Prefix>& counted) {
    const Prefix& before = standing.prefix();
    const Prefix now = counted ? *counted : require_prefix(before.name);
    return now.generation == before.generation + (counted ? 1 : 0) &&
           now.template_name == before.template_name &&
           (!now.template_name ||
            standing.source_generation() == require_prefix(*now.template_name).generation);
}

} // namespace

std::optional<Prefix> lock_for_run(const Prefix& prefix) {
    claim_run(prefix);
    return lock_history(prefix);
}

std::optional<Prefix> lock_history(const Prefix& prefix) {
    if (prefix.template_name) {
        lock_prefix(*prefix.template_name, PrefixLock::shared);
        registry::check_snapshot(*prefix.template_name);
    }
    lock_prefix(prefix, PrefixLock::exclusive);
    auto counted = registry::advance_generation(prefix.name);
    if (counted && counted->number != prefix.number) {
        throw Failure(FailureCode::serialization_failure,
                      described_prefix(prefix.name) + " was dropped and made again meanwhile", {},
                      "Call again.");
    }
    return counted;
}

bool is_at_heads(const std::string& target, const std::string& prefix) {
    if (target != "head" && target != "heads") {
        return false;
    }
    const auto state = registry::head_state(prefix);
    return state.heads > 0 && state.all_are_rows && !state.is_half_way &&
           (target == "heads" || state.heads == 1);
}

void begin_change(const char* command) {
    pg::require_writable(command);
    if (is_running()) {
        throw Failure(FailureCode::nested_call,
                      std::string("cannot call ") + command + " from within a revision", {},
                      "Put what should run into the revision itself, or into one that follows.");
    }
    pg::note_statement_timeout_of_caller();
}

void run_to(Direction direction, const std::string& target,
            const std::optional<std::string>& prefix_argument, const char* command,
            const std::function<void(const StepResult&)>& on_step) {
    begin_change(command);
    const std::string name = named_prefix(prefix_argument);
    if (direction == Direction::upgrade && is_at_heads(target, name)) {
        return;
    }
    auto prefix = find_or_default(name);
    if (prefix) {
        run_identity(*prefix);
    }
    auto standing = std::make_unique<Standing>(std::move(prefix).value_or(Prefix()));
    core::Plan plan = make_plan(*standing, direction, target);
    if (plan.steps.empty() && !registry::head_state(name).is_half_way) {
        return;
    }
    const auto counted = lock_for_run(standing->prefix());
    // Somebody else may have run all of it, or registered more, while we waited.
    if (!is_unchanged(*standing, counted)) {
        standing.reset(); // one history at a time
        standing = std::make_unique<Standing>(require_prefix(name));
        plan = make_plan(*standing, direction, target);
    }
    refuse_partial_run(standing->prefix(), settle_run(name));
    if (plan.steps.empty()) {
        return;
    }
    require_runnable(*standing, plan);
    require_transactional_steps(*standing, plan,
                                "Nothing was run. Use " +
                                    core::run_statement(direction == Direction::upgrade, target,
                                                        core::Hints::calls, prefix_in_hints(name)) +
                                    ", which runs such a statement outside of a transaction.");
    require_run_rights(standing->prefix(), direction);
    announce_other_lines(*standing, plan);
    adopt_restored_objects(standing->prefix());
    if (direction == Direction::upgrade) {
        std::vector<std::string> ids;
        for (const core::Step& step : plan.steps) {
            ids.push_back(standing->graph().id(step.revision));
        }
        note_beginning(standing->prefix(), ids);
    }
    Progress progress(plan.steps.size(), /* tells_revisions */ false);
    PrefixRun run(*standing, direction, progress);
    run.expect(plan.steps);
    RunRecords records(name);
    for (const core::Step& step : plan.steps) {
        pg::check_interrupts();
        on_step(run.run(step.revision, records));
        const bool is_last = &step == &plan.steps.back();
        if (notes_schema(standing->prefix(), is_last)) {
            records.write();
        }
        note_schema(standing->prefix(), direction, is_last, run.has_told_of_leftovers());
    }
    records.write();
}

} // namespace migrate::engine
