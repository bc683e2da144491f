#include "engine/adoption.hpp"

#include "core/failure.hpp"
#include "core/names.hpp"
#include "engine/ownership.hpp"
#include "engine/registry.hpp"
#include "pg/version_table.hpp"

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

std::vector<StampResult> adopt(const std::string& table,
                               const std::optional<std::string>& prefix_argument) {
    const Prefix prefix = require_prefix(named_prefix(prefix_argument));
    const auto rows = pg::read_version_table(table);
    const auto missing = registry::missing_revisions(prefix.source(), rows);
    if (!missing.empty()) {
        throw Failure(FailureCode::stale_row,
                      (missing.size() > 1 ? "revisions " : "revision ") + core::listed(missing) +
                          " of table " + in_quotes(table) + (missing.size() > 1 ? " are" : " is") +
                          " not registered in " + described_prefix(prefix.source()),
                      "Nothing was stamped.",
                      "Register the whole history first, with the ids that it has there.");
    }
    return stamp(rows.empty() ? std::vector<std::string>{"base"} : rows, true, prefix.name);
}

} // namespace migrate::engine
