// Heavyweight object locks: visible in pg_locks (locktype object), known to the deadlock
// detector, obeying lock_timeout.
#pragma once

#include <cstdint>

#include "pg/wall/scope.hpp"
#include "pg/wall/types.hpp"

namespace migrate::pg {

/// What is locked, beside its class: objid and objsubid of pg_locks (which shows the second
/// as a signed number: 15 bits are used).
struct LockKey {
    std::uint32_t object;
    std::uint16_t part;
};

enum class LockMode { shared, exclusive };

/// The server keeps two sets of locks, which know nothing of each other.  Of those that a
/// session holds beyond a transaction, an abort releases the ordinary ones and keeps the
/// advisory ones (but pg_advisory_unlock_all() does not).
enum class LockSet { ordinary, advisory };

/// The name of a lock in this database.
struct LockName {
    LockSet set;
    ObjectId class_id;
    LockKey key;
};

/// Locks `name` to the end of the transaction; waits as long as lock_timeout and
/// statement_timeout allow.  Throws Error.
void lock_object(const LockName& name, LockMode mode);

/// The same without waiting: false when somebody else holds it.
bool try_lock_object(const LockName& name, LockMode mode);

/// Locks a relation as a query that reads it would, to the end of the (sub)transaction, without
/// waiting: false when somebody else holds or awaits a lock that excludes readers.
bool try_lock_relation(ObjectId relation);

class OwnTransactions;

/// A lock that outlives the transactions of a procedure.
class SessionLock {
  public:
    /// Waits without a snapshot.  Throws Error.
    SessionLock(OwnTransactions& transactions, const LockName& name, LockMode mode);
    ~SessionLock();
    SessionLock(const SessionLock&) = delete;
    SessionLock& operator=(const SessionLock&) = delete;

    bool is_held() const;
    /// Takes it again if it was lost, without waiting: false when somebody else has it.
    bool hold();

  private:
    void release();

    OwnTransactions& transactions_;
    LockName name_;
    LockMode mode_;
    Unwinding unwinding_;
};

} // namespace migrate::pg
