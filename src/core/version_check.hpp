// Compares versions of the extension, such as 1.0 and 1.10.2.
#pragma once

#include "core/failure.hpp"

#include <string_view>

namespace migrate::core {

/// Whether version `left` comes before `right`: compared number by number, where a missing one
/// counts as 0.  What is no number counts as 0, too.
bool is_older(std::string_view left, std::string_view right) noexcept;

/// What to say when the functions and tables in a database are of version `installed`, and the
/// library that should serve them of version `library`.
Failure wrong_version(std::string_view installed, std::string_view library);

} // namespace migrate::core
