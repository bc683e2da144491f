// What says otherwise when other objects change: their dependents.
#pragma once

#include "pg/wall/types.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace migrate::engine::catalog {

/// The whole objects whose definitions may read otherwise since the objects with these catalogs
/// and oids have changed.  What has changed of each: 2, also its name, or that of a part of it, so
/// that everything that mentions it counts; 1, only what it is made of, so that views and other
/// queries over it count, its children, and the sequences of its columns.  Objects that are gone
/// have none.  Throws Error.
std::vector<pg::ObjectAddressKey> dependents(std::span<const std::int64_t> catalogs,
                                             std::span<const std::int64_t> objects,
                                             std::span<const std::int64_t> changes);

} // namespace migrate::engine::catalog
