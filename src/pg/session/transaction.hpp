// Transactions of a procedure's own: between them the session stands as CALL found it, with
// no snapshot that other sessions would have to wait for.
#pragma once

#include "pg/wall/error.hpp"
#include "pg/wall/types.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace migrate::pg {

/// The transactions of one CALL.  Made in the transaction that CALL began in.
class OwnTransactions {
  public:
    OwnTransactions();
    OwnTransactions(const OwnTransactions&) = delete;
    OwnTransactions& operator=(const OwnTransactions&) = delete;

    /// Commits and begins the next transaction.  Throws Error, after which only roll_back
    /// may be called.
    void commit();

    /// Rolls back, whatever has happened, and begins the next transaction as the role that
    /// called.
    void roll_back();

    /// Does `work`; when it throws, rolls back and returns that.
    std::optional<Error> attempt(const std::function<void()>& work);

    /// Does `work` in a sound transaction, after an error that is on its way already: rolls
    /// back first, and ignores a failure.
    void clean_up(const std::function<void()>& work) noexcept;

  private:
    ObjectId role_;
    int security_context_;
};

/// While it lives, nobody's request to cancel is heard: who puts things in order after a
/// first one must not be stopped by a second.  The postmaster itself signals a client's request
/// twice.  A regular expression stops all the same, up to PostgreSQL 15.
class CancelPause {
  public:
    CancelPause();
    ~CancelPause();
    CancelPause(const CancelPause&) = delete;
    CancelPause& operator=(const CancelPause&) = delete;
};

/// Gives up the snapshots of the running transaction: who waits with one makes CREATE INDEX
/// CONCURRENTLY wait for him.
void forget_snapshots();

/// Sleeps; throws Error when the user cancelled.
void sleep(std::int64_t milliseconds);

} // namespace migrate::pg
