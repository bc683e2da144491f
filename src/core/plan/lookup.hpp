// Looks revisions up by id, label or the start of an id, and suggests the nearest names.
#pragma once

#include "core/graph/graph.hpp"
#include "core/text.hpp"

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

/// The same as core::listed of the revisions' ids.
std::string listed(const Graph& graph, std::span<const Index> revisions,
                   std::string_view conjunction = "and");

} // namespace migrate::core

#include "core/no_postgres.hpp"
