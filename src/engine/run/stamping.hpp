// Stamping: sets which revisions of a prefix are current, without running anything.
#pragma once

#include "core/graph/graph.hpp"
#include "engine/tables/prefix.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace migrate::engine {

/// A current revision of the prefix after a stamp.
struct StampResult {
    std::string prefix;
    std::string revision;
};

/// Whether targets are added to what is current on other lines, or replace all of it.
enum class StampMode { by_line, purge };

/// Has a look before anything is stamped: gets the prefix, its history and the rows that it will
/// have.  What it throws ends the stamp.
using StampCheck = std::function<void(const Prefix& prefix, const core::Graph& graph,
                                      std::span<const core::Index> rows)>;

/// Makes `targets` current in the prefix `name`, under its locks.  Returns all that is current
/// afterwards.
std::vector<StampResult> set_current(const std::string& name,
                                     const std::vector<std::string>& targets, StampMode mode,
                                     const StampCheck& check = {});

} // namespace migrate::engine
