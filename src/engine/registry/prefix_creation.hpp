// Creates the row of a prefix, on request or with the first registration in the default prefix.
#pragma once

#include "engine/tables/prefix.hpp"
#include "pg/wall/types.hpp"

#include <optional>
#include <string>

namespace migrate::engine {

struct NewPrefix {
    std::string name;
    std::string owner;
    std::optional<std::string> schema; // nothing: there is no current schema
    core::Naming naming = core::Naming::prefixed;
    std::optional<std::string> template_name;
};

/// Makes the prefix and locks it; nothing when somebody else has made one of this name.  Throws for
/// an unknown or foreign owner, an unknown schema, one in which the owner may not create, and a
/// template that cannot be one.
std::optional<Prefix> insert_checked(const NewPrefix& request);

/// The search_path that a prefix has unless it is told: `schema`, then that of the caller.
std::string default_search_path(const std::string& schema);
/// `value` as it is stored.  Throws Failure(invalid_argument) for what is no list of schemas.
std::string checked_search_path(const std::string& value);

/// Throws Failure(undefined_object).
pg::ObjectId require_role(const std::string& name);

/// The prefix of this name, locked.  Throws Failure(undefined_object).
Prefix lock_or_require(const std::string& name);

/// The prefix, locked, for a registration; the default prefix is made when it is not
/// there yet, and belongs to the caller.
Prefix prefix_for_registration(const std::string& name);

} // namespace migrate::engine
