#include "engine/commands/upgrade.hpp"

#include "engine/run/preflight.hpp"
#include "engine/schema/snapshots.hpp"
#include "engine/tables/pending_writes.hpp"
#include "pg/session/session.hpp"

namespace migrate::engine {

using core::Direction;

void run_to(Direction direction, const std::string& target,
            const std::optional<std::string>& prefix, const char* command,
            const std::function<void(const StepResult&)>& on_step) {
    Preflight preflight({RunKind::in_transaction, direction, target, prefix, command});
    if (!preflight.is_needed()) {
        return;
    }
    preflight.lock();
    auto checked = preflight.finish();
    if (!checked) {
        return;
    }
    PrefixState& state = *checked->state;
    const auto& steps = checked->plan.steps;
    Progress progress(steps.size(), Progress::Default::quiet);
    TransactionalRun run(state, direction, progress, checked->note.touched());
    run.expect(steps);
    PendingWrites writes(state.prefix().name);
    for (const core::Step& step : steps) {
        pg::check_interrupts();
        on_step(run.run(step.revision, writes));
        const RunMoment moment =
            &step == &steps.back() ? RunMoment::after_last : RunMoment::between_revisions;
        if (notes_schema(state.prefix(), moment)) {
            writes.write();
            checked->note.take(state.prefix(), moment, run.drift_check(), &run.ownership());
        }
    }
    writes.write();
}

} // namespace migrate::engine
