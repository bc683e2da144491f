// Backoff: how long to wait before the next try.
#pragma once

#include <cstdint>

namespace migrate::core {

/// The pause before retry `number` (from 1): `first`, doubled with each retry up to `longest`,
/// and spread by `chance` (0 to 1) over half to one and a half of that, so that those who
/// failed together do not come back together.  All in milliseconds.
std::int64_t retry_pause(std::int64_t first, std::int64_t longest, int number, double chance);

} // namespace migrate::core
