// A history that is run from nothing, in an empty copy of the prefix's schemas.
#pragma once

#include "core/graph/graph.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/copy/empty_copy.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace migrate::engine {

/// Revisions in the order in which they run, and their up texts as they run in the prefix.
struct ReplayedHistory {
    std::vector<core::Index> revisions;
    std::vector<std::string> texts;
};

/// What `rows` of `prefix` say is applied.  Throws Failure for a text that cannot run there.
ReplayedHistory history_of(const Prefix& prefix, const core::Graph& graph,
                           std::span<const core::Index> rows);

/// Why a text did not run.
struct ReplayError {
    std::string revision;
    std::string detail; // which text, where in it, and what it said
};

/// Runs the up texts of `history` as a deploy would, each of them watched and recorded; nothing is
/// applied before.  The first error that a text is to blame for, after which nothing of them is
/// left.  Throws pg::Error for others.
std::optional<ReplayError> replay(const Prefix& prefix, const ReplayedHistory& history,
                                  pg::EmptyCopy& copy);

/// The objects that `history` is recorded to have made in `prefix`.
std::vector<ObjectRow> recorded_of(const Prefix& prefix, const core::Graph& graph,
                                   const ReplayedHistory& history);

} // namespace migrate::engine
