// Reads single objects of a prefix's schema.
#pragma once

#include "engine/schema/reader.hpp"
#include "pg/wall/types.hpp"

#include <span>

namespace migrate::engine {

/// Whether an object of this catalog can be asked for by itself: a relation, type or function.
bool can_be_read_alone(const pg::ObjectAddressKey& object);

/// The same as read_schema, but of the objects `wholes` only, each with its parts: relations (a
/// composite type by its type), types and functions.  An object of any other catalog among them
/// stands for all that are none of these.  What is gone, or not in the model of the prefix, is left
/// out.  Throws Error.
SchemaReading read_objects(const Prefix& prefix, SchemaExtent extent,
                           std::span<const pg::ObjectAddressKey> wholes);

} // namespace migrate::engine
