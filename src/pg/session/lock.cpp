#include "pg/session/lock.hpp"

#include "pg/session/transaction.hpp"
#include "pg/wall/call.hpp"
#include "pg/wall/compat.hpp"

extern "C" {
#include <storage/proc.h>
}

namespace migrate::pg {

namespace {

LOCKMODE server_mode(LockMode mode) {
    return mode == LockMode::exclusive ? AccessExclusiveLock : AccessShareLock;
}

LOCKTAG tag_of(const LockName& name) {
    LOCKTAG tag;
    SET_LOCKTAG_OBJECT(tag, MyDatabaseId, name.class_id, name.key.object, name.key.part);
    if (name.set == LockSet::advisory) {
        tag.locktag_lockmethodid = USER_LOCKMETHOD;
    }
    return tag;
}

bool acquire(const LockName& name, LockMode mode, bool dont_wait, bool session) {
    const LOCKTAG tag = tag_of(name);
    return call([&tag, mode, dont_wait, session] {
        return LockAcquire(&tag, server_mode(mode), session, dont_wait) != LOCKACQUIRE_NOT_AVAIL;
    });
}

bool is_held(const LockName& name, LockMode mode) {
    const LOCKTAG tag = tag_of(name);
    return call([&tag, mode] { return compat::is_lock_held(&tag, server_mode(mode)); });
}

void release(const LockName& name, LockMode mode) {
    if (is_held(name, mode)) {
        const LOCKTAG tag = tag_of(name);
        call([&tag, mode] { LockRelease(&tag, server_mode(mode), true); });
    }
}

/// After a wait that an error ended.  A lock that was granted at that very moment is ours, but
/// not in the list of those that we hold: the server's own clean-up puts it there, which the
/// abort would do too late, and which it would not undo for a session.
void give_up(const LockName& name, LockMode mode) {
    call([] {
        HOLD_INTERRUPTS();
        LockErrorCleanup();
        RESUME_INTERRUPTS();
    });
    release(name, mode);
}

/// For the session.  Throws Error, and does not hold it then.
void acquire_for_session(const LockName& name, LockMode mode) {
    try {
        acquire(name, mode, false, true);
    } catch (...) {
        give_up(name, mode);
        throw;
    }
}

} // namespace

void lock_object(const LockName& name, LockMode mode) {
    acquire(name, mode, false, false);
}

bool try_lock_object(const LockName& name, LockMode mode) {
    return acquire(name, mode, true, false);
}

bool try_lock_relation(ObjectId relation) {
    return call([relation] { return ConditionalLockRelationOid(relation, AccessShareLock); });
}

SessionLock::SessionLock(OwnTransactions& transactions, const LockName& name, LockMode mode)
    : transactions_(transactions), name_(name), mode_(mode) {
    forget_snapshots();
    acquire_for_session(name, mode);
}

bool SessionLock::is_held() const {
    return pg::is_held(name_, mode_);
}

bool SessionLock::hold() {
    return is_held() || acquire(name_, mode_, true, true);
}

void SessionLock::release() {
    pg::release(name_, mode_);
}

SessionLock::~SessionLock() {
    if (unwinding_) {
        // The error may have left locks of another kind, which only an abort releases.
        transactions_.clean_up([this] { release(); });
    } else {
        release();
    }
}

} // namespace migrate::pg
