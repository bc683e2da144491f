// Statements of the registry run as the owner of the tables.
#pragma once

#include "engine/registry.hpp"
#include "pg/role.hpp"
#include "pg/scope.hpp"

namespace migrate::engine {

class RegistryScope {
  public:
    RegistryScope() : role_(pg::relation_owner(registry::prefix_table()), pg::Confinement::local) {}

  private:
    pg::RoleScope role_;
};

} // namespace migrate::engine
