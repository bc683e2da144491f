// Whether the schema of a prefix is what the texts of its history make.
#pragma once

#include "core/graph/graph.hpp"
#include "engine/tables/prefix.hpp"

#include <span>

namespace migrate::engine {

/// Runs what `rows` say is applied from nothing, in an empty copy of the prefix's schemas, and
/// compares that with the schema as it is; nothing stays.  Objects of nobody that no text names
/// do not count: a NOTICE lists them.  Throws Failure(not_proved) when there is a difference, or a
/// text does not run from nothing; other failures where an upgrade would not even begin.
void prove_schema(const Prefix& prefix, const core::Graph& graph,
                  std::span<const core::Index> rows);

} // namespace migrate::engine
