// Ctrl-C and SIGTERM.  While a command waits for work that it started on a server, the first
// signal asks it to cancel that work, and the second ends the program at once.  At all other
// times a signal ends the program, as it does everywhere.
#pragma once

namespace migrate::client {

/// As long as one lives, signals are requests.  Not to be nested.
class Interruptible {
  public:
    Interruptible();
    ~Interruptible();
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
};

/// Whether a signal came.  Stays so.
bool is_interrupted() noexcept;

/// A descriptor that becomes readable with the first signal and stays so, for poll(); -1
/// while there is no Interruptible.  Nobody reads it.
int interrupt_descriptor() noexcept;

} // namespace migrate::client
