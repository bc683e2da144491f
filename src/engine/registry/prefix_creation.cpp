#include "engine/registry/prefix_creation.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/run/prefix_locks.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/identifiers.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

namespace {

/// A search_path out of `names`, temporary objects last of all: a temporary table of the
/// session must not stand in for one that a text names.
std::string search_path_of(const std::vector<std::string>& names) {
    std::string path;
    for (const std::string& name : names) {
        if (name != "pg_temp") {
            path += (name == "$user" ? "\"$user\"" : pg::quote_identifier(name)) + ", ";
        }
    }
    return path + "pg_temp";
}

void refuse_system_schema(const std::string& schema) {
    // A search_path cannot name a schema that is called $user.
    if (pg::is_system_schema(schema) || schema == "migrate" || schema == "$user") {
        throw Failure(FailureCode::invalid_argument,
                      "schema " + in_quotes(schema) + " is not for the objects of a prefix", {},
                      "Choose another schema.");
    }
}

} // namespace

std::string default_search_path(const std::string& schema) {
    std::vector<std::string> names = {schema};
    const auto current = pg::split_identifiers(pg::setting("search_path").value_or(""));
    for (const std::string& name : current.value_or(std::vector<std::string>())) {
        if (name != schema) {
            names.push_back(name);
        }
    }
    return search_path_of(names);
}

std::string checked_search_path(const std::string& value) {
    const auto names = pg::split_identifiers(value);
    if (!names) {
        throw Failure(
            FailureCode::invalid_argument, "invalid search_path " + in_quotes(value), {},
            "Give a list of schemas as SET search_path takes it, or NULL for the default.");
    }
    return search_path_of(*names);
}

pg::ObjectId require_role(const std::string& name) {
    const auto role = pg::find_role(name);
    if (!role) {
        throw Failure(FailureCode::undefined_object, "role " + in_quotes(name) + " does not exist");
    }
    return *role;
}

std::optional<Prefix> insert_checked(const NewPrefix& request) {
    if (!request.schema) {
        throw Failure(FailureCode::undefined_object, "no schema has been selected to create in", {},
                      "Name an existing schema in search_path, or pass one.");
    }
    Prefix prefix;
    prefix.name = request.name;
    prefix.owner = request.owner;
    prefix.schema = *request.schema;
    prefix.naming = request.naming;
    prefix.template_name = request.template_name;
    const pg::ObjectId owner = require_role(prefix.owner);
    require_membership(owner, "give " + described_prefix(prefix.name) + " to role " +
                                  in_quotes(prefix.owner));
    refuse_system_schema(prefix.schema);
    require_schema(prefix, owner, SchemaUse::create);
    prefix.search_path = default_search_path(prefix.schema);
    if (prefix.template_name) {
        const Prefix source = require_prefix(*prefix.template_name);
        if (source.template_name) {
            throw Failure(FailureCode::invalid_argument,
                          described_prefix(source.name) + " cannot be a template",
                          "It has no revisions of its own: it runs those of template " +
                              in_quotes(*source.template_name) + ".",
                          "Use that template.");
        }
        // Whoever makes an instance can have the template's revisions applied, and so fixed.
        require_membership(owner_of(source),
                           "make an instance of template " + in_quotes(source.name));
        require_template_rights(prefix, source);
    }
    if (!tables::insert_prefix(prefix)) {
        return std::nullopt;
    }
    // Rows of a prefix that is not there yet may have been put in directly.
    tables::delete_all_of_prefix(prefix.name);
    return lock_prefix(prefix.name, PrefixLock::exclusive);
}

Prefix lock_or_require(const std::string& name) {
    auto prefix = lock_prefix(name, PrefixLock::exclusive);
    return prefix ? std::move(*prefix) : require_prefix(name);
}

Prefix prefix_for_registration(const std::string& name) {
    if (!name.empty() || tables::find_prefix(name)) {
        return lock_or_require(name);
    }
    auto made = insert_checked({name, pg::role_name(pg::current_role()), pg::current_schema(),
                                core::Naming::any, std::nullopt});
    return made ? std::move(*made) : lock_or_require(name);
}

} // namespace migrate::engine
