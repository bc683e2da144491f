// What is wrong with an edge that a revision asks for: one text for each mistake,
// whoever finds it.
#pragma once

#include "core/failure.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace migrate::core {

/// `parent`, which `id` names in down_revision, is no revision.  `carrier`: whose
/// branch label it is, if it is one.
Failure missing_parent(std::string_view id, std::string_view parent,
                       const std::optional<std::string>& carrier);
/// `need`, which `id` names in depends_on, is neither a revision nor a label.
Failure missing_dependency(std::string_view id, std::string_view need);
/// `id` names itself in down_revision.
Failure own_parent(std::string_view id);
/// `id` names itself in depends_on, or `label`, which it carries.
Failure own_dependency(std::string_view id, const std::optional<std::string>& label);

} // namespace migrate::core

#include "core/no_postgres.hpp"
