#include "pg/wall/subtransaction.hpp"

#include "pg/wall/boundary.hpp"
#include "pg/wall/call.hpp"

namespace migrate::pg {

namespace {

std::uint64_t rollbacks = 0;

extern "C" {

static void migrate_transaction_ended(XactEvent event, void*) {
    if (event == XACT_EVENT_ABORT) {
        rollbacks++;
    }
}

static void migrate_subtransaction_ended(SubXactEvent event, SubTransactionId, SubTransactionId,
                                         void*) {
    if (event == SUBXACT_EVENT_ABORT_SUB) {
        rollbacks++;
    }
}

} // extern "C"

class Subtransaction {
  public:
    Subtransaction() : context_(CurrentMemoryContext), owner_(CurrentResourceOwner) {
        call([] { BeginInternalSubTransaction(nullptr); });
        MemoryContextSwitchTo(context_);
    }

    void commit() {
        call([] { ReleaseCurrentSubTransaction(); });
        put_back();
    }

    void roll_back() {
        MemoryContextSwitchTo(context_);
        call([] { RollbackAndReleaseCurrentSubTransaction(); });
        put_back();
    }

  private:
    void put_back() const {
        MemoryContextSwitchTo(context_);
        CurrentResourceOwner = owner_;
    }

    MemoryContext context_;
    ResourceOwner owner_;
};

} // namespace

std::optional<Error> attempt(const std::function<void()>& work) {
    Subtransaction subtransaction;
    try {
        work();
    } catch (const Error& error) {
        subtransaction.roll_back();
        return error;
    } catch (...) {
        // Left open, it would be ended by whoever ends the next one.
        subtransaction.roll_back();
        throw;
    }
    subtransaction.commit();
    return std::nullopt;
}

std::optional<Error> attempt_all(const std::function<void()>& work) {
    return attempt([&work] {
        try {
            work();
        } catch (const core::Failure&) {
            throw error_in_flight();
        }
    });
}

void rehearse(const std::function<void()>& work) {
    Subtransaction subtransaction;
    try {
        work();
    } catch (...) {
        subtransaction.roll_back();
        throw;
    }
    subtransaction.roll_back();
}

std::uint64_t rollback_count() {
    return rollbacks;
}

void count_rollbacks() {
    RegisterXactCallback(migrate_transaction_ended, nullptr);
    RegisterSubXactCallback(migrate_subtransaction_ended, nullptr);
}

} // namespace migrate::pg
