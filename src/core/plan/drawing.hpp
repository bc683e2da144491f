// Drawings of a graph for people: as lines of text in the manner of `git log
// --graph`, for Mermaid and for Graphviz.  Down the text go the PARENT edges, newest
// revision first; what depends_on adds is written out, or a dashed edge.
#pragma once

#include "core/graph/graph.hpp"
#include "core/plan/applied_set.hpp"

#include <span>
#include <string>
#include <vector>

namespace migrate::core {

// Of `messages`, by Index, only the first lines are shown; it may be empty, or too
// short, for revisions without one.  "Current" are the revisions that the database
// stores as its rows.

/// One string per line, without white space at the end: `* id (head) (current)
/// (needs x, y) [labels] message`, and the lines in between.  A revision stands above
/// all that it needs; a line of development stays in one piece.  Takes time in
/// proportion to the size of the drawing.
std::vector<std::string> draw_text(const Graph& graph, const AppliedSet& applied,
                                   std::span<const std::string> messages = {});

// Both with the newest on top, in registration order, and arrows in the direction of
// an upgrade.

/// A flowchart for Mermaid, with the classes `applied` and `current`.
std::string draw_mermaid(const Graph& graph, const AppliedSet& applied,
                         std::span<const std::string> messages = {});

/// A digraph for Graphviz, in which the applied revisions are filled.
std::string draw_dot(const Graph& graph, const AppliedSet& applied,
                     std::span<const std::string> messages = {});

} // namespace migrate::core

#include "core/no_postgres.hpp"
