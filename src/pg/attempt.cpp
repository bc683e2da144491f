#include "pg/attempt.hpp"

#include "pg/boundary.hpp"
#include "pg/call.hpp"

namespace migrate::pg {

namespace {

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

} // namespace migrate::pg
