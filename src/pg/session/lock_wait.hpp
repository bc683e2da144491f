// Which lock the session waited for when lock_timeout ended the wait.  The server forgets
// it before it raises the error, so it is noted while the wait lasts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pg/wall/types.hpp"

namespace migrate::pg {

/// A lock as pg_locks shows it.
struct AwaitedLock {
    std::string type; // locktype, such as "relation"
    std::string mode; // such as "AccessExclusiveLock"
    ObjectId database = 0;
    ObjectId relation = 0;           // of locktype relation
    std::int64_t transaction = 0;    // of locktype transactionid
    std::string virtual_transaction; // of locktype virtualxid
};

/// Whether two modes of a lock exclude each other; not, for a mode of an unknown name.
bool is_conflict(const std::string& held, const std::string& wanted);

/// Looks, as long as it lives, every few milliseconds at what the session waits for.
class LockWaitWatch {
  public:
    /// `lock_timeout` in milliseconds, 0 for none: it must be looked at more often.
    explicit LockWaitWatch(std::int64_t lock_timeout);
    ~LockWaitWatch();
    LockWaitWatch(const LockWaitWatch&) = delete;
    LockWaitWatch& operator=(const LockWaitWatch&) = delete;

    /// The last lock that was waited for, if any wait was seen.
    static std::optional<AwaitedLock> last();
};

} // namespace migrate::pg
