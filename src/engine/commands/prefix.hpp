// migrate_create_prefix, migrate_drop_prefix, migrate_set_owner and migrate_set_option.
#pragma once

#include "engine/registry/prefix_creation.hpp"

#include <optional>
#include <string>

namespace migrate::engine {

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

} // namespace migrate::engine
