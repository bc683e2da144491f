#include "engine/commands/prefix.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/prefix_naming.hpp"
#include "core/sql/calls.hpp"
#include "engine/access/rights.hpp"
#include "engine/commands/drift.hpp"
#include "engine/commands/upgrade.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/tables/head_cache.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/scope.hpp"

#include <algorithm>

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

/// The schema first, then the caller's own search_path.
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

void refuse_system_schema(const std::string& schema) {
    // A search_path cannot name a schema that is called $user.
    if (schema.rfind("pg_", 0) == 0 || schema == "information_schema" || schema == "migrate" ||
        schema == "$user") {
        throw Failure(FailureCode::invalid_argument,
                      "schema " + in_quotes(schema) + " is not for the objects of a prefix", {},
                      "Choose another schema.");
    }
}

pg::ObjectId require_role(const std::string& name) {
    const auto role = pg::find_role(name);
    if (!role) {
        throw Failure(FailureCode::undefined_object, "role " + in_quotes(name) + " does not exist");
    }
    return *role;
}

/// Nothing when somebody else has made a prefix of this name.
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
    prefix.isolation = "error";
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
    if (!registry::insert_prefix(prefix)) {
        return std::nullopt;
    }
    // Rows of a prefix that is not there yet may have been put in directly.
    registry::delete_all_of_prefix(prefix.name);
    return lock_prefix(prefix.name, PrefixLock::exclusive);
}

/// Settings that would take the identity away or that a run decides itself.
bool is_reserved_setting(const std::string& name) {
    static const std::vector<std::string> reserved = {"role",
                                                      "session_authorization",
                                                      "search_path",
                                                      "transaction_isolation",
                                                      "client_encoding",
                                                      "transaction_read_only",
                                                      "transaction_deferrable"};
    return std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

void set_server_setting(Prefix& prefix, const std::string& name,
                        const std::optional<std::string>& value, pg::ObjectId owner) {
    if (is_reserved_setting(name)) {
        throw Failure(FailureCode::invalid_argument,
                      "setting " + in_quotes(name) + " cannot be set for a prefix", {},
                      "Set it in the session that calls.");
    }
    // What is taken back is not tried, so a name that nothing has would pass unseen.
    if (!value && name.find('.') == std::string::npos && !pg::setting(name.c_str())) {
        throw Failure(
            FailureCode::undefined_object,
            "unrecognized configuration parameter " + in_quotes(name), {},
            "Options are isolation, search_path, snapshots and the settings of the server.");
    }
    std::erase_if(prefix.settings,
                  [&name](const pg::Setting& setting) { return setting.name == name; });
    if (value) {
        const pg::RoleScope role(owner, pg::Confinement::local);
        // Tried as a run would set it, and taken back.
        pg::SettingsLevel level;
        level.set(name.c_str(), value->c_str());
        prefix.settings.push_back({name, *value});
    }
}

/// The prefix of this name, locked.  Throws Failure(undefined_object).
Prefix lock_or_require(const std::string& name) {
    auto prefix = lock_prefix(name, PrefixLock::exclusive);
    return prefix ? std::move(*prefix) : require_prefix(name);
}

} // namespace

void create_prefix(const NewPrefix& request) {
    begin_change("migrate_create_prefix()");
    core::check_prefix_name(request.name);
    core::parse_naming(request.naming);
    if (request.template_name) {
        lock_prefix(*request.template_name, PrefixLock::shared);
    }
    if (registry::find_prefix(request.name) || !insert_checked(request)) {
        throw Failure(FailureCode::duplicate_object,
                      "prefix " + in_quotes(request.name) + " already exists");
    }
}

