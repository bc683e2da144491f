// Catalog queries on leftovers of statements outside of transactions: invalid indexes, and
// partitions whose detachment is pending.
#pragma once

#include "pg/wall/types.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// An index as its statement left it.
struct IndexState {
    pg::ObjectId index = pg::invalid_object_id;
    std::string schema;
    std::string name;
    bool is_valid = false;
};

namespace catalog {

/// Those of `indexes` that exist.
std::vector<IndexState> index_states(std::span<const pg::ObjectId> indexes);
/// The invalid copies that REINDEX CONCURRENTLY left of the old indexes on the tables of
/// `indexes`.
std::vector<IndexState> old_copies(std::span<const pg::ObjectId> indexes);
/// How far `partition` is detached: the parent while it is pending or not begun.
struct DetachState {
    std::string parent; // both names quoted, and qualified: they are used under another path
    std::string partition;
    bool is_pending = false;
};
std::optional<DetachState> detach_state(pg::ObjectId partition);

} // namespace catalog

} // namespace migrate::engine
