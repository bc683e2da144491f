#include "engine/commands/prefix.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/prefix_naming.hpp"
#include "core/sql/calls.hpp"
#include "core/text.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/prefix_locks.hpp"
#include "engine/run/preflight.hpp"
#include "engine/tables/current.hpp"
#include "engine/tables/head_cache.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/scope.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

namespace {

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

} // namespace

void create_prefix(const NewPrefix& request) {
    begin_change("migrate_create_prefix()");
    core::check_prefix_name(request.name);
    if (request.template_name) {
        lock_prefix(*request.template_name, PrefixLock::shared);
    }
    if (tables::find_prefix(request.name) || !insert_checked(request)) {
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
    for (const Prefix& other : tables::prefixes()) {
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
    const auto rows = tables::current(name);
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
        throw Failure(
            FailureCode::object_in_use,
            "cannot drop " + described_prefix(name) + ": revision " + in_quotes(run->revision) +
                " is partially applied",
            "A " + std::string(run->direction == core::Direction::upgrade ? "deploy" : "revert") +
                " has stopped within it.",
            "Finish that first, or pass force => true to forget it and leave behind what "
            "was done.");
    }
    tables::advance_generation(name);
    head_cache::forget();
    tables::delete_all_of_prefix(name);
    tables::delete_prefix(name);
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
    tables::advance_generation(name);
    tables::update_prefix(prefix);
}

void set_option(const std::string& option, const std::optional<std::string>& value,
                const std::optional<std::string>& prefix_argument) {
    begin_change("migrate_set_option()");
    const std::string name = named_prefix(prefix_argument);
    const std::string lower_option = core::lower_case(option);
    Prefix prefix = lock_or_require(name);
    const pg::ObjectId owner = owner_of(prefix);
    require_membership(owner, "change " + described_prefix(name));
    if (lower_option == "isolation") {
        prefix.isolation = core::parse_isolation(value.value_or("error"));
    } else if (lower_option == "snapshots") {
        prefix.snapshots = core::parse_snapshots(value.value_or("run"));
    } else if (lower_option == "search_path") {
        prefix.search_path =
            value ? checked_search_path(*value) : default_search_path(prefix.schema);
    } else {
        set_server_setting(prefix, lower_option, value, owner);
    }
    tables::advance_generation(name);
    tables::update_prefix(prefix);
}

} // namespace migrate::engine
