// Settings for a statement that commits by itself: no level of settings lives through that,
// so they are set as a SET of the session would, and put back afterwards.
#pragma once

#include "pg/wall/scope.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace migrate::pg {

class SessionSettings {
  public:
    /// Notes how `settings` stand, and sets them as the current role may.  Holds once the
    /// transaction is committed.  Throws Error.
    explicit SessionSettings(std::span<const Setting> settings);

    /// Puts everything back, in a sound transaction, as soon as that is committed.  What the
    /// server refuses is told by a WARNING.
    void restore() const;

  private:
    struct Before {
        std::string name;
        std::optional<std::string> value; // nothing: as RESET would have it
    };
    std::vector<Before> before_;
};

/// The values that `names` have now; unknown ones are left out.
std::vector<Setting> setting_values(std::span<const std::string> names);

} // namespace migrate::pg
