// What must be put back when a piece of work ends.  Destructors call the server
// only on the way out that succeeds: after an error the abort of the
// (sub)transaction puts everything back, and the server must not be called.
#pragma once

#include <exception>
#include <span>
#include <string>

#include "pg/wall/types.hpp"

namespace migrate::pg {

/// Tells a destructor whether it runs because of an exception.
class Unwinding {
  public:
    explicit operator bool() const noexcept { return std::uncaught_exceptions() > at_entry_; }

  private:
    int at_entry_ = std::uncaught_exceptions();
};

/// A setting and the value that it is to have.
struct Setting {
    std::string name;
    std::string value;
};

/// A level of settings: every SET, SET LOCAL and set_config() below it is undone
/// at its end.
class SettingsLevel {
  public:
    SettingsLevel();
    ~SettingsLevel();
    SettingsLevel(const SettingsLevel&) = delete;
    SettingsLevel& operator=(const SettingsLevel&) = delete;

    /// Sets `name` until the end of this level.  Throws Error for a bad value.
    void set(const char* name, const char* value);
    /// The same for each of `settings`, in their order.
    void set(std::span<const Setting> settings);

  private:
    int level_;
    Unwinding unwinding_;
};

/// How much a role that we act as may do to the session.
enum class Confinement {
    none,      // the session is its own anyway
    local,     // it cannot change its role (SECURITY_LOCAL_USERID_CHANGE)
    restricted // nor leave anything behind that runs later (… | SECURITY_RESTRICTED_OPERATION)
};

/// Acts as another role.
class RoleScope {
  public:
    RoleScope(ObjectId role, Confinement confinement);
    ~RoleScope();
    RoleScope(const RoleScope&) = delete;
    RoleScope& operator=(const RoleScope&) = delete;

  private:
    ObjectId role_before_;
    int context_before_;
};

} // namespace migrate::pg
