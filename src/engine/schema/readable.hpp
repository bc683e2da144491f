// What the server locks while it prints a definition: relations, and those that views, rules,
// policies and bodies of functions refer to.
#pragma once

#include "engine/schema/candidates.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace migrate::engine {

/// Some of the objects of a reading, by their places in it, and the relations that the server
/// locks when it prints these.
struct ReadingGroup {
    std::vector<std::size_t> wholes;
    std::size_t locks = 0;
};

/// For each of `wholes` the relations that have to be locked for it.  Throws Error.
std::vector<std::vector<pg::ObjectId>> locks_for(std::span<const SchemaCandidate> wholes);

/// Parts `locks`, of all wholes, into groups that a subtransaction can lock at once.
std::vector<ReadingGroup> groups_of(std::span<const std::vector<pg::ObjectId>> locks);

/// Locks what a group needs, without waiting.  Those of the group for which that was to be had;
/// the others are in `refused`.
std::vector<std::size_t> lock_group(const ReadingGroup& group,
                                    std::span<const std::vector<pg::ObjectId>> locks,
                                    std::vector<std::size_t>& refused);

} // namespace migrate::engine
