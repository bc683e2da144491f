// The state of a prefix: its history, which revisions are applied, and plans on them.
#pragma once

#include "core/plan/applied_set.hpp"
#include "core/plan/plan.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/tables/current.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/revision.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// Rows that no registered revision has: a run must not go on as if they were not there;
/// who only looks wants to see the rest.
enum class StaleRows { refused, ignored };

/// What `rows` say is applied.  Throws Failure(stale_row) as PrefixState does.
core::AppliedSet applied_set(const core::Graph& graph, const std::vector<std::string>& rows,
                             StaleRows stale_rows);

/// A prefix with its history and what of it is applied.
class PrefixState {
  public:
    /// Throws Failure(stale_row) when a row is no registered revision and that is refused.
    explicit PrefixState(Prefix prefix, StaleRows stale_rows = StaleRows::refused)
        : prefix_(std::move(prefix)),
          source_generation_(prefix_.template_name ? generation_of(prefix_.source())
                                                   : prefix_.generation),
          history_(std::make_unique<History>(
              tables::load_history(prefix_.source(), address_of(prefix_)))),
          applied_(applied_set(history_->graph, tables::current(prefix_.name), stale_rows)) {}

    const Prefix& prefix() const { return prefix_; }
    const History& history() const { return *history_; }
    const core::Graph& graph() const { return history_->graph; }
    core::AppliedSet& applied() { return applied_; }
    const core::AppliedSet& applied() const { return applied_; }

    /// The prefix when its history is locked, and whether nobody else has changed it or its history
    /// since they were read.
    struct Locked {
        Prefix prefix;
        bool is_as_read;
    };
    /// Locks the history for the rest of the transaction, and counts a change of the prefix.
    Locked lock();

  private:
    static std::int64_t generation_of(const std::string& name) {
        const auto prefix = tables::find_prefix(name);
        return prefix ? prefix->generation : 0;
    }

    Prefix prefix_;
    std::int64_t source_generation_; // of the prefix whose revisions these are, before the reading
    std::int64_t own_changes_ = 0;   // of the prefix, since it was read
    std::unique_ptr<History> history_; // stays where it is: applied_ points into it
    core::AppliedSet applied_;
};

/// The steps to `target`, which was given as text.
core::Plan make_plan(const PrefixState& state, core::Direction direction, std::string_view target,
                     core::Hints hints = core::Hints::statements);

/// Throws Failure(irreversible), before anything runs, for a downgrade's step without a down text.
void require_reversible(const PrefixState& state, const core::Plan& plan,
                        core::Hints hints = core::Hints::statements);

/// Throws, before anything runs, when texts of `prefix` may not run as its owner, or its
/// schema is not there for them.
void require_run_rights(const Prefix& prefix, core::Direction direction);

/// Whether the text of `revision` for this direction can run in a transaction.
bool is_transactional(const PrefixState& state, core::Direction direction, core::Index revision);
bool has_only_transactional_steps(const PrefixState& state, const core::Plan& plan);
/// Throws Failure(refuses_transaction) for a step that cannot; `hint` tells the way out.
void require_transactional_steps(const PrefixState& state, const core::Plan& plan,
                                 const std::string& hint);

/// The ids of `revisions`, or of those of a plan's steps.
std::vector<std::string> ids_of(const core::Graph& graph,
                                const std::vector<core::Index>& revisions);
std::vector<std::string> ids_of(const core::Graph& graph, const core::Plan& plan);

} // namespace migrate::engine
