// Spelling suggestions: the name in a list that is nearest to one that is unknown.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace migrate::client {

/// Of `names` the one that the fewest changes of a character turn `word` into; empty when
/// even that is far away.
std::string nearest_name(std::string_view word, std::span<const std::string> names);

} // namespace migrate::client
