#include "engine/commands/stamp.hpp"

#include "core/sql/calls.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/rehearsal/proof.hpp"
#include "engine/run/preflight.hpp"
#include "pg/session/messages.hpp"

namespace migrate::engine {

namespace {

void announce_unproved(const Prefix& prefix, std::span<const core::Index> rows) {
    if (!rows.empty()) {
        pg::notice("nobody has looked whether the schema of " + described_prefix(prefix.name) +
                       " is what the stamped texts make",
                   {}, "With verify => true, migrate_stamp looks, and stamps nothing else.");
    }
}

} // namespace

std::vector<StampResult> stamp(const std::vector<std::string>& targets, StampMode mode,
                               const std::optional<std::string>& prefix_argument,
                               StampProof proof) {
    begin_change("migrate_stamp()");
    return set_current(
        named_prefix(prefix_argument), targets, mode,
        [proof](const Prefix& prefix, const core::Graph& graph, std::span<const core::Index> rows) {
            if (proof == StampProof::required) {
                prove_schema(prefix, graph, rows);
            } else {
                announce_unproved(prefix, rows);
            }
        });
}

} // namespace migrate::engine
