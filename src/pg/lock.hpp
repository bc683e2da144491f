// Heavyweight object locks, held to the end of the transaction: visible in pg_locks
// (locktype object), known to the deadlock detector, obeying lock_timeout.
#pragma once

#include <cstdint>

#include "pg/types.hpp"

namespace migrate::pg {

enum class LockMode { shared, exclusive };

/// Locks (class_id, key) of this database; waits as long as lock_timeout and
/// statement_timeout allow.  Throws Error.
void lock_object(ObjectId class_id, std::uint32_t key, LockMode mode);

/// The same without waiting: false when somebody else holds it.
bool try_lock_object(ObjectId class_id, std::uint32_t key, LockMode mode);

} // namespace migrate::pg
