// statement_timeout for the statements of a text.  The server arms its timer once, for the
// statement of the client; a value that a prefix or a text sets would never count.
#pragma once

#include <cstdint>

namespace migrate::pg {

/// The statement_timeout that holds now, in milliseconds, 0 for none.
std::int64_t statement_timeout();

/// From here on statements are timed by the setting, where it is another than now.  At the
/// start of each call.
void note_statement_timeout_of_caller();

/// The caller's own timer, which is for the call as a whole, stops for the rest of the call.
void stop_statement_timeout_of_caller();

/// Times one statement: while it lives, the setting counts in place of the caller's, which
/// goes on afterwards.
class StatementTimer {
  public:
    StatementTimer();
    ~StatementTimer();
    StatementTimer(const StatementTimer&) = delete;
    StatementTimer& operator=(const StatementTimer&) = delete;

  private:
    bool is_set_ = false;
    bool was_active_ = false;
    std::int64_t end_before_ = 0; // of the caller's timer
};

} // namespace migrate::pg
