// Catalog queries that find objects by a name that a user typed.
#pragma once

#include "pg/wall/types.hpp"

#include <string>
#include <vector>

namespace migrate::engine::catalog {

/// Relations, types, functions and columns of this name, on the caller's search_path or qualified;
/// a function with the types of its arguments, too.  None for what cannot be a name.
std::vector<pg::ObjectAddressKey> objects_named(const std::string& name);

} // namespace migrate::engine::catalog
