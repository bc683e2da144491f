// The set-up of the module when the server loads it, and the settings that it defines.
#pragma once

#include <cstdint>

namespace migrate::pg {

/// Defines the settings of the extension.
void define_settings();

/// Puts our hooks in front of those that are there.
void install_hooks();

/// How much a run tells of itself by NOTICE (setting migrate.progress).
enum class ProgressMode { automatic, none, revision, statement };
ProgressMode progress_mode();

/// The settings migrate.lock_timeout and so on, as they stand; -1 where not set.
struct DeploySettings {
    std::int64_t lock_timeout;      // milliseconds
    std::int64_t statement_timeout; // milliseconds
    std::int64_t lock_retries;
    std::int64_t retry_delay; // milliseconds
};
DeploySettings deploy_settings();

/// The setting migrate.rehearsal: whether empty copies of schemas may be made.
bool allows_rehearsal();

/// The server's own lock_timeout as it stands, in milliseconds, 0 for none.
std::int64_t lock_timeout();

} // namespace migrate::pg
