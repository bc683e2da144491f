#include "engine/schema/snapshots.hpp"

#include "core/plan/lookup.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/catalog/dependents.hpp"
#include "engine/schema/objects.hpp"
#include "engine/schema/reader.hpp"
#include "engine/schema/scope.hpp"
#include "engine/tables/current.hpp"
#include "engine/tables/noted_object.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/snapshot.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/identifiers.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/session.hpp"

#include <algorithm>
#include <utility>

namespace migrate::engine {

using core::SchemaModel;
using core::SchemaSum;
using core::Snapshots;
using core::WholeObject;

namespace {

/// Empty while something is there that an earlier downgrade had to leave: it goes as soon as it
/// can, so nothing follows from it.
std::string fingerprint_of(const Prefix& prefix, const SchemaSum& sum) {
    return tables::kept_objects(prefix.name).empty() ? sum.word() : std::string();
}

/// What others make beside the prefix counts nothing: it is no matter of a downgrade.
std::vector<NotedObject> to_note(const SchemaReading& reading, SchemaSum& sum) {
    std::vector<NotedObject> result;
    for (WholeObject& object : core::whole_objects(reading.model)) {
        std::optional<std::uint64_t> count;
        if (!reading.not_owned.contains(object.identity) &&
            !reading.not_owned.contains(object.parent)) {
            count = SchemaSum::of(object);
            sum.add(*count);
        }
        result.push_back({std::move(object.identity), std::move(object.text), count});
    }
    for (const core::SchemaIdentity& identity : reading.locked) {
        result.push_back({identity, std::nullopt, std::nullopt});
    }
    return result;
}

/// All objects as they are now, and their sum.
struct FullNote {
    SchemaSum sum;
    std::vector<NotedObject> objects;

    explicit FullNote(const Prefix& prefix)
        : objects(to_note(read_schema(prefix, SchemaExtent::own), sum)) {}

