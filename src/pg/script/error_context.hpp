// The error context of a text that is parsed or run: names the revision, statement
// and line in CONTEXT, and makes positions point into the text itself, so that psql
// shows its line and not that of the call.  Included by src/pg only.
#pragma once

#include "pg/script/parse.hpp"

#include "pg/wall/postgres.hpp"

namespace migrate::pg {

class ScriptContext {
  public:
    /// `text` and `origin` must outlive this object and be terminated.  `place` is kept at
    /// the statement that runs, and at the line of what was last reported.
    ScriptContext(const char* text, const char* origin, Place& place) noexcept;
    ~ScriptContext() { error_context_stack = callback_.previous; }
    ScriptContext(const ScriptContext&) = delete;
    ScriptContext& operator=(const ScriptContext&) = delete;

    /// The statement that runs from now on: number from 1, location in bytes.
    void enter(int number, int location) noexcept;

  private:
    struct State {
        const char* text;
        const char* origin;
        int location;
        Place* place;
    };
    static void add_context(void* argument);

    State state_;
    ErrorContextCallback callback_;
};

} // namespace migrate::pg
