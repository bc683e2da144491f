// migrate_graph: a drawing of the history.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// The graph of a prefix, line by line, as `text`, `mermaid` or `dot`.
std::vector<std::string> draw(const std::string& format, const std::optional<std::string>& prefix);

} // namespace migrate::engine
