#include "engine/commands/drift.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/schema/model.hpp"
#include "engine/access/rights.hpp"
#include "engine/schema/reader.hpp"
#include "engine/tables/snapshot.hpp"
#include "pg/session/session.hpp"

#include <array>
#include <charconv>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;
using core::SchemaDifference;
using core::SchemaModel;

namespace {

SchemaModel current_model(const Prefix& prefix) {
    return read_schema(prefix, SchemaExtent::own).model;
}

/// What others make beside the prefix is no matter of a downgrade.  Empty while something is there
/// that an earlier downgrade had to leave: it goes as soon as it can, so nothing follows from it.
std::string fingerprint_text(const Prefix& prefix, const SchemaReading& reading) {
    if (!registry::kept_objects(prefix.name).empty()) {
        return {};
    }
    std::array<char, 16> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), reading.own_fingerprint(), 16);
    return {digits.data(), end};
}

std::string described_rows(const std::vector<std::string>& rows) {
    return rows.empty() ? "its base"
                        : (rows.size() > 1 ? "revisions " : "revision ") + core::listed(rows);
}

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
                  "the schema of " + described_prefix(prefix.name) + " at " + described_rows(rows) +
                      " is not known",
                  parse_snapshots(prefix.snapshots) == Snapshots::off
                      ? "Its option \"snapshots\" is \"off\"."
                      : "No run has noted it.",
                  parse_snapshots(prefix.snapshots) == Snapshots::off
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

Snapshots parse_snapshots(std::string_view text) {
    if (text == "run") {
        return Snapshots::after_run;
    }
    if (text == "revision") {
        return Snapshots::after_revision;
    }
    if (text == "off") {
        return Snapshots::off;
    }
    throw Failure(FailureCode::invalid_argument, "unrecognized snapshots " + in_quotes(text), {},
                  "Snapshots are \"run\", \"revision\" or \"off\".");
}

void note_beginning(const Prefix& prefix, std::span<const std::string> revisions) {
    registry::forget_snapshots(prefix.name, revisions);
    if (parse_snapshots(prefix.snapshots) == Snapshots::off ||
        !registry::rows(prefix.name).empty()) {
        return;
    }
    registry::keep_snapshot(prefix.name, {},
                            fingerprint_text(prefix, read_schema(prefix, SchemaExtent::own)),
                            std::nullopt);
}

void forget_base(const Prefix& prefix) {
    if (registry::kept_fingerprint(prefix.name, {})) {
        registry::keep_snapshot(prefix.name, {}, "", std::nullopt);
    }
}

bool notes_schema(const Prefix& prefix, bool is_last) {
    const Snapshots snapshots = parse_snapshots(prefix.snapshots);
    return snapshots == Snapshots::after_revision || (snapshots == Snapshots::after_run && is_last);
}

void note_schema(const Prefix& prefix, core::Direction direction, bool is_last, bool is_told) {
    if (!notes_schema(prefix, is_last)) {
        return;
    }
    const SchemaReading reading = read_schema(prefix, SchemaExtent::own);
    const std::string fingerprint = fingerprint_text(prefix, reading);
    const auto rows = registry::rows(prefix.name);
    if (direction == core::Direction::downgrade && !is_told) {
        const auto kept = registry::kept_fingerprint(prefix.name, rows);
        if (kept && !kept->empty() && !fingerprint.empty() && *kept != fingerprint) {
            pg::warning("01000",
                        "schema of " + described_prefix(prefix.name) + " is not what it was at " +
                            described_rows(rows),
                        "The downgrade has left or removed something, or something else has "
                        "changed it since.",
                        core::select_call("migrate_verify", {}, prefix_in_hints(prefix.name)) +
                            " tells what pending revisions leave.");
        }
    }
    registry::keep_snapshot(prefix.name, rows, fingerprint, reading.model.to_text());
}

std::vector<Drift> drift(const std::optional<std::string>& prefix_argument) {
    const auto prefix = find_or_default(named_prefix(prefix_argument));
    if (!prefix) {
        return {};
    }
    const auto rows = registry::rows(prefix->name);
    const auto snapshot = registry::find_snapshot(prefix->name);
    if (!snapshot || snapshot->rows != rows) {
        if (rows.empty()) {
            return {};
        }
        unknown_schema(*prefix, rows);
    }
    if (!snapshot->is_of_this_server) {
        pg::notice("the schema was noted on another major version of the server",
                   "What that one prints otherwise counts as a change.");
    }
    std::vector<Drift> result;
    for (SchemaDifference& d :
         core::compare(SchemaModel::from_text(snapshot->objects), current_model(*prefix))) {
        result.push_back({prefix->name, word_of(d.change), d.object.kind + " " + d.object.name,
                          d.property.empty() ? std::nullopt : std::optional(d.property),
                          std::move(d.from), std::move(d.to)});
    }
    return result;
}

std::optional<bool> has_drifted(const Prefix& prefix, const std::vector<std::string>& rows) {
    const auto snapshot = registry::find_snapshot(prefix.name);
    if (!snapshot || snapshot->rows != rows || !snapshot->is_of_this_server) {
        return std::nullopt;
    }
    return current_model(prefix).to_text() != snapshot->objects;
}

} // namespace migrate::engine
