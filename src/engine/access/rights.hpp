// Rights: which role a prefix's texts run as, and which callers may run them.  They are checked at
// each call.
#pragma once

#include "engine/tables/prefix.hpp"
#include "pg/wall/scope.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace migrate::engine {

/// Throws unless the caller can become role `owner`, and is a superuser where that one
/// is.  `what` completes "permission denied to …".
void require_membership(pg::ObjectId owner, std::string_view what);

/// The role that owns `prefix`; throws when it does not exist any more.
pg::ObjectId owner_of(const Prefix& prefix);

/// Role and confinement to run the texts of `prefix` with.  Throws
/// Failure(insufficient_privilege) when the caller may not.
struct RunIdentity {
    pg::ObjectId role;
    pg::Confinement confinement;
    friend bool operator==(const RunIdentity&, const RunIdentity&) = default;
};
RunIdentity run_identity(const Prefix& prefix);

/// Throws unless the schema of `prefix` exists and, for an upgrade, `owner` may create in
/// it: else unqualified names would land in the next schema of the search_path.
enum class SchemaUse { look_up, create };
void require_schema(const Prefix& prefix, pg::ObjectId owner, SchemaUse use);

/// Throws unless texts written by the owner of `source` may run as the owner of
/// `prefix`: else a template would be a way to another role's rights.
void require_template_rights(const Prefix& prefix, const Prefix& source);

} // namespace migrate::engine
