// migrate_sql: one script out of a range of revisions, to be run by psql somewhere else.
#pragma once

#include <optional>
#include <string>

namespace migrate::engine {

/// The SQL that leads from the low end of `range` to its high end, `lo:hi` for an upgrade,
/// `hi:lo` for a downgrade, and stamps the prefix in the end.  Throws for a range that is
/// not one, revisions without a down text, and texts that refuse a transaction.
std::string script_of(const std::string& range, const std::optional<std::string>& prefix);

} // namespace migrate::engine
