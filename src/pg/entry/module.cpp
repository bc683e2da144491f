#include "pg/entry/module.hpp"

#include "pg/hooks/observer.hpp"
#include "pg/wall/subtransaction.hpp"

#include <climits>

#include "pg/wall/postgres.hpp"

extern "C" {
#include <storage/proc.h>
}

namespace migrate::pg {

namespace {

char* prefix_setting = nullptr;
int progress_setting = int(ProgressMode::automatic);
int lock_timeout_setting = -1;
int statement_timeout_setting = -1;
int lock_retries_setting = -1;
int retry_delay_setting = -1;
bool rehearsal_setting = true;

const config_enum_entry progress_modes[] = {{"auto", int(ProgressMode::automatic), false},
                                            {"none", int(ProgressMode::none), false},
                                            {"revision", int(ProgressMode::revision), false},
                                            {"statement", int(ProgressMode::statement), false},
                                            {nullptr, 0, false}};

void define_number(const char* name, const char* what, const char* when_unset, int* variable,
                   int flags) {
    DefineCustomIntVariable(name, what, when_unset, variable, -1, -1, INT_MAX, PGC_USERSET, flags,
                            nullptr, nullptr, nullptr);
}

} // namespace

// Other names below "migrate." stay free: texts read parameters of their own from there.
void define_settings() {
    DefineCustomStringVariable("migrate.prefix",
                               "Names the prefix that functions without one mean.",
                               "An empty value stands for the default prefix.", &prefix_setting, "",
                               PGC_USERSET, 0, nullptr, nullptr, nullptr);
    DefineCustomEnumVariable("migrate.progress", "Sets what runs tell of themselves by NOTICE.",
                             "\"auto\" tells of each revision of a deploy or revert.",
                             &progress_setting, int(ProgressMode::automatic), progress_modes,
                             PGC_USERSET, 0, nullptr, nullptr, nullptr);
    define_number("migrate.lock_timeout",
                  "Sets how long a statement of a deploy or revert waits for a lock.",
                  "-1 means that of the prefix, or of the session, or 2 seconds.",
                  &lock_timeout_setting, GUC_UNIT_MS);
    define_number(
        "migrate.statement_timeout", "Sets how long a statement of a deploy or revert may take.",
        "-1 means that of the prefix, or of the session.", &statement_timeout_setting, GUC_UNIT_MS);
    define_number("migrate.lock_retries",
                  "Sets how often a revision is tried again that could not get a lock.",
                  "-1 means as the prefix says, or 10 times.", &lock_retries_setting, 0);
    define_number("migrate.retry_delay", "Sets the pause before the first of these retries.",
                  "-1 means as the prefix says, or 1 second; each pause is twice the one before.",
                  &retry_delay_setting, GUC_UNIT_MS);
    DefineCustomBoolVariable("migrate.rehearsal",
                             "Allows texts to be tried in empty copies of schemas.",
                             "What needs one fails where it is off.", &rehearsal_setting, true,
                             PGC_SUSET, 0, nullptr, nullptr, nullptr);
}

void install_hooks() {
    install_object_hooks();
    count_rollbacks();
}

ProgressMode progress_mode() {
    return ProgressMode(progress_setting);
}

DeploySettings deploy_settings() {
    return {lock_timeout_setting, statement_timeout_setting, lock_retries_setting,
            retry_delay_setting};
}

bool allows_rehearsal() {
    return rehearsal_setting;
}

std::int64_t lock_timeout() {
    return LockTimeout;
}

} // namespace migrate::pg
