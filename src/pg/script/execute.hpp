// Runs the statements of a parsed text one by one, each through a portal, as the
// server runs those of a client; but never as top level statements: within a function
// CREATE INDEX CONCURRENTLY and its like would crash the server that way.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "pg/script/parse.hpp"

namespace migrate::pg {

class Execution {
  public:
    /// While it lives, errors carry "`origin`, statement n, line l" as CONTEXT and
    /// point into the script's text, and `place` says where it is.  Both must outlive it.
    Execution(const Script& script, std::string origin, Place& place);
    ~Execution();
    Execution(const Execution&) = delete;
    Execution& operator=(const Execution&) = delete;

    /// Runs statement `index`, its effects visible afterwards.  Throws Error.
    void run(std::size_t index);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace migrate::pg
