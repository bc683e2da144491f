// The server's own scanner: the tokens of a text, as the parser would get them.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "pg/wall/error.hpp"

namespace migrate::pg {

/// What a backslash in a literal without E means: standard_conforming_strings.
enum class Backslashes { ordinary, escaping };

/// Gets a token: where it begins and, when it is an identifier and no keyword, which.
using TokenReader = std::function<void(std::size_t offset, std::string_view identifier)>;

/// Tells `read` the tokens of `text`, in their order, quietly.  Returns the scanner's error,
/// if it finds one, which ends the scan.
std::optional<Error> scan(std::string_view text, Backslashes backslashes, const TokenReader& read);

} // namespace migrate::pg
