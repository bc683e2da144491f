#include "pg/lock.hpp"

#include "pg/call.hpp"
#include "pg/compat.hpp"
#include "pg/transaction.hpp"

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

} // namespace

void lock_object(const LockName& name, LockMode mode) {
    acquire(name, mode, false, false);
}

bool try_lock_object(const LockName& name, LockMode mode) {
    return acquire(name, mode, true, false);
}

SessionLock::SessionLock(OwnTransactions& transactions, const LockName& name, LockMode mode)
    : transactions_(transactions), name_(name), mode_(mode) {
    forget_snapshots();
    acquire(name, mode, false, true);
}

bool SessionLock::is_held() const {
    return pg::is_held(name_, mode_);
}

bool SessionLock::hold() {
    return is_held() || acquire(name_, mode_, true, true);
}

void SessionLock::release() {
    if (is_held()) {
        const LOCKTAG tag = tag_of(name_);
        call([&tag, this] { LockRelease(&tag, server_mode(mode_), true); });
    }
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
