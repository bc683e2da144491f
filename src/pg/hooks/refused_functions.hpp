// Functions through which a text would reach what the caller's session holds, or leave something
// in it: a role's rights do not keep it from that.
#pragma once

#include <string_view>

#include "pg/wall/types.hpp"

namespace migrate::pg {

/// What a text that acts as another role than the caller does instead of calling `function`: a
/// sentence for a HINT.  Empty for functions that it may call.
std::string_view instead_of(ObjectId function) noexcept;

} // namespace migrate::pg
