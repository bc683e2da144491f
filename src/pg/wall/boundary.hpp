// The way from the server into C++: whatever the server calls runs inside
// `boundary`, which lets no exception out.  Exceptions become ERRORs after every
// object and the handler are gone, so that no destructor is jumped over.
// Included by src/pg and functions.cpp only.
#pragma once

#include "core/failure.hpp"
#include "pg/wall/error.hpp"

#include <type_traits>

namespace migrate::pg {

namespace detail {

using Trampoline = void (*)(void* action);

/// Runs `trampoline(action)`; a caught exception as a Report on the heap, else null.
Report* catch_all(Trampoline trampoline, void* action) noexcept;

/// Raises `report` as ERROR and deletes it.  Does not return.
[[noreturn]] void raise_report(Report* report);

} // namespace detail

/// The report that stands for a failure of our own.
Report report_of(const core::Failure& failure);

/// The exception that is being handled, whatever it is, as an Error.  In a catch block only.
Error error_in_flight();

/// Runs `action` on behalf of the server; its exceptions become ERRORs.  The
/// caller's frame must hold no object with a destructor.
template <typename Action> auto boundary(Action action) -> std::invoke_result_t<Action&> {
    using Result = std::invoke_result_t<Action&>;
    static_assert(std::is_trivially_destructible_v<Action>);
    if constexpr (std::is_void_v<Result>) {
        Report* report = detail::catch_all([](void* a) { (*static_cast<Action*>(a))(); }, &action);
        if (report != nullptr) {
            detail::raise_report(report);
        }
    } else {
        static_assert(std::is_trivially_copyable_v<Result>);
        struct Frame {
            Action* action;
            Result result;
        } frame{&action, {}};
        Report* report = detail::catch_all(
            [](void* f) {
                auto* in = static_cast<Frame*>(f);
                in->result = (*in->action)();
            },
            &frame);
        if (report != nullptr) {
            detail::raise_report(report);
        }
        return frame.result;
    }
}

/// Raises `failure` through the server, so that the error context in force is
/// attached to it, and throws it as Error.
[[noreturn]] void raise(const core::Failure& failure);

} // namespace migrate::pg
