// The way from C++ into the server: `call` runs a server function and turns an
// ERROR (a longjmp) into the exception pg::Error.  Included by src/pg only.
#pragma once

#include "pg/wall/error.hpp"

#include <csetjmp>
#include <type_traits>
#include <utility>

#include "pg/wall/postgres.hpp"

namespace migrate::pg {

namespace detail {

/// The server's three globals that a longjmp leaves as the callee set them.
struct ServerState {
    sigjmp_buf* exception_stack = PG_exception_stack;
    ErrorContextCallback* error_context = error_context_stack;
    MemoryContext memory_context = CurrentMemoryContext;

    void restore() const noexcept {
        PG_exception_stack = exception_stack;
        error_context_stack = error_context;
        CurrentMemoryContext = memory_context;
    }
};

/// Takes the error that was just raised off the server's error stack and throws
/// it as Error; std::bad_alloc when there is no memory left to copy it.
[[noreturn]] void throw_server_error(MemoryContext context);

} // namespace detail

/// Runs `action`, a lambda that holds server calls and plain data only: nothing
/// with a destructor may be alive in it, for a longjmp would skip it.  Captures by
/// reference are fine.  Returns what it returns; throws Error.
template <typename Action> auto call(Action&& action) -> std::invoke_result_t<Action&> {
    using Result = std::invoke_result_t<Action&>;
    static_assert(std::is_trivially_destructible_v<std::remove_reference_t<Action>>,
                  "a server error would skip the destructors of what the lambda captured");
    const detail::ServerState before;
    sigjmp_buf buffer;
    if (sigsetjmp(buffer, 0) != 0) {
        before.restore();
        detail::throw_server_error(before.memory_context);
    }
    PG_exception_stack = &buffer;
    if constexpr (std::is_void_v<Result>) {
        action();
        PG_exception_stack = before.exception_stack;
        error_context_stack = before.error_context;
    } else {
        static_assert(std::is_trivially_copyable_v<Result>,
                      "only plain data passes the boundary to the server");
        Result result = action();
        PG_exception_stack = before.exception_stack;
        error_context_stack = before.error_context;
        return result;
    }
}

} // namespace migrate::pg
