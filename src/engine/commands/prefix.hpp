// Making, changing and removing prefixes.
#pragma once

#include "engine/tables/registry.hpp"

#include <optional>
#include <string>

namespace migrate::engine {

struct NewPrefix {
    std::string name;
    std::string owner;
    std::optional<std::string> schema; // nothing: there is no current schema
    std::string naming;
    std::optional<std::string> template_name;
};

/// Throws for a bad or taken name, an unknown or foreign owner, an unknown schema, one
/// in which the owner may not create, and a template that cannot be one.
void create_prefix(const NewPrefix& request);

/// Removes a prefix and its history; its objects stay, and are nobody's.  Throws when
/// revisions are applied, unless `force`, and when other prefixes run its revisions.
void drop_prefix(const std::string& name, bool force);

void set_owner(const std::string& name, const std::string& owner);

/// Changes `isolation`, `search_path`, or (any other name) a server setting that holds
/// while the prefix's revisions run.  NULL is the default: `error`, the search_path that
/// create_prefix would give it now, no setting.
void set_option(const std::string& option, const std::optional<std::string>& value,
                const std::optional<std::string>& prefix);

/// The prefix, locked, for a registration; the default prefix is made when it is not
/// there yet, and belongs to the caller.
Prefix prefix_for_registration(const std::string& name);

} // namespace migrate::engine
