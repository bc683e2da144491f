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

LOCKTAG relation_tag(Oid relation) {
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
    return tag;
}

/// nextval() and its like, and a serial column, lock a sequence to the end of the transaction.
void release_use_of_sequence(Oid sequence) {
    ResourceOwner before = CurrentResourceOwner;
    CurrentResourceOwner = TopTransactionResourceOwner;
    release_mode(relation_tag(sequence), RowExclusiveLock);
    CurrentResourceOwner = before;
}

void release_raw(const ObjectAddressKey& object, bool is_sequence) {
    if (object.class_id != RelationRelationId) {
        LOCKTAG tag;
        SET_LOCKTAG_OBJECT(tag, MyDatabaseId, object.class_id, object.object_id, 0);
        release_all_modes(tag);
        return;
    }
    if (AfterTriggerPendingOnRel(object.object_id)) {
        return; // a trigger that waits counts on the lock
    }
    release_all_modes(relation_tag(object.object_id), is_sequence ? RowExclusiveLock : NoLock);
    if (is_sequence && !compat::checks_sequence_locks) {
        release_use_of_sequence(object.object_id);
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

void CopyLocks::release_sequences() {
    call([this] {
        for (const ObjectId sequence : sequences_) {
            release_use_of_sequence(sequence);
        }
    });
}

/// While they are there: one that is dropped is not known as a sequence any more.
void CopyLocks::note_sequences() {
    const auto& made = watch_.made();
    for (std::size_t i = done_; i < made.size(); i++) {
        const ObjectAddressKey& object = made[i];
        if (object.class_id == RelationRelationId &&
            call([&object] { return get_rel_relkind(object.object_id); }) == RELKIND_SEQUENCE) {
            sequences_.insert(object.object_id);
        }
    }
}

void CopyLocks::release_from(std::size_t first) {
    if (owner_ == nullptr) {
        owner_ = CurTransactionResourceOwner;
    }
    auto* const owner = static_cast<ResourceOwner>(owner_);
    if (CurTransactionResourceOwner != owner) {
        return;
    }
    note_sequences();
    const auto& made = watch_.made();
    ResourceOwner before = CurrentResourceOwner;
    CurrentResourceOwner = owner;
    call([this, &made, first] {
        for (std::size_t i = first; i < made.size(); i++) {
            release_raw(made[i], sequences_.contains(made[i].object_id));
        }
    });
    CurrentResourceOwner = before;
    done_ = made.size();
}

} // namespace migrate::pg
