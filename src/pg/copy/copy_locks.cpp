#include "pg/copy/copy_locks.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/compat.hpp"

extern "C" {
#include <commands/trigger.h>
}

namespace migrate::pg {

namespace {

/// Later statements lock older tables again.
constexpr int statements_between_full_looks = 200;

/// False when somebody else than the current owner holds one: a cursor that is open.
bool release_mode(const LOCKTAG& tag, LOCKMODE mode) {
    while (compat::is_lock_held(&tag, mode)) {
        if (!LockRelease(&tag, mode, false)) {
            return false;
        }
    }
    return true;
}

void release_all_modes(const LOCKTAG& tag, LOCKMODE except = NoLock) {
    for (LOCKMODE mode = AccessShareLock; mode <= AccessExclusiveLock; mode++) {
        if (mode != except) {
            release_mode(tag, mode);
        }
    }
}

void release_relation(Oid relation, ResourceOwner owner) {
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
    // nextval() and its like lock a sequence to the end of the transaction.
    if (compat::is_lock_held(&tag, RowExclusiveLock) &&
        get_rel_relkind(relation) == RELKIND_SEQUENCE) {
        CurrentResourceOwner = TopTransactionResourceOwner;
        release_mode(tag, RowExclusiveLock);
        CurrentResourceOwner = owner;
        release_all_modes(tag, RowExclusiveLock);
    } else {
        release_all_modes(tag);
    }
}

void release_raw(const ObjectAddressKey& object, ResourceOwner owner) {
    if (object.class_id != RelationRelationId) {
        LOCKTAG tag;
        SET_LOCKTAG_OBJECT(tag, MyDatabaseId, object.class_id, object.object_id, 0);
        release_all_modes(tag);
    } else if (!AfterTriggerPendingOnRel(object.object_id)) {
        // A trigger that waits counts on the lock.
        release_relation(object.object_id, owner);
    }
}

} // namespace

void CopyLocks::statement_ended() {
    if (++statements_ < statements_between_full_looks) {
        release_from(done_);
    } else {
        release();
    }
}

void CopyLocks::release() {
    release_from(0);
    statements_ = 0;
}

void CopyLocks::release_from(std::size_t first) {
    if (owner_ == nullptr) {
        owner_ = CurTransactionResourceOwner;
    }
    auto* const owner = static_cast<ResourceOwner>(owner_);
    if (CurTransactionResourceOwner != owner) {
        return;
    }
    const auto& made = watch_.made();
    ResourceOwner before = CurrentResourceOwner;
    CurrentResourceOwner = owner;
    call([&made, first, owner] {
        for (std::size_t i = first; i < made.size(); i++) {
            release_raw(made[i], owner);
        }
    });
    CurrentResourceOwner = before;
    done_ = made.size();
}

} // namespace migrate::pg
