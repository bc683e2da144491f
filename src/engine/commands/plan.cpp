#include "engine/commands/plan.hpp"

#include "core/failure.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/target.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/tables/revision.hpp"

namespace migrate::engine {

using core::Direction;
using core::Failure;
using core::FailureCode;
using core::Hints;
using core::in_quotes;

namespace {

/// The plan with the steps to show; a plan of an upgrade without steps becomes one of a
/// downgrade where no direction was asked for and the target allows.
core::Plan plan_either_way(const PrefixState& state, const std::string& target,
                           const std::optional<std::string>& direction) {
    if (direction) {
        if (*direction != "upgrade" && *direction != "downgrade") {
            throw Failure(FailureCode::invalid_argument,
                          "unrecognized direction " + in_quotes(*direction), {},
                          "Directions are \"upgrade\" and \"downgrade\".");
        }
        return make_plan(state, *direction == "upgrade" ? Direction::upgrade : Direction::downgrade,
                         target, Hints::targets);
    }
    const core::Target parsed = core::parse_target(target);
    using Symbol = core::Target::Symbol;
    const int steps = parsed.relative.value_or(0);
    const bool is_lone = parsed.symbol == Symbol::none;
    if (is_lone ? steps < 0 : parsed.symbol == Symbol::base && steps == 0) {
        return make_plan(state, Direction::downgrade, target, Hints::targets);
    }
    auto up = make_plan(state, Direction::upgrade, target, Hints::targets);
    // It is applied.  A lone +N, head and heads never mean a way back.
    if (up.steps.empty() && !is_lone && (parsed.symbol == Symbol::name || steps != 0)) {
        return make_plan(state, Direction::downgrade, target, Hints::targets);
    }
    return up;
}

} // namespace

void plan(const std::string& target, const std::optional<std::string>& direction,
          const std::optional<std::string>& prefix_argument,
          const std::function<void(const PlannedStep&)>& visit) {
    const PrefixState state(find_or_default(named_prefix(prefix_argument)).value_or(Prefix()));
    const core::Plan plan = plan_either_way(state, target, direction);
    const bool is_up = plan.direction == Direction::upgrade;
    for (const core::Step& step : plan.steps) {
        const RevisionInfo& info = state.history().revisions[step.revision];
        visit({state.prefix().name, core::word_of(plan.direction), state.graph().id(step.revision),
               info.message, step.other_line,
               is_up ? info.up_transactional : info.down_transactional, info.is_reversible});
    }
}

} // namespace migrate::engine
