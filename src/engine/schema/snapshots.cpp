#include "engine/schema/snapshots.hpp"

#include "core/plan/lookup.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/catalog/dependents.hpp"
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
/// can, so nothing follows from it.  And where something could not be looked at.
std::string fingerprint_of(const Prefix& prefix, const std::optional<SchemaSum>& sum) {
    return sum && tables::kept_objects(prefix.name).empty() ? sum->word() : std::string();
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
    for (const core::SchemaIdentity& locked : reading.locked) {
        result.push_back({locked, std::nullopt, std::nullopt});
    }
    return result;
}

/// All objects as they are now, and their sum; none where not all could be looked at.
struct FullNote {
    std::optional<SchemaSum> sum;
    std::vector<NotedObject> objects;

    explicit FullNote(const Prefix& prefix) {
        const SchemaReading reading = read_schema(prefix, SchemaExtent::own);
        SchemaSum all;
        objects = to_note(reading, all);
        if (reading.locked.empty()) {
            sum = all;
        }
    }

    void write(const Prefix& prefix) const {
        tables::forget_noted(prefix.name);
        tables::note_objects(prefix.name, objects);
    }
};

/// Notes all objects anew; returns their sum if all could be looked at.
std::optional<SchemaSum> note_all(const Prefix& prefix) {
    const FullNote note(prefix);
    note.write(prefix);
    return note.sum;
}

/// Whether the model covers other schemas than it did when it was noted, with all that is nobody's
/// there: what was touched does not tell of those then.
bool has_other_schemas(const Prefix& prefix, const TouchedObjects& touched,
                       const Ownership* ownership) {
    const auto own = pg::find_schema(prefix.schema);
    const bool is_in_own = std::all_of(touched.schemas().begin(), touched.schemas().end(),
                                       [&](pg::ObjectId schema) { return own == schema; });
    if (prefix.naming != core::Naming::any || is_in_own) {
        return false;
    }
    std::vector<std::string> names;
    const SchemaScope scope(prefix, ownership);
    for (const std::int64_t schema : scope.schemas()) {
        names.push_back(pg::quote_identifier(pg::schema_name(pg::ObjectId(schema))));
    }
    std::sort(names.begin(), names.end());
    return names != tables::noted_names(prefix.name, "schema");
}

} // namespace

SchemaReading current_schema(const Prefix& prefix) {
    return read_schema(prefix, SchemaExtent::own);
}

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
        tables::keep_snapshot(prefix.name, rows, fingerprint_of(prefix, sum_));
        is_known_ = start == Start::between_revisions;
        return;
    }
    const auto noted = tables::find_snapshot(prefix.name);
    is_known_ = start == Start::between_revisions && noted && noted->is_here &&
                noted->is_of_this_server && noted->rows == rows;
    sum_ = is_known_ ? SchemaSum::from_word(noted->fingerprint) : std::nullopt;
}

/// Brings the note up to what was touched.  Returns false when that is not enough.
bool RunNote::note_touched(const Prefix& prefix, const Ownership* ownership) {
    if (!is_known_ || touched_.is_everything() || has_other_schemas(prefix, touched_, ownership)) {
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
    const SchemaReading reading = read_objects(prefix, SchemaExtent::own, objects, ownership);
    if (!sum_ || !reading.locked.empty()) {
        return false; // what could not be looked at before is looked at again
    }
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

void RunNote::take(const Prefix& prefix, RunMoment moment, DriftCheck check,
                   const Ownership* ownership) {
    if (!notes_schema(prefix, moment)) {
        return;
    }
    if (!note_touched(prefix, ownership)) {
        sum_ = note_all(prefix);
    } else if (!sum_) {
        sum_ = tables::noted_sum(prefix.name);
    }
    touched_.clear();
    is_known_ = true;
    const auto rows = tables::current(prefix.name);
    std::string fingerprint = fingerprint_of(prefix, sum_);
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
    if (const FullNote now(prefix); now.sum == before) {
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
    const auto before = tables::noted_sum(prefix.name);
    const auto sum = note_all(prefix);
    if (is_same_state && before && sum) {
        // Who accepts what others have changed accepts it wherever a downgrade leads.
        tables::shift_fingerprints(prefix.name, sum->value() - before->value());
    }
    tables::keep_snapshot(prefix.name, rows, fingerprint_of(prefix, sum));
}

void note_base(const Prefix& prefix) {
    tables::leave_snapshot(prefix.name);
    tables::clear_snapshot(prefix.name, {});
}

SchemaComparison SchemaNote::compare(const SchemaReading& now) const {
    SchemaComparison result;
    result.unknown = unknown;
    result.unknown.insert(now.locked.begin(), now.locked.end());
    result.differences = core::without_objects(core::compare(model, now.model), result.unknown);
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
    const SchemaComparison comparison = note->compare(current_schema(prefix));
    if (comparison.differences.empty() && !comparison.unknown.empty()) {
        return std::nullopt;
    }
    return !comparison.differences.empty();
}

} // namespace migrate::engine
