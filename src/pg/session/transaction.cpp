#include "pg/session/transaction.hpp"

#include "pg/session/session.hpp"
#include "pg/wall/boundary.hpp"
#include "pg/wall/call.hpp"

#include <algorithm>

extern "C" {
#include <storage/latch.h>
#include <utils/wait_event.h>
}

namespace migrate::pg {

OwnTransactions::OwnTransactions() {
    GetUserIdAndSecContext(&role_, &security_context_);
}

void OwnTransactions::commit() {
    // An error must not be copied into a context that goes with the transaction.
    MemoryContextSwitchTo(TopMemoryContext);
    call([] {
        ForgetPortalSnapshots();
        CommitTransactionCommand();
        StartTransactionCommand();
    });
}

void OwnTransactions::roll_back() {
    const Oid role = role_;
    const int security_context = security_context_;
    MemoryContextSwitchTo(TopMemoryContext);
    call([=] {
        AbortCurrentTransaction();
        // It was on the stack that has just been cleared.
        if (ActivePortal != nullptr) {
            ActivePortal->portalSnapshot = nullptr;
        }
        // The abort went back to the role in which the last transaction began, which may
        // have been one that a statement began by itself, as another role.
        SetUserIdAndSecContext(role, security_context);
        StartTransactionCommand();
    });
}

CancelPause::CancelPause() {
    HOLD_CANCEL_INTERRUPTS();
}

CancelPause::~CancelPause() {
    // An error has ended the pause already.
    if (QueryCancelHoldoffCount > 0) {
        RESUME_CANCEL_INTERRUPTS();
    }
}

std::optional<Error> OwnTransactions::attempt(const std::function<void()>& work) {
    std::optional<Error> error;
    try {
        work();
        return std::nullopt;
    } catch (...) {
        error = error_in_flight();
    }
    roll_back();
    return error;
}

void OwnTransactions::clean_up(const std::function<void()>& work) noexcept {
    const CancelPause pause;
    try {
        roll_back();
        work();
    } catch (...) {
        // The error that is on its way says more than one of its clean-up.
    }
}

void forget_snapshots() {
    call([] {
        ForgetPortalSnapshots();
        InvalidateCatalogSnapshot();
    });
}

void sleep(std::int64_t milliseconds) {
    const TimestampTz end = GetCurrentTimestamp() + milliseconds * 1000;
    for (;;) {
        check_interrupts();
        const std::int64_t left = (end - GetCurrentTimestamp() + 999) / 1000;
        if (left <= 0) {
            return;
        }
        call([=] {
            WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, long(left),
                      PG_WAIT_EXTENSION);
            ResetLatch(MyLatch);
        });
    }
}

} // namespace migrate::pg
