// Statements on our tables run as the owner of the tables: nobody else can write them.
#pragma once

#include "engine/tables/installation.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/wall/scope.hpp"

namespace migrate::engine {

class AsTableOwner {
  public:
    AsTableOwner() : role_(pg::relation_owner(tables::prefix_table()), pg::Confinement::local) {}

  private:
    pg::RoleScope role_;
};

} // namespace migrate::engine
