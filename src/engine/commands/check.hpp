// migrate_check: an error while revisions are pending.
#pragma once

#include <optional>
#include <string>

namespace migrate::engine {

/// Throws Failure(pending) unless everything that is registered is applied.
void check(const std::optional<std::string>& prefix);

} // namespace migrate::engine
