// Records of objects that were made elsewhere, before a dump was restored here.
#pragma once

#include "engine/tables/prefix.hpp"

namespace migrate::engine {

/// Gives the records of `prefix` the addresses that their objects have here.
void adopt_restored_objects(const Prefix& prefix);

} // namespace migrate::engine
