// The registry's statement that makes notes of schemas void.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace migrate::engine::registry {

/// Forgets what was noted of `prefix` while one of `revisions` was a row.
void forget_snapshots(std::string_view prefix, std::span<const std::string> revisions);

} // namespace migrate::engine::registry
