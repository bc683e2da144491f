// Reads again what a run has touched of a prefix's schema.
#pragma once

#include "engine/schema/reader.hpp"
#include "pg/wall/types.hpp"

#include <span>

namespace migrate::engine {

/// Whether an object of this catalog can be asked for by itself: a relation, type or function.
bool can_be_read_alone(const pg::ObjectAddressKey& object);

/// The model of the objects `touched` alone, each with its parts, as read_schema has them:
/// relations (a composite type by its type), types and functions.  An object of any other catalog
/// among them stands for all that are none of these, for which the whole schema is read.  What is
/// gone, or not in the model of the prefix, is left out.  Throws Error.
SchemaReading read_touched(const Prefix& prefix, std::span<const pg::ObjectAddressKey> touched);

} // namespace migrate::engine
