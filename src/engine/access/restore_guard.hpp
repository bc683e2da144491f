// Who may write our tables directly.  A plain role that restores a dump must be able to, or
// the history would be lost; but nobody may slip a prefix, or a text, under the rights of a
// role that he could not become.
#pragma once

#include <optional>
#include <string>

namespace migrate::engine {

/// Whether the current role, which does not own our tables, may store a row of `table` that
/// belongs to `prefix`.  `owner`: of the prefix, for the row that makes it.  Says with a WARNING
/// when not.
bool may_store(const std::string& table, const std::string& prefix,
               const std::optional<std::string>& owner);

} // namespace migrate::engine
