// Statements of the registry run as the owner of the tables.
#pragma once

#include "engine/tables/registry.hpp"
#include "pg/session/role.hpp"
#include "pg/wall/scope.hpp"

namespace migrate::engine {

class RegistryScope {
  public:
    RegistryScope() : role_(pg::relation_owner(registry::prefix_table()), pg::Confinement::local) {}

  private:
    pg::RoleScope role_;
};

} // namespace migrate::engine
