// A revision as the graph sees it, and what its names may look like.  Ids and
// branch labels are text: their order means nothing, and every character is
// allowed but the few that targets are written with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace migrate::core {

struct Revision {
    std::string id;
    std::vector<std::string> down_revision; ///< ids of the parents; empty for a base
    std::vector<std::string> depends_on;    ///< ids or branch labels
    std::vector<std::string> branch_labels;
};

/// The longest id or branch label, in bytes.
inline constexpr std::size_t max_identifier_bytes = 255;

/// Whether `text` is a word that targets reserve: head, heads, base, current.
bool is_reserved_word(std::string_view text) noexcept;

/// Refuses what cannot be an id or a label: the empty text, more than 255 bytes,
/// any of @ - + :, white space (Unicode's too), control characters, and the
/// reserved words.  `kind` is how the message calls it: "revision" or "branch
/// label".  Throws Failure(invalid_name).
void check_identifier(std::string_view kind, std::string_view text);

} // namespace migrate::core

#include "core/no_postgres.hpp"
