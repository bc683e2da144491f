// What several prefixes of a database have in common: schemas with their default privileges, and
// extensions.
#pragma once

#include "core/schema/model.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace migrate::engine {

/// These schemas, the default privileges in them, and all extensions but our own.  Throws Error.
std::vector<core::SchemaObject> read_shared_objects(std::span<const std::int64_t> schemas);

} // namespace migrate::engine
