// Targets as text: `[branch@]symbol[±N]`, and ranges `lo:hi` of two of them.
// Only the form is checked here; what the names mean is the graph's business.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::core {

struct Target {
    enum class Symbol {
        none,    ///< a lone ±N, counted from where the database is
        head,    ///< the one head
        heads,   ///< all of them
        base,    ///< below the first revision
        current, ///< the rows; in ranges only
        name,    ///< an id, a prefix of one, or a label
    };

    std::string text; ///< as it was written
    std::optional<std::string> branch;
    Symbol symbol = Symbol::none;
    std::string name; ///< with Symbol::name only
    std::optional<int> relative;
};

/// A side that was left open is nullopt: the bases, or the heads.
struct Range {
    std::string text;
    std::optional<Target> low;
    std::optional<Target> high;
};

/// The whole text must match.  Throws Failure(invalid_target).
Target parse_target(std::string_view text);
std::vector<Target> parse_targets(std::span<const std::string> texts);

/// `lo:hi`, `lo:`, `:hi` or `:`.  Throws Failure(invalid_target).
Range parse_range(std::string_view text);

} // namespace migrate::core

#include "core/no_postgres.hpp"
