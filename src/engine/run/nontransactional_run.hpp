// Runs the text of a revision that is not atomic: statements that refuse a transaction at
// top level, the others each in a transaction of its own (those between BEGIN and COMMIT in
// one).  migrate.run says after each how far it is, so that a run that was interrupted goes
// on where it stopped.
#pragma once

#include "core/graph/graph.hpp"
#include "engine/run/retry_policy.hpp"
#include "engine/run/transactional_run.hpp"
#include "engine/tables/registry.hpp"
#include "pg/script/parse.hpp"
#include "pg/session/transaction.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

class PartwiseRun {
  public:
    /// The transaction that is open holds the lock on the history of `prefix`.
    PartwiseRun(pg::OwnTransactions& transactions, const Prefix& prefix, PrefixRun& run,
                const DeployPolicy& policy, Progress& progress);

    /// Runs what is left of `revision`; `partial` says how far it was, if it was begun.
    /// `lock` locks the history, first in each transaction.  Leaves the last transaction,
    /// with the rows and the log, open.
    StepResult run(core::Index revision, const RunRow& partial, const std::function<void()>& lock);

    /// How many statements are done, also after an error.
    std::int64_t done() const { return done_; }

  private:
    /// Statements that run together: from `first` to `last` (exclusive).
    struct Part {
        std::size_t first;
        std::size_t last;
        bool is_at_top_level;
    };
    static std::vector<Part> parts_of(const pg::Script& script);

    void require_same_text(const pg::Script& script) const;
    void require_same_registration(const pg::Script& script) const;
    void require_same_identity() const;
    void run_in_transaction(const pg::Script& script, const Part& part, Recorder& recorder,
                            const std::function<void()>& lock);
    void run_at_top_level(const pg::Script& script, std::size_t index, Recorder& recorder);
    bool finish_interrupted(const pg::Script& script, std::size_t index, const RunRow& before,
                            Recorder& recorder);
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
    const Prefix& prefix_;
    PrefixRun& run_;
    const DeployPolicy& policy_;
    Progress& progress_;
    std::int64_t done_ = 0;
};

} // namespace migrate::engine
