#include "engine/commands/adopt.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/run/preflight.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/revision.hpp"
#include "pg/catalog/alembic_version_table.hpp"
#include "pg/wall/scope.hpp"

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

std::vector<StampResult> adopt(const std::string& table,
                               const std::optional<std::string>& prefix_argument) {
    begin_change("migrate_adopt()");
    if (table.empty()) {
        throw Failure(FailureCode::invalid_name, "name of a version table must not be empty", {},
                      "Name the table that says what is applied, such as 'alembic_version'.");
    }
    const Prefix prefix = require_prefix(named_prefix(prefix_argument));
    const pg::ObjectId owner = owner_of(prefix);
    require_membership(owner, "stamp " + described_prefix(prefix.name));
    const auto rows = [&] {
        // Reading can run code of whoever made the table: never as a caller who is more.
        const pg::RoleScope role(owner, pg::Confinement::restricted);
        return pg::read_version_table(table);
    }();
    const auto missing = tables::missing_revisions(prefix.source(), rows);
    if (!missing.empty()) {
        throw Failure(FailureCode::stale_row,
                      (missing.size() > 1 ? "revisions " : "revision ") + core::listed(missing) +
                          " of table " + in_quotes(table) + (missing.size() > 1 ? " are" : " is") +
                          " not registered in " + described_prefix(prefix.source()),
                      "Nothing was stamped.",
                      "Register the whole history first, with the ids that it has there.");
    }
    return set_current(prefix.name, rows.empty() ? std::vector<std::string>{"base"} : rows,
                       StampMode::purge);
}

} // namespace migrate::engine
