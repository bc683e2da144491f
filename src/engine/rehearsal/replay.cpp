#include "engine/rehearsal/replay.hpp"

#include "core/graph/traversal.hpp"
#include "engine/run/placeholders.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/transactional_run.hpp"
#include "engine/tables/pending_writes.hpp"
#include "engine/tables/revision.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/subtransaction.hpp"

#include <iterator>
#include <utility>

namespace migrate::engine {

ReplayedHistory history_of(const Prefix& prefix, const core::Graph& graph,
                           std::span<const core::Index> rows) {
    ReplayedHistory history;
    history.revisions =
        core::upgrade_order(graph, core::with_ancestors(graph, rows, core::Edges::all));
    for (const core::Index revision : history.revisions) {
        const std::string& id = graph.id(revision);
        const auto up = tables::text(prefix.source(), id, core::Direction::upgrade);
        history.texts.push_back(
            replaced_text(prefix, up.value_or(""), core::text_name(core::Direction::upgrade, id)));
    }
    return history;
}

std::optional<ReplayError> replay(const Prefix& prefix, const ReplayedHistory& history,
                                  pg::EmptyCopy& copy) {
    // Nobody is to hear what the texts say: they ran long ago.
    static const std::vector<pg::Setting> quiet = {{"client_min_messages", "error"}};
    PrefixState state(prefix);
    Progress progress(1, Progress::Default::quiet);
    TouchedObjects touched; // is of no use: nothing stays
    TransactionalRun run(state, core::Direction::upgrade, progress, touched, quiet);
    run.run_in(copy);
    const auto error = pg::attempt_all([&] {
        pg::SettingsLevel settings;
        settings.set(quiet);
        PendingWrites writes(prefix.name);
        for (const core::Index revision : history.revisions) {
            pg::check_interrupts();
            run.run(revision, writes);
        }
        writes.write();
    });
    if (!error) {
        return std::nullopt;
    }
    if (error->report().is_of_circumstances()) {
        throw pg::Error(*error);
    }
    std::string detail = run.text_name();
    if (run.place().statement > 0) {
        detail += ", statement " + std::to_string(run.place().statement) + ", line " +
                  std::to_string(run.place().line);
    }
    detail += ": " + error->report().message;
    // Both come as they are: a message, which has no full stop, and sentences.
    detail += error->report().detail.empty() ? "." : ". " + error->report().detail;
    return ReplayError{run.revision(), detail};
}

std::vector<ObjectRow> recorded_of(const Prefix& prefix, const core::Graph& graph,
                                   const ReplayedHistory& history) {
    std::vector<ObjectRow> result;
    for (const core::Index revision : history.revisions) {
        auto rows = tables::objects_of_revision(prefix.name, graph.id(revision));
        result.insert(result.end(), std::make_move_iterator(rows.begin()),
                      std::make_move_iterator(rows.end()));
    }
    return result;
}

} // namespace migrate::engine
