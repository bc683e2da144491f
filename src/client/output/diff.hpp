// What changed between two texts, as `diff -u` writes it.
#pragma once

#include <string>
#include <string_view>

namespace migrate::client {

struct DiffSide {
    std::string name; ///< what stands after --- and +++
    std::string_view text;
    int first_line = 1; ///< the number of the text's first line in its file
};

/// A unified diff with three lines of context; empty when the texts are equal.
std::string unified_diff(const DiffSide& before, const DiffSide& after);

} // namespace migrate::client
