#include "pg/wall/scope.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/compat.hpp"

namespace migrate::pg {

SettingsLevel::SettingsLevel() : level_(NewGUCNestLevel()) {}

SettingsLevel::~SettingsLevel() {
    if (!unwinding_) {
        // "false" is the point: with true, what a text SET would stay.
        AtEOXact_GUC(false, level_);
    }
}

void SettingsLevel::set(const char* name, const char* value) {
    call([=] {
        set_config_option(name, value, superuser() ? PGC_SUSET : PGC_USERSET, PGC_S_SESSION,
                          GUC_ACTION_SAVE, true, 0, false);
    });
}

void SettingsLevel::set(std::span<const Setting> settings) {
    for (const Setting& setting : settings) {
        set(setting.name.c_str(), setting.value.c_str());
    }
}

RoleScope::RoleScope(ObjectId role, Confinement confinement) {
    GetUserIdAndSecContext(&role_before_, &context_before_);
    int context = context_before_;
    if (confinement != Confinement::none) {
        context |= SECURITY_LOCAL_USERID_CHANGE;
    }
    if (confinement == Confinement::restricted) {
        context |= SECURITY_RESTRICTED_OPERATION;
    }
    SetUserIdAndSecContext(role, context);
}

RoleScope::~RoleScope() {
    // Two assignments that cannot fail, so right on both ways out.
    SetUserIdAndSecContext(role_before_, context_before_);
}

} // namespace migrate::pg
