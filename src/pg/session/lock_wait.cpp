#include "pg/session/lock_wait.hpp"

#include "pg/wall/call.hpp"

#include <algorithm>
#include <csignal>

extern "C" {
#include <storage/ipc.h>
#include <storage/proc.h>
#include <utils/timeout.h>
}

namespace migrate::pg {

namespace {

LOCKTAG seen_tag;
LOCKMODE seen_mode = NoLock;
volatile std::sig_atomic_t is_seen = 0;

extern "C" {

// In a signal handler, at any moment: a process that ends has no PGPROC any more.  The LOCK
// cannot go while we are in its queue, and when we have just been given it, we hold it.
static void note_awaited_lock() {
    const PGPROC* process = MyProc;
    const LOCK* lock = process == nullptr ? nullptr : process->waitLock;
    if (lock != nullptr) {
        seen_tag = lock->tag;
        seen_mode = process->waitLockMode;
        is_seen = 1;
    }
}

// No destructor runs when a process ends by FATAL.
static void stop_timer(int /*code*/, Datum timer) {
    disable_timeout(TimeoutId(DatumGetInt32(timer)), false);
}

} // extern "C"

/// Registered once per session: the server has a handful of such timers.
TimeoutId timer() {
    static const TimeoutId id = call([] {
        const TimeoutId timer = RegisterTimeout(USER_TIMEOUT, note_awaited_lock);
        before_shmem_exit(stop_timer, Int32GetDatum(timer));
        return timer;
    });
    return id;
}

LOCKMODE mode_named(const std::string& name) {
    for (LOCKMODE mode = AccessShareLock; mode <= AccessExclusiveLock; mode++) {
        if (name == GetLockmodeName(DEFAULT_LOCKMETHOD, mode)) {
            return mode;
        }
    }
    return NoLock;
}

} // namespace

bool is_conflict(const std::string& held, const std::string& wanted) {
    const LOCKMODE modes[] = {mode_named(held), mode_named(wanted)};
    return modes[0] != NoLock && modes[1] != NoLock && DoLockModesConflict(modes[0], modes[1]);
}

LockWaitWatch::LockWaitWatch(std::int64_t lock_timeout) {
    constexpr std::int64_t longest = 100;
    const int interval =
        int(lock_timeout > 0 ? std::clamp<std::int64_t>(lock_timeout / 4, 1, longest) : longest);
    is_seen = 0;
    const TimeoutId id = timer();
    call([=] { enable_timeout_every(id, GetCurrentTimestamp() + interval * 1000L, interval); });
}

LockWaitWatch::~LockWaitWatch() {
    disable_timeout(timer(), false);
}

std::optional<AwaitedLock> LockWaitWatch::last() {
    if (is_seen == 0) {
        return std::nullopt;
    }
    AwaitedLock lock;
    lock.mode = GetLockmodeName(DEFAULT_LOCKMETHOD, seen_mode);
    lock.type = LockTagTypeNames[seen_tag.locktag_type];
    switch (LockTagType(seen_tag.locktag_type)) {
    case LOCKTAG_RELATION:
    case LOCKTAG_RELATION_EXTEND:
    case LOCKTAG_PAGE:
    case LOCKTAG_TUPLE:
        lock.database = seen_tag.locktag_field1;
        lock.relation = seen_tag.locktag_field2;
        break;
    case LOCKTAG_TRANSACTION:
        lock.transaction = seen_tag.locktag_field1;
        break;
    case LOCKTAG_VIRTUALTRANSACTION:
        lock.virtual_transaction = std::to_string(std::int32_t(seen_tag.locktag_field1)) + "/" +
                                   std::to_string(seen_tag.locktag_field2);
        break;
    default:
        break;
    }
    return lock;
}

} // namespace migrate::pg
