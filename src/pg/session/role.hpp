// Roles: names, membership, superusers, the current role.
#pragma once

#include <optional>
#include <string>

#include "pg/wall/types.hpp"

namespace migrate::pg {

/// The role whose rights are in force now (not the session's).
ObjectId current_role();
/// The role that the session can always return to by RESET ROLE.
ObjectId session_role();
/// The role that logged in, to which SET SESSION AUTHORIZATION leads.
ObjectId authenticated_role();

/// The role named `name`, nothing when there is none.
std::optional<ObjectId> find_role(const std::string& name);
/// The name of an existing role.
std::string role_name(ObjectId role);

bool is_superuser(ObjectId role);

/// Whether `member` could SET ROLE to `role`.
bool can_become(ObjectId member, ObjectId role);

/// Whether `role` may create objects in `schema`.
bool may_create_in_schema(ObjectId schema, ObjectId role);

} // namespace migrate::pg
