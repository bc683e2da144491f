// migrate_deploy and migrate_revert: as upgrade and downgrade, but with a transaction per revision,
// and able to run statements that refuse one.
#pragma once

#include "core/direction.hpp"

#include <optional>
#include <string>

namespace migrate::engine {

/// Runs the steps to `target`, each revision in transactions of its own; what ran stays when
/// a later one fails.  Must be called where transactions can be ended.  `command` names the
/// procedure that was called, for messages.  Throws core::Failure and pg::Error; the session
/// is as it was then.
void deploy(core::Direction direction, const std::string& target,
            const std::optional<std::string>& prefix, const char* command);

} // namespace migrate::engine
