// Runs the text of one revision outside of a transaction, statement by statement.  Statements that
// refuse a transaction run at top level, the others each in a transaction of their own (those
// between BEGIN and COMMIT in one).  migrate.run says after each how far the run is, so that the
// next call can resume it.
#pragma once

#include "core/graph/graph.hpp"
#include "core/plan/run_states.hpp"
#include "engine/catalog/leftovers.hpp"
#include "engine/run/retry_policy.hpp"
#include "engine/run/transactional_run.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/run.hpp"
#include "pg/script/parse.hpp"
#include "pg/session/transaction.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

class NontransactionalRun {
  public:
    /// The transaction that is open holds the lock on the history.  `hold` makes sure that the
    /// locks of the deploy are still held.
    NontransactionalRun(pg::OwnTransactions& transactions, PrefixState& state,
                        TransactionalRun& run, const RetryPolicy& policy, Progress& progress,
                        std::function<void()> hold);

    /// Runs what is left of `revision`, of which `partial` says how far it was, if it was begun.
    /// `done` is how many statements are done, also after an error.  Leaves the last transaction,
    /// with the current revisions and the log, open.
    StepResult run(core::Index revision, const std::optional<RunRow>& partial, std::int64_t& done);

  private:
    /// Statements that run together: from `first` to `last` (exclusive).
    struct Part {
        std::size_t first;
        std::size_t last;
        bool is_at_top_level;
    };
    static std::vector<Part> parts_of(const pg::Script& script);

    void require_top_level(const pg::Script& script) const;
    void require_same_text(const pg::Script& script) const;
    void require_same_registration(const pg::Script& script) const;
    void require_same_identity() const;
    void lock();
    void run_in_transaction(const pg::Script& script, const Part& part, Recorder& recorder);
    void run_at_top_level(const pg::Script& script, std::size_t index, Recorder& recorder);
    /// What is left of an interrupted statement, and the statement that completes it.
    struct Found {
        core::Trace trace;
        std::string completion;
    };
    Found look_for(const pg::Script& script, std::size_t index, const RunRow& before,
                   Recorder& recorder);
    bool finish_interrupted(const pg::Script& script, std::size_t index,
                            const std::optional<RunRow>& before, Recorder& recorder);
    void execute(const pg::Script& script, std::size_t index, Recorder& recorder,
                 const std::function<void()>& after);
    void drop_index(const IndexState& index);
    std::optional<pg::ObjectId> taken_relation(const pg::Script& script, std::size_t index,
                                               const RunRow& before, Recorder& recorder);
    void record_indexes(const RunRow& before, Recorder& recorder);
    void drop_invalid_indexes(const RunRow& before);
    void require_valid_indexes(std::optional<pg::ObjectId> found);
    void advance(const pg::Script& script, std::size_t statements);
    std::string describe(std::size_t index) const;

    pg::OwnTransactions& transactions_;
    PrefixState& state_;
    const Prefix& prefix_;
    TransactionalRun& run_;
    const RetryPolicy& policy_;
    Progress& progress_;
    std::function<void()> hold_;
    std::int64_t* done_ = nullptr;
};

} // namespace migrate::engine
