#include "engine/commands/drift.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/schema/model.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/schema/snapshots.hpp"
#include "engine/tables/current.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/session.hpp"

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::SchemaDifference;

namespace {

const char* word_of(SchemaDifference::Change change) {
    switch (change) {
    case SchemaDifference::Change::added:
        return "added";
    case SchemaDifference::Change::removed:
        return "removed";
    default:
        return "changed";
    }
}

[[noreturn]] void unknown_schema(const Prefix& prefix, const std::vector<std::string>& rows) {
    throw Failure(FailureCode::not_in_prerequisite_state,
                  "the schema of " + described_prefix(prefix.name) + " at " +
                      described_current(rows) + " is not known",
                  prefix.snapshots == core::Snapshots::off ? "Its option \"snapshots\" is \"off\"."
                                                           : "No run has noted it.",
                  prefix.snapshots == core::Snapshots::off
                      ? "Set the option to \"run\" with " +
                            core::select_call("migrate_set_option", {"'snapshots'", "'run'"},
                                              prefix_in_hints(prefix.name)) +
                            ", and upgrade or stamp again."
                      : "Note it as it is now with " +
                            core::select_call("migrate_stamp", {core::sql_array(rows)},
                                              prefix_in_hints(prefix.name)) +
                            ".");
}

} // namespace

std::vector<Drift> drift(const std::optional<std::string>& prefix_argument) {
    const auto prefix = find_or_default(named_prefix(prefix_argument));
    if (!prefix) {
        return {};
    }
    const auto rows = tables::current(prefix->name);
    const auto note = noted_schema(*prefix, rows);
    if (!note) {
        if (rows.empty()) {
            return {};
        }
        unknown_schema(*prefix, rows);
    }
    if (!note->is_of_this_server) {
        pg::notice("the schema was noted on another major version of the server",
                   "What that one prints otherwise counts as a change.");
    }
    std::vector<Drift> result;
    for (SchemaDifference& d : note->differences_now(*prefix)) {
        result.push_back({prefix->name, word_of(d.change), d.object.kind + " " + d.object.name,
                          d.property.empty() ? std::nullopt : std::optional(d.property),
                          std::move(d.from), std::move(d.to)});
    }
    return result;
}

} // namespace migrate::engine
