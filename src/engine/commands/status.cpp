#include "engine/commands/status.hpp"

#include "core/failure.hpp"
#include "core/graph/labels.hpp"
#include "core/plan/drawing.hpp"
#include "core/plan/lookup.hpp"
#include "core/plan/target.hpp"
#include "engine/access/rights.hpp"
#include "engine/commands/drift.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/prefix_state.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"

#include <algorithm>
#include <unordered_map>

namespace migrate::engine {

using core::Direction;
using core::Failure;
using core::FailureCode;
using core::Hints;
using core::in_quotes;
using core::Index;

namespace {

/// Makes views of revisions of one standing.
class Viewer {
  public:
    explicit Viewer(const Standing& standing) : standing_(standing), labels_(standing.graph()) {}

    void load_runs(const std::optional<std::vector<std::string>>& ids) {
        for (auto& run : registry::last_runs(standing_.prefix().name, ids)) {
            std::string id = run.revision;
            runs_.emplace(std::move(id), std::move(run));
        }
    }

    RevisionView view(Index i) const {
        const core::Graph& graph = standing_.graph();
        const core::Revision& revision = graph.revision(i);
        const RevisionInfo& info = standing_.history().revisions[i];
        RevisionView view;
        view.prefix = standing_.prefix().name;
        view.id = revision.id;
        view.parents = revision.down_revision;
        view.depends_on = revision.depends_on;
        view.labels = revision.branch_labels;
        for (const std::string_view label : labels_.of(i)) {
            view.all_labels.emplace_back(label);
        }
        view.message = info.message;
        view.message_parts = core::parse_message(info.message);
        view.is_reversible = info.is_reversible;
        view.is_head = graph.is_head(i);
        view.is_current = standing_.applied().is_row(i);
        view.is_applied = standing_.applied().is_applied(i);
        view.is_branch_point = graph.is_branch_point(i);
        view.is_merge_point = graph.is_merge_point(i);
        const auto run = runs_.find(view.id);
        if (view.is_applied && run != runs_.end()) {
            view.last_run = run->second;
        }
        return view;
    }

    std::vector<RevisionView> views(const std::vector<Index>& revisions) const {
        std::vector<RevisionView> result;
        result.reserve(revisions.size());
        for (const Index i : revisions) {
            pg::check_interrupts();
            result.push_back(view(i));
        }
        return result;
    }

