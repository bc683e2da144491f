// migrate_register, migrate_create and migrate_unregister.
#pragma once

#include "engine/registry/registration.hpp"

#include <optional>
#include <string>

namespace migrate::engine {

/// What became of the revision: `registered`, `unchanged` or `replaced`.
std::string register_revision(const Registration& request);

/// The id that was generated.
std::string create_revision(Registration request);

/// Takes out a revision that nothing builds on and that is applied nowhere.
void unregister_revision(const std::string& id, const std::optional<std::string>& prefix);

} // namespace migrate::engine
