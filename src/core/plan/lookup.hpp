// From what people write to revisions, and from revisions to the lists that
// messages show.
#pragma once

#include "core/graph/graph.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::core {

/// The revision that `symbol` names: an exact id beats a label, which beats a
/// unique prefix of an id.  Throws Failure: undefined_object, with the nearest
/// names as hint, or ambiguous_target, with the candidates as detail.
Index resolve_revision(const Graph& graph, std::string_view symbol);

/// The same for the text before an @.
Index resolve_branch(const Graph& graph, std::string_view branch);

/// `"a", "b" and "c"`; of a long list only the start: `"a", "b" and 7 more`.
std::string listed(std::span<const std::string> names, std::string_view conjunction = "and");
std::string listed(const Graph& graph, std::span<const Index> revisions,
                   std::string_view conjunction = "and");

/// `texts` one after the other as they are, with commas in between; all of them.
std::string joined(std::span<const std::string> texts);

} // namespace migrate::core

#include "core/no_postgres.hpp"
