// The schemas that objects are in.
#pragma once

#include "pg/wall/types.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace migrate::engine::catalog {

/// The oids of the schemas of relations, types and functions with these oids, each once.  One
/// question: a new session would have to look each of thousands up in its caches.  Throws Error.
std::vector<pg::ObjectId> schemas_of(std::span<const std::int64_t> relations,
                                     std::span<const std::int64_t> types,
                                     std::span<const std::int64_t> functions);

} // namespace migrate::engine::catalog
