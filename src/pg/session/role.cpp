#include "pg/session/role.hpp"

#include "pg/wall/call.hpp"
#include "pg/wall/compat.hpp"

namespace migrate::pg {

ObjectId current_role() {
    return GetUserId();
}

ObjectId session_role() {
    return GetSessionUserId();
}

ObjectId authenticated_role() {
    return GetAuthenticatedUserId();
}

std::optional<ObjectId> find_role(const std::string& name) {
    const char* plain = name.c_str();
    const Oid role = call([=] { return get_role_oid(plain, true); });
    return OidIsValid(role) ? std::optional<ObjectId>(role) : std::nullopt;
}

std::string role_name(ObjectId role) {
    return call([=] { return GetUserNameFromId(role, false); });
}

bool is_superuser(ObjectId role) {
    return call([=] { return superuser_arg(role); });
}

bool can_become(ObjectId member, ObjectId role) {
    return call([=] { return compat::can_set_role(member, role); });
}

bool may_create_in_schema(ObjectId schema, ObjectId role) {
    return call([=] { return compat::may_create_in_schema(schema, role); });
}

} // namespace migrate::pg