void drop_prefix(const std::string& name, bool force) {
    begin_change("migrate_drop_prefix()");
    const Prefix unlocked = require_prefix(name);
    require_membership(owner_of(unlocked), "drop " + described_prefix(name));
    claim_run(unlocked);
    const Prefix prefix = lock_or_require(name);
    if (prefix.number != unlocked.number) {
        claim_run(prefix); // it was dropped, and made again, while we waited
    }
    require_membership(owner_of(prefix), "drop " + described_prefix(name));
    std::vector<std::string> instances;
    for (const Prefix& other : registry::prefixes()) {
        if (other.template_name == name) {
            instances.push_back(other.name);
        }
    }
    if (!instances.empty()) {
        throw Failure(
            FailureCode::object_in_use,
            "cannot drop " + described_prefix(name) + ": other prefixes run its revisions",
            "It is the template of " + core::listed(instances) + ".", "Drop those first.");
    }
    const auto rows = registry::rows(name);
    if (!rows.empty() && !force) {
        throw Failure(
            FailureCode::object_in_use,
            "cannot drop " + described_prefix(name) + ": revisions are applied",
            "It is at " + core::listed(rows) + ".",
            "Downgrade it first, with " +
                core::select_call("migrate_downgrade", {"'base'"}, prefix_in_hints(name)) +
                ", or pass force => true to forget the history and leave the objects "
                "behind.");
    }
    if (const auto run = settle_run(name); run && !force) {
        throw Failure(FailureCode::object_in_use,
                      "cannot drop " + described_prefix(name) + ": revision " +
                          in_quotes(run->revision) + " is half run",
                      "A " + std::string(run->direction == "upgrade" ? "deploy" : "revert") +
                          " has stopped within it.",
                      "Finish that first, or pass force => true to forget it and leave behind what "
                      "was done.");
    }
    registry::advance_generation(name);
    head_cache::forget();
    registry::delete_all_of_prefix(name);
    registry::delete_prefix(name);
}

void set_owner(const std::string& name, const std::string& owner) {
    begin_change("migrate_set_owner()");
    Prefix prefix = lock_or_require(name);
    const pg::ObjectId role = require_role(owner);
    if (const auto before = pg::find_role(prefix.owner)) {
        require_membership(*before, "take " + described_prefix(name) + " from its owner");
    } else if (!pg::is_superuser(pg::current_role())) {
        throw Failure(FailureCode::insufficient_privilege,
                      "permission denied to change the owner of " + described_prefix(name),
                      "Its owner " + in_quotes(prefix.owner) + " does not exist any more.",
                      "Ask a superuser.");
    }
    require_membership(role, "give " + described_prefix(name) + " to role " + in_quotes(owner));
    require_schema(prefix, role, SchemaUse::create);
    prefix.owner = owner;
    if (prefix.template_name) {
        require_template_rights(prefix, require_prefix(*prefix.template_name));
    }
    registry::advance_generation(name);
    registry::update_prefix(prefix);
}

void set_option(const std::string& option, const std::optional<std::string>& value,
                const std::optional<std::string>& prefix_argument) {
    begin_change("migrate_set_option()");
    const std::string name = named_prefix(prefix_argument);
    const std::string lower_option = pg::lower_case(option);
    Prefix prefix = lock_or_require(name);
    const pg::ObjectId owner = owner_of(prefix);
    require_membership(owner, "change " + described_prefix(name));
    if (lower_option == "isolation") {
        prefix.isolation = value.value_or("error");
        if (prefix.isolation != "error" && prefix.isolation != "warn" &&
            prefix.isolation != "off") {
            throw Failure(FailureCode::invalid_argument,
                          "unrecognized isolation " + in_quotes(prefix.isolation), {},
                          "Isolation is \"error\", \"warn\" or \"off\".");
        }
    } else if (lower_option == "snapshots") {
        prefix.snapshots = value.value_or("run");
        parse_snapshots(prefix.snapshots);
    } else if (lower_option == "search_path") {
        prefix.search_path =
            value ? checked_search_path(*value) : default_search_path(prefix.schema);
    } else {
        set_server_setting(prefix, lower_option, value, owner);
    }
    registry::advance_generation(name);
    registry::update_prefix(prefix);
}

Prefix prefix_for_registration(const std::string& name) {
    if (!name.empty() || registry::find_prefix(name)) {
        return lock_or_require(name);
    }
    auto made = insert_checked(
        {name, pg::role_name(pg::current_role()), pg::current_schema(), "any", std::nullopt});
    return made ? std::move(*made) : lock_or_require(name);
}

} // namespace migrate::engine
