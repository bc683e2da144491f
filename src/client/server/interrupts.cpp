#include "client/server/interrupts.hpp"

#include "client/failure.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace migrate::client {

namespace {

// All that the handler touches; an atomic, for the threads of a fleet look at it as well.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);
std::array<int, 2> pipe_ends = {-1, -1};

constexpr std::array<int, 3> handled_signals = {SIGINT, SIGTERM, SIGHUP};

extern "C" void handle_interrupt(int signal_number) {
    if (interrupted.exchange(true)) {
        // The second: die of it, so that the shell sees what happened.
        std::signal(signal_number, SIG_DFL);
        raise(signal_number);
        return;
    }
    [[maybe_unused]] const auto written = write(pipe_ends[1], "", 1);
}

void set_handler(void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int number : handled_signals) {
        sigaction(number, &action, nullptr);
    }
}

} // namespace

Interruptible::Interruptible() {
    if (pipe_ends[0] < 0 && pipe2(pipe_ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        throw ClientError("could not make a pipe");
    }
    set_handler(handle_interrupt);
}

Interruptible::~Interruptible() {
    set_handler(SIG_DFL);
}

bool is_interrupted() noexcept {
    return interrupted;
}

int interrupt_descriptor() noexcept {
    return pipe_ends[0];
}

} // namespace migrate::client