    void write(const Prefix& prefix) const {
        tables::forget_noted(prefix.name);
        tables::note_objects(prefix.name, objects);
    }
};

/// Notes all objects anew; returns their sum.
SchemaSum note_all(const Prefix& prefix) {
    const FullNote note(prefix);
    note.write(prefix);
    return note.sum;
}

/// Whether the model covers other schemas than it did when it was noted, with all that is nobody's
/// there: what was touched does not tell of those then.
bool has_other_schemas(const Prefix& prefix, const TouchedObjects& touched) {
    const auto own = pg::find_schema(prefix.schema);
    const bool is_in_own = std::all_of(touched.schemas().begin(), touched.schemas().end(),
                                       [&](pg::ObjectId schema) { return own == schema; });
    if (prefix.naming != core::Naming::any || is_in_own) {
        return false;
    }
    std::vector<std::string> names;
    const SchemaScope scope(prefix);
    for (const std::int64_t schema : scope.schemas()) {
        names.push_back(pg::quote_identifier(pg::schema_name(pg::ObjectId(schema))));
    }
    std::sort(names.begin(), names.end());
    return names != tables::noted_names(prefix.name, "schema");
}

} // namespace

std::string described_current(const std::vector<std::string>& current) {
    return current.empty()
               ? "its base"
               : (current.size() > 1 ? "revisions " : "revision ") + core::listed(current);
}

bool notes_schema(const Prefix& prefix, RunMoment moment) {
    return prefix.snapshots == Snapshots::after_revision ||
           (prefix.snapshots == Snapshots::after_run && moment == RunMoment::after_last);
}

void RunNote::begin(const Prefix& prefix, core::Direction direction,
                    std::span<const std::string> revisions, Start start) {
    const bool is_upgrade = direction == core::Direction::upgrade;
    if (is_upgrade) {
        tables::forget_snapshots(prefix.name, revisions);
    }
    if (prefix.snapshots == Snapshots::off) {
        // The run may lead back to the same revisions by another way.
        tables::leave_snapshot(prefix.name);
        return;
    }
    const auto rows = tables::current(prefix.name);
    if (is_upgrade && rows.empty()) {
        sum_ = note_all(prefix);
        tables::keep_snapshot(prefix.name, rows, fingerprint_of(prefix, *sum_));
        is_known_ = start == Start::between_revisions;
        return;
    }
    const auto noted = tables::find_snapshot(prefix.name);
    is_known_ = start == Start::between_revisions && noted && noted->is_here &&
                noted->is_of_this_server && noted->rows == rows;
    sum_ = is_known_ ? SchemaSum::from_word(noted->fingerprint) : std::nullopt;
}

/// Brings the note up to what was touched.  Returns false when that is not enough.
bool RunNote::note_touched(const Prefix& prefix) {
    if (!is_known_ || touched_.is_everything() || has_other_schemas(prefix, touched_)) {
        return false;
    }
    auto objects = touched_.wholes();
    if (const auto reaching = touched_.reaching(); !reaching.objects.empty()) {
        const auto more =
            catalog::dependents(reaching.catalogs, reaching.objects, reaching.changes);
        objects.insert(objects.end(), more.begin(), more.end());
    }
    if (objects.empty()) {
        return true;
    }
    if (!sum_) {
        sum_ = tables::noted_sum(prefix.name);
    }
    const SchemaReading reading = read_touched(prefix, objects);
    SchemaSum added;
    const auto now = to_note(reading, added);
    const auto remove = [this](std::uint64_t count) { sum_->remove(count); };
    tables::forget_noted(prefix.name, objects, remove);
    if (!std::all_of(objects.begin(), objects.end(), can_be_read_alone)) {
        tables::forget_others_noted(prefix.name, remove);
    }
    // Others may have taken an object away whose name one has now.
    tables::forget_noted(prefix.name, now, remove);
    tables::note_objects(prefix.name, now);
    sum_->add(added.value());
    return true;
}

void RunNote::take(const Prefix& prefix, RunMoment moment, DriftCheck check) {
    if (!notes_schema(prefix, moment)) {
        return;
    }
    if (!note_touched(prefix)) {
        sum_ = note_all(prefix);
    } else if (!sum_) {
        sum_ = tables::noted_sum(prefix.name);
    }
    touched_.clear();
    is_known_ = true;
    const auto rows = tables::current(prefix.name);
    std::string fingerprint = fingerprint_of(prefix, *sum_);
    if (check == DriftCheck::warn && !fingerprint.empty()) {
        compare_with_before(prefix, rows);
        fingerprint = sum_->word();
    }
    tables::keep_snapshot(prefix.name, rows, fingerprint);
}

/// After a downgrade to `rows`.
void RunNote::compare_with_before(const Prefix& prefix, const std::vector<std::string>& rows) {
    const auto kept = tables::kept_fingerprint(prefix.name, rows);
    const auto before = kept ? SchemaSum::from_word(*kept) : std::nullopt;
    if (!before || *before == *sum_) {
        return;
    }
    // Others may have taken away what the revisions had made, so that nothing was left to touch.
    if (const FullNote now(prefix); now.sum == *before) {
        now.write(prefix);
        sum_ = now.sum;
        return;
    }
    pg::warning("01000",
                "schema of " + described_prefix(prefix.name) + " is not what it was at " +
                    described_current(rows),
                "The downgrade has left or removed something, or something else has changed it "
                "since.",
                core::select_call("migrate_verify", {}, prefix_in_hints(prefix.name)) +
                    " tells what pending revisions leave.");
}

void note_schema(const Prefix& prefix) {
    if (!notes_schema(prefix, RunMoment::after_last)) {
        tables::leave_snapshot(prefix.name);
        return;
    }
    const auto rows = tables::current(prefix.name);
    const auto noted = tables::find_snapshot(prefix.name);
    const bool is_same_state =
        noted && noted->is_here && noted->is_of_this_server && noted->rows == rows;
    const SchemaSum before = is_same_state ? tables::noted_sum(prefix.name) : SchemaSum();
    const SchemaSum sum = note_all(prefix);
    if (is_same_state && sum != before) {
        // Who accepts what others have changed accepts it wherever a downgrade leads.
        tables::shift_fingerprints(prefix.name, sum.value() - before.value());
    }
    tables::keep_snapshot(prefix.name, rows, fingerprint_of(prefix, sum));
}

void note_base(const Prefix& prefix) {
    tables::leave_snapshot(prefix.name);
    tables::clear_snapshot(prefix.name, {});
}

std::vector<core::SchemaDifference> SchemaNote::differences_now(const Prefix& prefix) const {
    const SchemaReading now = read_schema(prefix, SchemaExtent::own);
    auto result = core::compare(model, now.model);
    std::erase_if(result, [&](const core::SchemaDifference& difference) {
        const auto is_unknown = [&](const core::SchemaIdentity& identity) {
            return unknown.contains(identity) || now.locked.contains(identity);
        };
        return is_unknown(difference.object) || is_unknown(difference.parent);
    });
    return result;
}

std::optional<SchemaNote> noted_schema(const Prefix& prefix, const std::vector<std::string>& rows) {
    const auto snapshot = tables::find_snapshot(prefix.name);
    if (!snapshot || snapshot->rows != rows) {
        return std::nullopt;
    }
    SchemaNote note;
    note.is_of_this_server = snapshot->is_of_this_server;
    std::string text = snapshot->objects.value_or("");
    if (!snapshot->objects) {
        for (NotedObject& object : tables::noted_objects(prefix.name)) {
            if (object.text) {
                text += *object.text;
            } else {
                note.unknown.insert(std::move(object.identity));
            }
        }
    }
    note.model = SchemaModel::from_text(text);
    return note;
}

std::optional<bool> has_drifted(const Prefix& prefix, const std::vector<std::string>& rows) {
    const auto note = noted_schema(prefix, rows);
    if (!note || !note->is_of_this_server) {
        return std::nullopt;
    }
    return !note->differences_now(prefix).empty();
}

} // namespace migrate::engine
