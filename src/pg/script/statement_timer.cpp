#include "pg/script/statement_timer.hpp"

#include "pg/wall/call.hpp"

extern "C" {
#include <storage/proc.h>
#include <utils/timeout.h>
}

namespace migrate::pg {

namespace {

int timeout_of_caller = 0;

} // namespace

std::int64_t statement_timeout() {
    return StatementTimeout;
}

void note_statement_timeout_of_caller() {
    timeout_of_caller = StatementTimeout;
}

void stop_statement_timeout_of_caller() {
    disable_timeout(STATEMENT_TIMEOUT, false);
}

StatementTimer::StatementTimer() {
    if (StatementTimeout == timeout_of_caller) {
        return;
    }
    is_set_ = true;
    was_active_ = get_timeout_active(STATEMENT_TIMEOUT);
    end_before_ = was_active_ ? get_timeout_finish_time(STATEMENT_TIMEOUT) : 0;
    call([] {
        disable_timeout(STATEMENT_TIMEOUT, false);
        if (StatementTimeout > 0) {
            enable_timeout_after(STATEMENT_TIMEOUT, StatementTimeout);
        }
    });
}

StatementTimer::~StatementTimer() {
    if (!is_set_) {
        return;
    }
    // Neither raises, nor needs anything that an error could have upset.
    disable_timeout(STATEMENT_TIMEOUT, false);
    if (was_active_) {
        enable_timeout_at(STATEMENT_TIMEOUT, end_before_);
    }
}

} // namespace migrate::pg
