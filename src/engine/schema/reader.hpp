// Reads the model of a prefix from the catalogs.
#pragma once

#include "core/schema/model.hpp"
#include "engine/tables/prefix.hpp"

#include <cstdint>
#include <set>

namespace migrate::engine {

/// `own`: what a change to which can only be the prefix's.  `shared`: also schemas, default
/// privileges and extensions that several prefixes have in common, which matters where
/// nobody else changes them meanwhile.
enum class SchemaExtent { own, shared };

struct SchemaReading {
    core::SchemaModel model;
    /// Those objects in it that are nobody's, or common to several prefixes; their parts are
    /// not listed.
    std::set<core::SchemaIdentity> not_owned;

    /// Of what is the prefix's own.
    std::uint64_t own_fingerprint() const;
};

/// The schema of `prefix` as it is now.  The same for the same schema, whoever calls and with
/// whatever settings.  Throws Error.
SchemaReading read_schema(const Prefix& prefix, SchemaExtent extent);

} // namespace migrate::engine
