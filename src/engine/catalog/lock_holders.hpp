// Queries on pg_locks: the processes that hold a lock, and what they run, as sentences.
#pragma once

#include "pg/session/lock.hpp"
#include "pg/session/lock_wait.hpp"
#include "pg/wall/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine::catalog {

/// Who holds the exclusive lock of `key` on a table of ours, and what runs there.
struct LockHolder {
    std::int64_t pid = 0;
    std::string query;
    std::int64_t since = 0; // begin of the call, microseconds as the server counts them
};
std::optional<LockHolder> exclusive_lock_holder(pg::ObjectId table, pg::LockKey key);
/// Who holds the lock of `key`: pid and query, as a sentence; empty when nobody does.
std::string lock_holders(pg::ObjectId table, pg::LockKey key);
/// What stands in the way of `lock`: relation, holders and their statements, as sentences;
/// empty when nobody does any more.
std::string holders_of(const pg::AwaitedLock& lock);

} // namespace migrate::engine::catalog
