// Reads the model of a prefix from the catalogs.
#pragma once

#include "core/schema/model.hpp"
#include "engine/objects/ownership.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/wall/types.hpp"

#include <set>
#include <span>
#include <utility>
#include <vector>

namespace migrate::engine {

/// `owned`: what is the prefix's.  `own`: of a prefix that takes any name also what is nobody's in
/// its schemas, and what `shared` adds.  `shared`: also schemas, default privileges and extensions
/// that several prefixes have in common, which matters where nobody else changes them meanwhile.
enum class SchemaExtent { owned, own, shared };

/// Whether to read what needs what as well, for which all dependencies in the database are scanned.
enum class SchemaDetail { objects, dependencies };

struct SchemaReading {
    core::SchemaModel model;
    /// Those objects in it that are nobody's, or common to several prefixes; their parts are
    /// not listed.
    std::set<core::SchemaIdentity> not_owned;
    /// Objects that are not in it, nor are their parts, for somebody holds a lock that the server
    /// needs to print them.
    std::set<core::SchemaIdentity> locked;

    /// What needs what of the model; with SchemaDetail::dependencies only.
    std::vector<core::SchemaDependency> dependencies;
};

/// The schema of `prefix` as it is now.  The same for the same schema, whoever calls and with
/// whatever settings.  Waits for nobody, and leaves no lock behind.  Throws Error.
SchemaReading read_schema(const Prefix& prefix, SchemaExtent extent,
                          SchemaDetail detail = SchemaDetail::objects);

/// Whether an object of this catalog can be asked for by itself: a relation, type or function.
bool can_be_read_alone(const pg::ObjectAddressKey& object);

/// The same as read_schema, but of the objects `wholes` only, each with its parts: relations (a
/// composite type by its type), types and functions.  An object of any other catalog among them
/// stands for all that are none of these.  What is gone, or not in the model of the prefix, is left
/// out.  `ownership`: if somebody has read it.  Throws Error.
SchemaReading read_objects(const Prefix& prefix, SchemaExtent extent,
                           std::span<const pg::ObjectAddressKey> wholes,
                           const Ownership* ownership = nullptr);

} // namespace migrate::engine
