// Types that a downgrade leaves without a user: ENUM types above all, which DROP TABLE
// never takes along, and domains, composites and ranges alike.  The rules are those of
// docs/orphaned-types.md.
#pragma once

#include "core/plan/applied_set.hpp"
#include "engine/objects/fence.hpp"
#include "engine/objects/function_bodies.hpp"
#include "engine/objects/recorder.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/prefix.hpp"

#include <string>
#include <vector>

namespace migrate::engine {

/// A revision whose down text has just run, still with the identity and settings of its
/// prefix.
struct RevertedRevision {
    const Prefix& prefix;
    const std::string& id;
    bool is_recorded;                       // whether it had rows in migrate.object
    const std::vector<ObjectRow>& recorded; // these, but for what is gone for certain
    const core::Graph& graph;
    const core::AppliedSet& applied;               // still with the revision itself
    pg::ObjectId owner;                            // of the prefix
    const std::vector<pg::ObjectId>& named_before; // types_of_up_text, before the down text ran
};

/// The types that have the names under which the up text of an applied revision makes types.  As
/// the role and with the settings of the prefix.
std::vector<pg::ObjectId> types_of_up_text(const Prefix& prefix, const std::string& revision);

/// What became of the types of a reverted revision.
struct TypesLeft {
    std::vector<std::string> dropped; // their names
    std::vector<ObjectRow> kept; // types and labels that had to stay: rows to write, by keep_object
};

/// Drops the orphaned types of `reverted` as the current role, and says so by NOTICE.  Types that
/// have to stay, and labels that cannot be dropped, are announced.
TypesLeft drop_orphaned_types(const RevertedRevision& reverted, const Fence& fence,
                              FunctionBodies& bodies, Recorder& recorder);

} // namespace migrate::engine
