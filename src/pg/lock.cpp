#include "pg/lock.hpp"

#include "pg/call.hpp"

namespace migrate::pg {

namespace {

LockAcquireResult acquire(ObjectId class_id, LockKey key, LockMode mode, bool dont_wait) {
    const LOCKMODE server_mode =
        mode == LockMode::exclusive ? AccessExclusiveLock : AccessShareLock;
    return call([=] {
        LOCKTAG tag;
        SET_LOCKTAG_OBJECT(tag, MyDatabaseId, class_id, key.object, key.part);
        return LockAcquire(&tag, server_mode, /* sessionLock */ false, dont_wait);
    });
}

} // namespace

void lock_object(ObjectId class_id, LockKey key, LockMode mode) {
    acquire(class_id, key, mode, false);
}

bool try_lock_object(ObjectId class_id, LockKey key, LockMode mode) {
    return acquire(class_id, key, mode, true) != LOCKACQUIRE_NOT_AVAIL;
}

} // namespace migrate::pg
