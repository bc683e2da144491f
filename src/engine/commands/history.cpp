#include "engine/commands/history.hpp"

#include "core/failure.hpp"
#include "core/graph/labels.hpp"
#include "core/plan/lookup.hpp"
#include "core/plan/target.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/tables/current.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/revision.hpp"
#include "pg/session/session.hpp"

#include <unordered_map>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;
using core::Index;

namespace {

/// Makes views of revisions of one state.
class Viewer {
  public:
    explicit Viewer(const PrefixState& state) : state_(state), labels_(state.graph()) {}

    void load_runs(const std::optional<std::vector<std::string>>& ids) {
        for (auto& run : tables::last_runs(state_.prefix().name, ids)) {
            std::string id = run.revision;
            runs_.emplace(std::move(id), std::move(run));
        }
    }

    RevisionView view(Index i) const {
        const core::Graph& graph = state_.graph();
        const core::Revision& revision = graph.revision(i);
        const RevisionInfo& info = state_.history().revisions[i];
        RevisionView view;
        view.prefix = state_.prefix().name;
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
        view.is_current = state_.applied().is_row(i);
        view.is_applied = state_.applied().is_applied(i);
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
    const PrefixState& state_;
    core::Labels labels_;
    std::unordered_map<std::string, tables::LastRun> runs_;
};

/// The revisions of a prefix for which `is_wanted(graph, index)`, in registration order.
template <typename Predicate>
std::vector<RevisionView> selected(const std::optional<std::string>& prefix_argument,
                                   Predicate is_wanted) {
    auto prefix = find_or_default(named_prefix(prefix_argument));
    if (!prefix) {
        return {};
    }
    const PrefixState state(std::move(*prefix), StaleRows::ignored);
    std::vector<Index> revisions;
    for (Index i = 0; i < state.graph().size(); i++) {
        if (is_wanted(state.graph(), i)) {
            revisions.push_back(i);
        }
    }
    Viewer viewer(state);
    viewer.load_runs(ids_of(state.graph(), revisions));
    return viewer.views(revisions);
}

} // namespace

std::vector<RevisionView> current(const std::optional<std::string>& prefix_argument) {
    auto prefix = find_or_default(named_prefix(prefix_argument));
    if (!prefix) {
        return {};
    }
    const auto rows = tables::current(prefix->name);
    std::vector<RevisionView> stale;
    for (const std::string& id : tables::missing_revisions(prefix->source(), rows)) {
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
    const PrefixState state(std::move(*prefix));
    Viewer viewer(state);
    viewer.load_runs(rows);
    return viewer.views(state.applied().rows());
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
    const PrefixState state(std::move(*prefix), StaleRows::ignored);
    Viewer viewer(state);
    viewer.load_runs(std::nullopt);
    return viewer.views(
        core::select_range(state.graph(), state.applied(), core::parse_range(range.value_or(":"))));
}

RevisionDetails show(const std::string& target, const std::optional<std::string>& prefix_argument) {
    const PrefixState state(require_prefix(named_prefix(prefix_argument)), StaleRows::ignored);
    const auto found =
        core::named_revisions(state.graph(), state.applied(), core::parse_target(target));
    if (found.size() != 1) {
        throw Failure(FailureCode::invalid_argument,
                      in_quotes(target) + " does not name one revision",
                      found.empty() ? "It names none."
                                    : "It names " + core::listed(state.graph(), found) + ".",
                      "Name one by its id, the start of it, or a branch label.");
    }
    Viewer viewer(state);
    const std::string& id = state.graph().id(found.front());
    viewer.load_runs(std::vector<std::string>{id});
    const std::string& source = state.prefix().source();
    // The texts are for those who may run or write them.
    const Prefix author = require_prefix(source);
    require_membership(owner_of(author), "read the texts of " + described_prefix(source));
    const auto registration = tables::registration_of(source, id);
    std::vector<std::string> objects;
    for (const ObjectRow& row : tables::objects_of_revision(state.prefix().name, id)) {
        objects.push_back(row.name.type + " " + row.name.identity);
    }
    return {viewer.view(found.front()),
            tables::text(source, id, core::Direction::upgrade),
            tables::text(source, id, core::Direction::downgrade),
            registration.registered_by,
            registration.registered_at,
            std::move(objects)};
}

} // namespace migrate::engine
