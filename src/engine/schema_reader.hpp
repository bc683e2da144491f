// Reads the model of a prefix from the catalogs, a query for each kind of object.
#pragma once

#include "core/schema_model.hpp"
#include "engine/registry.hpp"

namespace migrate::engine {

/// `own`: what a change to which can only be the prefix's.  `shared`: also schemas, default
/// privileges and extensions that several prefixes have in common, which matters where
/// nobody else changes them meanwhile.
enum class SchemaExtent { own, shared };

/// The schema of `prefix` as it is now.  The same for the same schema, whoever calls and with
/// whatever settings.  Throws Error.
core::SchemaModel read_schema(const Prefix& prefix, SchemaExtent extent);

} // namespace migrate::engine
