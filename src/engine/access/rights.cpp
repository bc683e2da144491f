#include "engine/access/rights.hpp"

#include "core/failure.hpp"
#include "core/prefix_naming.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/identifiers.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

pg::ObjectId owner_of(const Prefix& prefix) {
    const auto role = pg::find_role(prefix.owner);
    if (!role) {
        throw Failure(FailureCode::undefined_object,
                      "role " + in_quotes(prefix.owner) + " does not exist",
                      "It owns " + described_prefix(prefix.name) + ".",
                      "Create the role, or give the prefix to another one with migrate_set_owner.");
    }
    return *role;
}

void require_membership(pg::ObjectId owner, std::string_view what) {
    const pg::ObjectId caller = pg::current_role();
    // Membership in a superuser role is not enough: it would turn any member's text into
    // one that a superuser runs.
    if (pg::can_become(caller, owner) && (!pg::is_superuser(owner) || pg::is_superuser(caller))) {
        return;
    }
    const std::string role = in_quotes(pg::role_name(owner));
    const bool is_superuser = pg::is_superuser(owner);
    throw Failure(
        FailureCode::insufficient_privilege, "permission denied to " + std::string(what),
        "Only role " + role +
            (is_superuser ? " and other superusers" : " and roles that can SET ROLE to it") +
            " may.",
        "Connect as " + role +
            (is_superuser ? ", or ask another superuser." : ", or ask for membership in it."));
}

void require_schema(const Prefix& prefix, pg::ObjectId owner, SchemaUse use) {
    const auto schema = pg::find_schema(prefix.schema);
    if (!schema) {
        throw Failure(FailureCode::undefined_object,
                      "schema " + in_quotes(prefix.schema) + " does not exist", {},
                      "Create it first.");
    }
    if (use == SchemaUse::create && !pg::may_create_in_schema(*schema, owner)) {
        const std::string role = pg::role_name(owner);
        throw Failure(FailureCode::insufficient_privilege,
                      "role " + in_quotes(role) + " may not create objects in schema " +
                          in_quotes(prefix.schema),
                      {},
                      "GRANT CREATE ON SCHEMA " + pg::quote_identifier(prefix.schema) + " TO " +
                          pg::quote_identifier(role) + ", or choose another schema.");
    }
}

RunIdentity run_identity(const Prefix& prefix) {
    const pg::ObjectId owner = owner_of(prefix);
    require_membership(owner, "run revisions of " + described_prefix(prefix.name));
    // Where the owner could become each role that the session can lead to anyway, nothing is
    // gained by confinement, and temporary tables and SET ROLE work.
    const auto roles = {pg::current_role(), pg::session_role(), pg::authenticated_role()};
    const bool is_free = std::all_of(roles.begin(), roles.end(), [owner](pg::ObjectId role) {
        return pg::can_become(owner, role);
    });
    return {owner, is_free ? pg::Confinement::none : pg::Confinement::restricted};
}

namespace {

/// Membership does not help where the owner is a superuser.
std::string template_rights_hint(const Prefix& prefix, const Prefix& source, pg::ObjectId owner) {
    if (!pg::is_superuser(owner)) {
        return "GRANT " + pg::quote_identifier(prefix.owner) + " TO " +
               pg::quote_identifier(source.owner) + ", or change an owner with migrate_set_owner.";
    }
    return "Have " + described_prefix(prefix.name) + " owned by " + in_quotes(source.owner) +
           " or a role that it can become, or the template by a superuser: "
           "migrate_create_prefix and migrate_set_owner take an owner.";
}

} // namespace

void require_template_rights(const Prefix& prefix, const Prefix& source) {
    const pg::ObjectId owner = owner_of(prefix);
    const pg::ObjectId author = owner_of(source);
    if (pg::can_become(author, owner) && (!pg::is_superuser(owner) || pg::is_superuser(author))) {
        return;
    }
    throw Failure(FailureCode::insufficient_privilege,
                  "texts of template " + in_quotes(source.name) + " may not run as role " +
                      in_quotes(prefix.owner),
                  "Role " + in_quotes(source.owner) + " writes them, and cannot become " +
                      in_quotes(prefix.owner) + ", which owns " + described_prefix(prefix.name) +
                      ".",
                  template_rights_hint(prefix, source, owner));
}

} // namespace migrate::engine
