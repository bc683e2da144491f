// The rows of pg_depend.
#pragma once

#include "core/schema/dependencies.hpp"

#include <vector>

namespace migrate::engine {

/// What users' objects depend on, schemas aside: one scan.  Throws Error.
std::vector<core::DependencyRow> dependency_rows();

} // namespace migrate::engine
