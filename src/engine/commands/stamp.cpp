#include "engine/commands/stamp.hpp"

#include "engine/access/prefix_lookup.hpp"
#include "engine/run/preflight.hpp"

namespace migrate::engine {

std::vector<StampResult> stamp(const std::vector<std::string>& targets, StampMode mode,
                               const std::optional<std::string>& prefix_argument) {
    begin_change("migrate_stamp()");
    return set_current(named_prefix(prefix_argument), targets, mode);
}

} // namespace migrate::engine
