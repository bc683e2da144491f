// The locks on a prefix: on its history and rows, which every change takes to the end of its
// transaction; and on running its revisions, which a deploy keeps through all of its
// transactions.  Always in this order: quiet, run, history.
#pragma once

#include "engine/tables/prefix.hpp"
#include "pg/session/lock.hpp"
#include "pg/session/transaction.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace migrate::engine {

/// What stands for a prefix in pg_locks: its number, which no other prefix has.
inline pg::LockKey lock_key(const Prefix& prefix) noexcept {
    return {std::uint32_t(prefix.number), std::uint16_t(prefix.number >> 32 & 0x7fff)};
}

/// Locks the history of `prefix` until the end of the transaction.  A wait that runs out, or
/// is cancelled, is reported with who holds the lock.
enum class PrefixLock { shared, exclusive };
void lock_prefix(const Prefix& prefix, PrefixLock mode);
/// The same for the prefix that has this name when the lock is ours; returns it as it is then.
/// Nothing when there is none.
std::optional<Prefix> lock_prefix(const std::string& name, PrefixLock mode);

/// Makes this transaction the one that runs revisions of `prefix`.  Waits for others; but not
/// for a deploy that runs statements outside of transactions: they would wait for our
/// snapshot in turn.  Throws Failure(object_in_use) then.
void claim_run(const Prefix& prefix);

/// Locks the history of `prefix` for a change of what is current, and counts the change.  The
/// prefix as it is then; nothing when this transaction has counted one before.  Raises 40001 where
/// the caller's snapshot is older than somebody else's change.
std::optional<Prefix> lock_history(const Prefix& prefix);

/// Both: nobody can change afterwards what a run depends on.
std::optional<Prefix> lock_for_run(const Prefix& prefix);

/// Whether a deploy runs statements outside of transactions, which wait for all snapshots.
enum class Quiet { not_needed, needed };

/// What a deploy holds while it runs.
class DeployLock {
  public:
    /// With Quiet::needed sessions that hold a snapshot may not wait for the deploy.  Waits without
    /// a snapshot.  Throws Error.
    DeployLock(pg::OwnTransactions& transactions, Prefix prefix, Quiet quiet);

    /// Of the prefix that is locked.
    std::int64_t number() const { return prefix_.number; }

    /// Takes the lock once more; somebody else may get it first.
    void retake(Quiet quiet);

    /// Makes sure, without waiting, that nothing of it was lost: texts can release advisory
    /// locks, and an abort that on the extension, which may have been updated then.  Throws
    /// Failure(object_in_use, not_in_prerequisite_state).
    void hold();

  private:
    void take(Quiet quiet);
    bool hold_extension();

    pg::OwnTransactions& transactions_;
    Prefix prefix_;
    pg::ObjectId extension_id_;
    pg::SessionLock extension_; // a DROP EXTENSION waits
    std::optional<pg::SessionLock> quiet_;
    std::optional<pg::SessionLock> run_;
};

} // namespace migrate::engine
