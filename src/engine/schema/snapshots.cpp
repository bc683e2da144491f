#include "engine/schema/snapshots.hpp"

#include "core/plan/lookup.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/schema/reader.hpp"
#include "engine/tables/current.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/snapshot.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/session.hpp"

#include <array>
#include <charconv>

namespace migrate::engine {

using core::SchemaModel;
using core::Snapshots;

namespace {

/// What others make beside the prefix is no matter of a downgrade.  Empty while something is there
/// that an earlier downgrade had to leave: it goes as soon as it can, so nothing follows from it.
std::string fingerprint_text(const Prefix& prefix, const SchemaReading& reading) {
    if (!tables::kept_objects(prefix.name).empty()) {
        return {};
    }
    std::array<char, 16> digits{};
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), reading.own_fingerprint(), 16);
    return {digits.data(), end};
}

} // namespace

SchemaModel current_model(const Prefix& prefix) {
    return read_schema(prefix, SchemaExtent::own).model;
}

std::string described_current(const std::vector<std::string>& current) {
    return current.empty()
               ? "its base"
               : (current.size() > 1 ? "revisions " : "revision ") + core::listed(current);
}

void note_beginning(const Prefix& prefix, std::span<const std::string> revisions) {
    tables::forget_snapshots(prefix.name, revisions);
    if (prefix.snapshots == Snapshots::off || !tables::current(prefix.name).empty()) {
        return;
    }
    tables::keep_snapshot(prefix.name, {},
                          fingerprint_text(prefix, read_schema(prefix, SchemaExtent::owned)),
                          std::nullopt);
}

void forget_base(const Prefix& prefix) {
    if (tables::kept_fingerprint(prefix.name, {})) {
        tables::keep_snapshot(prefix.name, {}, "", std::nullopt);
    }
}

bool notes_schema(const Prefix& prefix, RunMoment moment) {
    return prefix.snapshots == Snapshots::after_revision ||
           (prefix.snapshots == Snapshots::after_run && moment == RunMoment::after_last);
}

void note_schema(const Prefix& prefix, RunMoment moment, DriftCheck check) {
    if (!notes_schema(prefix, moment)) {
        return;
    }
    const SchemaReading reading = read_schema(prefix, SchemaExtent::own);
    const std::string fingerprint = fingerprint_text(prefix, reading);
    const auto rows = tables::current(prefix.name);
    if (check == DriftCheck::warn) {
        const auto kept = tables::kept_fingerprint(prefix.name, rows);
        if (kept && !kept->empty() && !fingerprint.empty() && *kept != fingerprint) {
            pg::warning("01000",
                        "schema of " + described_prefix(prefix.name) + " is not what it was at " +
                            described_current(rows),
                        "The downgrade has left or removed something, or something else has "
                        "changed it since.",
                        core::select_call("migrate_verify", {}, prefix_in_hints(prefix.name)) +
                            " tells what pending revisions leave.");
        }
    }
    tables::keep_snapshot(prefix.name, rows, fingerprint, reading.model.to_text());
}

std::optional<bool> has_drifted(const Prefix& prefix, const std::vector<std::string>& rows) {
    const auto snapshot = tables::find_snapshot(prefix.name);
    if (!snapshot || snapshot->rows != rows || !snapshot->is_of_this_server) {
        return std::nullopt;
    }
    return current_model(prefix).to_text() != snapshot->objects;
}

} // namespace migrate::engine
