#include "core/backoff.hpp"

#include <algorithm>

namespace migrate::core {

std::int64_t retry_pause(std::int64_t first, std::int64_t longest, int number, double chance) {
    std::int64_t pause = std::clamp<std::int64_t>(first, 0, longest);
    for (int i = 1; i < number && pause < longest; i++) {
        pause = std::min(pause * 2, longest);
    }
    return std::int64_t(double(pause) * (0.5 + chance));
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
