// Heavyweight object locks, held to the end of the transaction: visible in pg_locks
// (locktype object), known to the deadlock detector, obeying lock_timeout.
#pragma once

#include <cstdint>

#include "pg/types.hpp"

namespace migrate::pg {

/// What is locked, beside its class: objid and objsubid of pg_locks (which shows the second
/// as a signed number: 15 bits are used).
struct LockKey {
    std::uint32_t object;
    std::uint16_t part;
};

enum class LockMode { shared, exclusive };

/// Locks (class_id, key) of this database; waits as long as lock_timeout and
/// statement_timeout allow.  Throws Error.
void lock_object(ObjectId class_id, LockKey key, LockMode mode);

/// The same without waiting: false when somebody else holds it.
bool try_lock_object(ObjectId class_id, LockKey key, LockMode mode);

} // namespace migrate::pg
