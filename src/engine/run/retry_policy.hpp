// How long the statements of a deploy wait for locks, and how often they are tried again.
#pragma once

#include "engine/run/progress.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/script/top_level.hpp"
#include "pg/session/transaction.hpp"
#include "pg/wall/scope.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace migrate::engine {

class RetryPolicy {
  public:
    /// What the session says (migrate.lock_timeout and so on), else the prefix, else 2 seconds
    /// and 10 retries after 1 second.
    explicit RetryPolicy(const Prefix& prefix);

    /// The settings of a statement.  One that blocks nobody while it waits may wait for ever,
    /// unless somebody has said how long.
    std::vector<pg::Setting> settings(pg::Waiting waiting) const;

    /// Whether somebody has said how long each statement may take.
    bool times_statements() const { return statement_timeout_ >= 0; }

    /// Does `work`; when it cannot get a lock, rolls back, says who holds it, waits, does
    /// `again` and tries again.  `what` is being tried, such as `revision "0003"`.
    void with_retries(pg::OwnTransactions& transactions, const std::string& what,
                      const std::function<void()>& work, const std::function<void()>& again) const;

  private:
    std::int64_t lock_timeout_ = 0; // milliseconds
    bool is_lock_timeout_chosen_ = false;
    std::int64_t statement_timeout_ = -1; // milliseconds; -1 is that of the session
    std::int64_t retries_ = 0;
    std::int64_t delay_ = 0; // milliseconds
};

} // namespace migrate::engine
