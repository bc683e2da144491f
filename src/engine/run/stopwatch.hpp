// A stopwatch on the monotonic clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace migrate::engine {

class Stopwatch {
  public:
    std::int64_t microseconds() const {
        return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_).count();
    }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point start_ = Clock::now();
};

} // namespace migrate::engine