  private:
    const Standing& standing_;
    core::Labels labels_;
    std::unordered_map<std::string, registry::LastRun> runs_;
};

/// Who runs revisions of `prefix`, or where a deploy of them has stopped.
void describe_run(const Prefix& prefix, PrefixStatus& status) {
    const auto holder = registry::exclusive_lock_holder(registry::run_table(), lock_key(prefix));
    const auto run = registry::find_run(prefix.name);
    if (holder) {
        status.state = "running";
        status.running_since = holder->since;
        status.running_pid = holder->pid;
        status.running_query = holder->query;
    } else if (run && run->outcome == "running" && pg::is_standby()) {
        status.state = "unknown"; // what looks like a leftover may be under construction
    } else if (run) {
        status.state = run->outcome == "failed" ? "failed" : "interrupted";
        status.leftovers = leftovers_of(*run);
    }
    if (run) {
        status.running_revision = run->revision;
        status.running_since = run->started_at;
    }
}

/// The plan with the steps to show; a plan of an upgrade without steps becomes one of a
/// downgrade where no direction was asked for and the target allows.
core::Plan plan_either_way(const Standing& standing, const std::string& target,
                           const std::optional<std::string>& direction) {
    if (direction) {
        if (*direction != "upgrade" && *direction != "downgrade") {
            throw Failure(FailureCode::invalid_argument,
                          "unrecognized direction " + in_quotes(*direction), {},
                          "Directions are \"upgrade\" and \"downgrade\".");
        }
        return make_plan(standing,
                         *direction == "upgrade" ? Direction::upgrade : Direction::downgrade,
                         target, Hints::targets);
    }
    const core::Target parsed = core::parse_target(target);
    using Symbol = core::Target::Symbol;
    const int steps = parsed.relative.value_or(0);
    const bool is_lone = parsed.symbol == Symbol::none;
    if (is_lone ? steps < 0 : parsed.symbol == Symbol::base && steps == 0) {
        return make_plan(standing, Direction::downgrade, target, Hints::targets);
    }
    auto up = make_plan(standing, Direction::upgrade, target, Hints::targets);
    // It is applied.  A lone +N, head and heads never mean a way back.
    if (up.steps.empty() && !is_lone && (parsed.symbol == Symbol::name || steps != 0)) {
        return make_plan(standing, Direction::downgrade, target, Hints::targets);
    }
    return up;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

std::int64_t pending_count(const core::Graph& graph, const core::AppliedSet& applied) {
    return std::int64_t(graph.size() - applied.size());
}

/// The revisions of a prefix for which `is_wanted(graph, index)`, in registration order.
template <typename Predicate>
std::vector<RevisionView> selected(const std::optional<std::string>& prefix_argument,
                                   Predicate is_wanted) {
    auto prefix = find_or_default(named_prefix(prefix_argument));
    if (!prefix) {
        return {};
    }
    const Standing standing(std::move(*prefix), StaleRows::ignored);
    std::vector<Index> revisions;
    for (Index i = 0; i < standing.graph().size(); i++) {
        if (is_wanted(standing.graph(), i)) {
            revisions.push_back(i);
        }
    }
    Viewer viewer(standing);
    viewer.load_runs(ids_of(standing.graph(), revisions));
    return viewer.views(revisions);
}

} // namespace

std::vector<RevisionView> current(const std::optional<std::string>& prefix_argument) {
    auto prefix = find_or_default(named_prefix(prefix_argument));
    if (!prefix) {
        return {};
    }
    const auto rows = registry::rows(prefix->name);
    std::vector<RevisionView> stale;
    for (const std::string& id : registry::missing_revisions(prefix->source(), rows)) {
        RevisionView view;
        view.prefix = prefix->name;
        view.id = id;
        view.is_current = true;
        view.is_missing = true;
        stale.push_back(std::move(view));
    }
    if (!stale.empty()) {
        return stale;
    }
    const Standing standing(std::move(*prefix));
    Viewer viewer(standing);
    viewer.load_runs(rows);
    return viewer.views(standing.applied().rows());
}

std::vector<RevisionView> heads(const std::optional<std::string>& prefix) {
    return selected(prefix, [](const core::Graph& graph, Index i) { return graph.is_head(i); });
}

std::vector<RevisionView> bases(const std::optional<std::string>& prefix) {
    return selected(prefix, [](const core::Graph& graph, Index i) { return graph.is_base(i); });
}

std::vector<RevisionView> branches(const std::optional<std::string>& prefix) {
    return selected(prefix,
                    [](const core::Graph& graph, Index i) { return graph.is_branch_point(i); });
}

std::vector<RevisionView> history(const std::optional<std::string>& range,
                                  const std::optional<std::string>& prefix_argument) {
    auto prefix = find_or_default(named_prefix(prefix_argument));
    if (!prefix) {
        return {};
    }
    const Standing standing(std::move(*prefix), StaleRows::ignored);
    Viewer viewer(standing);
    viewer.load_runs(std::nullopt);
    return viewer.views(core::select_range(standing.graph(), standing.applied(),
                                           core::parse_range(range.value_or(":"))));
}

RevisionDetails show(const std::string& target, const std::optional<std::string>& prefix_argument) {
    const Standing standing(require_prefix(named_prefix(prefix_argument)), StaleRows::ignored);
    const auto found =
        core::named_revisions(standing.graph(), standing.applied(), core::parse_target(target));
    if (found.size() != 1) {
        throw Failure(FailureCode::invalid_argument,
                      in_quotes(target) + " does not name one revision",
                      found.empty() ? "It names none."
                                    : "It names " + core::listed(standing.graph(), found) + ".",
                      "Name one by its id, the start of it, or a branch label.");
    }
    Viewer viewer(standing);
    const std::string& id = standing.graph().id(found.front());
    viewer.load_runs(std::vector<std::string>{id});
    const std::string& source = standing.prefix().source();
    // The texts are for those who may run or write them.
    const Prefix author = require_prefix(source);
    require_membership(owner_of(author), "read the texts of " + described_prefix(source));
    const auto registration = registry::registration_of(source, id);
    std::vector<std::string> objects;
    for (const ObjectRow& row : registry::objects_of_revision(standing.prefix().name, id)) {
        objects.push_back(row.name.type + " " + row.name.identity);
    }
    return {viewer.view(found.front()),        registry::text(source, id, true),
            registry::text(source, id, false), registration.registered_by,
            registration.registered_at,        std::move(objects)};
}

void plan(const std::string& target, const std::optional<std::string>& direction,
          const std::optional<std::string>& prefix_argument,
          const std::function<void(const PlannedStep&)>& visit) {
    const Standing standing(find_or_default(named_prefix(prefix_argument)).value_or(Prefix()));
    const core::Plan plan = plan_either_way(standing, target, direction);
    const bool is_up = plan.direction == Direction::upgrade;
    for (const core::Step& step : plan.steps) {
        const RevisionInfo& info = standing.history().revisions[step.revision];
        visit({standing.prefix().name, core::word_of(plan.direction),
               standing.graph().id(step.revision), info.message, step.other_line,
               is_up ? info.up_transactional : info.down_transactional, info.is_reversible});
    }
}

std::vector<std::string> draw(const std::string& format,
                              const std::optional<std::string>& prefix_argument) {
    const auto drawn = [&](auto draw_as) {
        const Standing standing(find_or_default(named_prefix(prefix_argument)).value_or(Prefix()),
                                StaleRows::ignored);
        std::vector<std::string> messages;
        for (const RevisionInfo& info : standing.history().revisions) {
            messages.emplace_back(info.message);
        }
        return draw_as(standing.graph(), standing.applied(), messages);
    };
    if (format == "text") {
        return drawn([](auto&... arguments) { return core::draw_text(arguments...); });
    }
    if (format == "mermaid") {
        return lines_of(drawn([](auto&... arguments) { return core::draw_mermaid(arguments...); }));
    }
    if (format == "dot") {
        return lines_of(drawn([](auto&... arguments) { return core::draw_dot(arguments...); }));
    }
    throw Failure(FailureCode::invalid_argument, "unrecognized format " + in_quotes(format), {},
                  "Formats are \"text\", \"mermaid\" and \"dot\".");
}

void check(const std::optional<std::string>& prefix_argument) {
    auto prefix = find_or_default(named_prefix(prefix_argument));
    if (!prefix) {
        return;
    }
    const auto state = registry::head_state(prefix->name);
    if (state.is_half_way) {
        refuse_partial_run(*prefix, registry::find_run(prefix->name));
    }
    if (state.heads > 0 && state.all_are_rows) {
        return;
    }
    const Standing standing(std::move(*prefix));
    std::vector<Index> pending;
    for (Index i = 0; i < standing.graph().size(); i++) {
        if (!standing.applied().is_applied(i)) {
            pending.push_back(i);
        }
    }
    if (!pending.empty()) {
        const core::Graph& graph = standing.graph();
        const std::string count = std::to_string(pending.size());
        const std::vector<std::string> target = graph.heads().size() > 1
                                                    ? std::vector<std::string>{"'heads'"}
                                                    : std::vector<std::string>();
        const bool is_atomic = std::all_of(pending.begin(), pending.end(), [&](Index revision) {
            return is_transactional(standing, Direction::upgrade, revision);
        });
        throw Failure(
            FailureCode::pending,
            described_prefix(standing.prefix().name) + " has " + count +
                (pending.size() > 1 ? " pending revisions" : " pending revision"),
            "Not applied: " + core::listed(standing.graph(), pending) + ".",
            std::string("Apply ") + (pending.size() > 1 ? "them" : "it") + " with " +
                (is_atomic
                     ? core::select_call("migrate_upgrade", target, graph.address().prefix)
                     : core::procedure_call("migrate_deploy", target, graph.address().prefix)) +
                ".");
    }
}

std::vector<PrefixStatus> status(const std::optional<std::string>& prefix_argument) {
    std::vector<Prefix> prefixes;
    if (prefix_argument) {
        prefixes.push_back(require_prefix(*prefix_argument));
    } else {
        prefixes = registry::prefixes();
    }
    // Instances share their template's history: it is loaded once.
    std::unordered_map<std::string, History> histories;
    std::vector<PrefixStatus> result;
    for (Prefix& prefix : prefixes) {
        pg::check_interrupts();
        PrefixStatus status;
        status.rows = registry::rows(prefix.name);
        auto history = histories.find(prefix.source());
        if (history == histories.end()) {
            history =
                histories.emplace(prefix.source(), registry::load_history(prefix.source(), {}))
                    .first;
        }
        const core::Graph& graph = history->second.graph;
        status.heads = ids_of(graph, graph.heads());
        status.revisions = std::int64_t(graph.size());
        status.is_stale = std::any_of(status.rows.begin(), status.rows.end(),
                                      [&](const std::string& row) { return !graph.find(row); });
        if (!status.is_stale) {
            status.pending = pending_count(graph, core::AppliedSet(graph, status.rows));
        }
        status.last_run = registry::last_run(prefix.name);
        describe_run(prefix, status);
        if (prefixes.size() == 1) {
            status.has_drifted = has_drifted(prefix, status.rows);
        }
        status.prefix = std::move(prefix);
        result.push_back(std::move(status));
    }
    return result;
}

} // namespace migrate::engine
