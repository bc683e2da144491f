// Sets of revisions and ways through the graph.  Nothing here recurses, and each
// function is linear in the graph (the order: times the logarithm of its width).
#pragma once

#include "core/graph/graph.hpp"

#include <span>
#include <vector>

namespace migrate::core {

enum class Edges { parent, all };

/// A set of revisions: one flag for each.
using Marks = std::vector<bool>;

/// `starts` and everything that they reach downwards: ancestors, or needs.
Marks with_ancestors(const Graph& graph, std::span<const Index> starts, Edges edges);

/// `starts` and everything that reaches them: descendants, or dependents.
Marks with_descendants(const Graph& graph, std::span<const Index> starts, Edges edges);

/// "On R's line": `revision`, its ancestors and its descendants over PARENT.
Marks line_of(const Graph& graph, Index revision);

/// The members of `marks`, in registration order.
std::vector<Index> members(const Marks& marks);

/// The maximal elements over ALL of what `revisions` reach, in registration order:
/// the rows of a database in which exactly that is applied.
std::vector<Index> maximal_of(const Graph& graph, std::span<const Index> revisions);

/// The order in which an upgrade runs the members of `marks`: needs first, and of
/// independent revisions the one registered first.
std::vector<Index> upgrade_order(const Graph& graph, const Marks& marks);

} // namespace migrate::core

#include "core/no_postgres.hpp"
