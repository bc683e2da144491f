#include "engine/run/transactional_run.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/text.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/run/orphaned_types.hpp"
#include "engine/run/placeholders.hpp"
#include "engine/run/running_text.hpp"
#include "engine/run/script_rules.hpp"
#include "engine/run/stopwatch.hpp"
#include "engine/tables/log.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/pending_writes.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/revision.hpp"
#include "pg/hooks/observer.hpp"
#include "pg/script/copy_twins.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"
#include "pg/session/settings.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Direction;
using core::Failure;
using core::FailureCode;
using core::in_quotes;

namespace {

/// A confined text could fetch from a cursor of the caller, or put one of its own under that
/// name, to be run by the caller.
void refuse_open_cursors(const Prefix& prefix, const std::vector<std::string>& cursors) {
    const std::string own = pg::active_portal();
    std::vector<std::string> open;
    std::copy_if(cursors.begin(), cursors.end(), std::back_inserter(open),
                 [&own](const std::string& name) { return name != own; });
    if (!open.empty()) {
        throw Failure(FailureCode::not_in_prerequisite_state,
                      "cannot run revisions of " + described_prefix(prefix.name) +
                          " as another role while cursors are open",
                      "Open: " + core::listed(open) + ".",
                      "Close them first, or call as role " + in_quotes(prefix.owner) + ".");
    }
}

/// Settings that are no matter of a single statement: who acts, what ends with a transaction, and
/// one that cannot be read.
bool is_beyond_statement(const std::string& name) {
    return name == "role" || name == "session_authorization" || name == "seed" ||
           name == "transaction_isolation" || name == "transaction_read_only" ||
           name == "transaction_deferrable";
}

} // namespace

TransactionalRun::TransactionalRun(PrefixState& state, Direction direction, Progress& progress,
                                   TouchedObjects& touched, std::vector<pg::Setting> settings)
    : state_(state), prefix_(state.prefix()), direction_(direction), progress_(progress),
      touched_(touched), settings_(std::move(settings)), identity_(run_identity(prefix_)),
      role_(pg::role_name(identity_.role)), fence_(prefix_), cursors_(pg::open_cursors()) {
    if (!is_up()) {
        fence_.note_applied([this](const std::string& revision) {
            const auto index = state_.graph().find(revision);
            return index && state_.applied().is_applied(*index);
        });
    }
    if (identity_.confinement != pg::Confinement::none) {
        refuse_open_cursors(prefix_, cursors_);
    }
}

Recorder TransactionalRun::make_recorder() {
    return {fence_, touched_, identity_.confinement, direction_,
            [this](std::string_view statement) { return passes_over(statement); }};
}

std::string TransactionalRun::begin(core::Index revision) {
    id_ = state_.graph().id(revision);
    place_ = {};
    fence_.enter(id_);
    return take_text();
}

/// Its text as begin() returns it.
std::string TransactionalRun::take_text() {
    constexpr std::size_t most_texts = 50;
    // In the table, where they are mostly compressed: longer ones are read by themselves.
    constexpr std::size_t most_bytes = 8000;
    if (!expected_.empty() && state_.graph().id(expected_.front().revision) == id_) {
        std::vector<std::string> ids;
        for (const core::Step& step : expected_.first(std::min(most_texts, expected_.size()))) {
            ids.push_back(state_.graph().id(step.revision));
        }
        expected_ = expected_.subspan(ids.size());
        texts_ = tables::texts(prefix_.source(), ids, direction_, most_bytes);
    }
    const auto found = texts_.find(id_);
    if (found == texts_.end()) {
        return text();
    }
    const std::string taken = std::move(found->second);
    texts_.erase(found);
    return replaced_text(prefix_, taken, text_name());
}

std::string TransactionalRun::text() const {
    return replaced_text(prefix_, tables::text(prefix_.source(), id_, direction_).value_or(""),
                         text_name());
}

std::string TransactionalRun::text_name() const {
    return core::text_name(direction_, id_);
}

std::string TransactionalRun::context_name() const {
    return (loose_text_.empty() ? "revision " + in_quotes(id_) : loose_text_) + " of " +
           described_prefix(prefix_.name);
}

StepResult TransactionalRun::result_of(core::Index revision) const {
    StepResult result;
    result.prefix = prefix_.name;
    result.revision = id_;
    result.direction = direction_;
    result.message = state_.history().revisions[revision].message;
    return result;
}

StepResult TransactionalRun::run(core::Index revision, PendingWrites& writes) {
    const Stopwatch stopwatch;
    progress_.revision_begins(state_.graph().id(revision),
                              state_.history().revisions[revision].message);
    const std::string text = begin(revision);
    StepResult result = result_of(revision);
    Recorder recorder = make_recorder();
    std::vector<ObjectRow> recorded;
    TypesLeft types;
    as_owner(recorder, [&] {
        pg::Script script(text, text_name() + " of " + described_prefix(prefix_.name));
        prepare(script);
        result.statements = run_statements(script, 0, script.statements().size(), recorder);
        claim_found();
        recorded = maybe_left(recorder, writes);
        types = drop_types(recorder, recorded);
    });
    result.dropped_types = types.dropped;
    close_new_cursors();
    recorder.write(prefix_.name, id_, writes);
    release_leftovers(recorded, recorder, types.kept);
    keep(types.kept, writes);
    result.duration_microseconds = stopwatch.microseconds();
    write_down(revision, result, text, writes);
    progress_.revision_ended(result.duration_microseconds);
    return result;
}

void TransactionalRun::prepare(pg::Script& script) {
    check_script(script, text_name());
    if (copy_ == nullptr) {
        require_transactional(script, text_name(),
                              "Its placeholders make it such a statement: register it for this "
                              "prefix by itself.");
    }
    look_ahead(script);
    if (copy_ != nullptr) {
        for (const std::size_t index : pg::make_copy_twins(script)) {
            taken_over_.try_emplace(index, std::nullopt);
        }
    }
}

void TransactionalRun::run_text(const std::string& text, const std::string& name) {
    id_ = name;
    loose_text_ = name;
    place_ = {};
    fence_.enter(id_);
    Recorder recorder = make_recorder();
    as_owner(recorder, [&] {
        pg::Script script(text, name);
        prepare(script);
        run_statements(script, 0, script.statements().size(), recorder);
    });
    close_new_cursors();
    PendingWrites writes(prefix_.name);
    recorder.write(prefix_.name, id_, writes);
    writes.write();
}

void TransactionalRun::as_owner(Recorder& recorder, const std::function<void()>& work) {
    const RunningText mark;
    const pg::RoleScope role(identity_.role, identity_.confinement);
    pg::SettingsLevel level;
    apply_settings(level, settings_);
    const pg::Observation observation(recorder);
    work();
}

void TransactionalRun::run_part(const pg::Script& script, std::size_t first, std::size_t last,
                                Recorder& recorder) {
    as_owner(recorder, [&] {
        repeat_settings(script, first, Settings::of_transaction);
        run_statements(script, first, last, recorder);
    });
    close_new_cursors();
    PendingWrites writes(prefix_.name);
    recorder.write(prefix_.name, id_, writes);
    writes.write();
}

/// Cursors that a text left open would run as the caller, under names that it knows.
void TransactionalRun::close_new_cursors() const {
    for (const std::string& name : pg::open_cursors()) {
        if (std::find(cursors_.begin(), cursors_.end(), name) == cursors_.end()) {
            pg::close_cursor(name);
        }
    }
}

/// What the statements before `index` have set ended with their transactions.  Returns the
/// names.
std::vector<std::string> TransactionalRun::repeat_settings(const pg::Script& script,
                                                           std::size_t index, Settings which) {
    std::vector<std::string> names;
    pg::Execution execution(script, context_name(), place_);
    for (std::size_t i = 0; i < index; i++) {
        const pg::ParsedStatement& statement = script.statements()[i];
        if (statement.kind == pg::StatementKind::setting &&
            (which == Settings::of_transaction ||
             !is_beyond_statement(core::lower_case(statement.setting)))) {
            execution.run(i);
            names.push_back(statement.setting);
        }
    }
    return names;
}

std::vector<pg::Setting> TransactionalRun::settings_at(const pg::Script& script, std::size_t index,
                                                       std::span<const pg::Setting> settings) {
    const pg::RoleScope role(identity_.role, identity_.confinement);
    pg::SettingsLevel level;
    apply_settings(level, settings);
    std::vector<std::string> names = repeat_settings(script, index, Settings::of_statement);
    names.emplace_back("search_path");
    for (const auto& known : {std::span<const pg::Setting>(prefix_.settings), settings}) {
        for (const pg::Setting& setting : known) {
            names.push_back(setting.name);
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return pg::setting_values(names);
}

StepResult TransactionalRun::finish(core::Index revision, const std::string& text,
                                    std::int64_t statements, std::int64_t microseconds,
                                    Recorder& recorder, const std::vector<ObjectRow>& recorded) {
    StepResult result = result_of(revision);
    result.statements = statements;
    PendingWrites writes(prefix_.name);
    claim_found();
    if (!is_up()) {
        TypesLeft types;
        as_owner(recorder, [&] { types = drop_types(recorder, recorded); });
        result.dropped_types = types.dropped;
        recorder.write(prefix_.name, id_, writes);
        // The recorder need not have seen all of it.
        release_leftovers(tables::objects_of_revision(prefix_.name, id_), recorder, types.kept);
        keep(types.kept, writes);
    }
    result.duration_microseconds = microseconds;
    write_down(revision, result, text, writes);
    writes.write();
    return result;
}

void TransactionalRun::apply_settings(pg::SettingsLevel& level,
                                      std::span<const pg::Setting> settings) const {
    // Texts ran in sessions of their own: a temporary table of this one is not what they mean.
    const bool hides_temporary = copy_ != nullptr && pg::has_temporary_schema();
    level.set("search_path", (prefix_.search_path + (hides_temporary ? ", pg_temp" : "")).c_str());
    const std::string target = pg::current_schema().value_or("");
    if (target.empty() || target.rfind("pg_temp", 0) == 0) {
        throw Failure(FailureCode::not_in_prerequisite_state,
                      "no schema of the search_path of " + described_prefix(prefix_.name) +
                          " can be created in",
                      "The search_path is " + prefix_.search_path + ".",
                      "Correct it with migrate_set_option, or create the schema.");
    }
    level.set(prefix_.settings);
    level.set(settings);
    level.set("application_name", progress_.application_name().c_str());
}

std::int64_t TransactionalRun::run_statements(const pg::Script& script, std::size_t first,
                                              std::size_t last, Recorder& recorder) {
    pg::Execution execution(script, context_name(), place_);
    std::int64_t count = 0;
    for (std::size_t i = first; i < last; i++) {
        const pg::ParsedStatement& statement = script.statements()[i];
        if (!is_run(statement.kind)) {
            continue;
        }
        const auto over = taken_over_.find(i);
        if (over != taken_over_.end() && (!over->second || is_there(*over->second))) {
            claim(over->second);
            count++;
            continue;
        }
        const Stopwatch stopwatch;
        progress_.statement_begins(int(i) + 1, statement.command);
        execution.run(i);
        recorder.statement_ended();
        statement_ended(statement);
        progress_.statement_ended(int(i) + 1, statement.command, stopwatch.microseconds());
        count++;
    }
    if (copy_ != nullptr) {
        copy_->transaction_ended();
        copy_->text_ended();
    }
    return count;
}

/// In a copy: a deploy commits with a statement that refuses a transaction.
void TransactionalRun::statement_ended(const pg::ParsedStatement& statement) {
    if (copy_ == nullptr) {
        return;
    }
    if (statement.kind == pg::StatementKind::refuses_transaction) {
        copy_->transaction_ended();
    } else {
        copy_->statement_ended();
    }
}

/// The rows of what a reverted revision is recorded to have made; none when its down text has
/// dropped all of that, as most do: they need not be read then.
std::vector<ObjectRow> TransactionalRun::maybe_left(const Recorder& recorder,
                                                    PendingWrites& writes) {
    if (is_up()) {
        return {};
    }
    const Fence::Work& work = fence_.work_of(id_);
    const bool is_gone = work.is_known && recorder.has_kept_drops() &&
                         std::all_of(work.objects.begin(), work.objects.end(),
                                     [&recorder](const pg::ObjectAddressKey& object) {
                                         return recorder.has_seen_drop_of(object);
                                     });
    if (is_gone) {
        return {};
    }
    const pg::ObservationPause pause;
    writes.write_objects(); // revisions before this one may have renamed or dropped some of them
    return tables::objects_of_revision(prefix_.name, id_);
}

TypesLeft TransactionalRun::drop_types(Recorder& recorder, const std::vector<ObjectRow>& recorded) {
    if (is_up()) {
        return {};
    }
    bodies_.forget(recorder.changed_functions());
    // What is gone for certain was not read.  Of the others, rows may have gone with the objects
    // before, which the fence does not know.
    const auto& objects = fence_.work_of(id_).objects;
    const bool is_recorded =
        !recorded.empty() || std::any_of(objects.begin(), objects.end(),
                                         [&recorder](const pg::ObjectAddressKey& object) {
                                             return recorder.has_seen_drop_of(object);
                                         });
    const RevertedRevision reverted{
        prefix_,        id_,          is_recorded, recorded, state_.graph(), state_.applied(),
        identity_.role, named_before_};
    return drop_orphaned_types(reverted, fence_, bodies_, recorder);
}

/// Instead of the rows that `records` has of the same objects.
void TransactionalRun::keep(const std::vector<ObjectRow>& kept, PendingWrites& writes) {
    if (kept.empty()) {
        return;
    }
    writes.write_objects();
    fence_.note_kept();
    for (const ObjectRow& row : kept) {
        tables::keep_object(prefix_.name, row);
        fence_.add(row.address, row.revision);
    }
}

void TransactionalRun::look_ahead(const pg::Script& script) {
    taken_over_.clear();
    kept_.clear();
    named_before_.clear();
    if (!is_up() && (fence_.work_of(id_).objects.empty() || fence_.has_unclaimed_types())) {
        const pg::ObservationPause pause;
        named_before_ = types_of_up_text(prefix_, id_);
    }
    if (!is_up() || !fence_.has_kept()) {
        return;
    }
    // Also what another revision left that is not applied: this one may be in its place.
    kept_ = tables::kept_objects(prefix_.name);
    std::erase_if(kept_, [this](const ObjectRow& row) {
        const auto keeper = state_.graph().find(*row.kept);
        return *row.kept != id_ && keeper && state_.applied().is_applied(*keeper);
    });
    taken_over_ = statements_to_pass_over(script, kept_, text_name());
}

/// The same for a statement within a DO block or a function.
bool TransactionalRun::passes_over(std::string_view statement) {
    if (kept_.empty()) {
        return false;
    }
    const pg::ObservationPause pause;
    pg::Script script(statement, text_name());
    const PassedOver over = statements_to_pass_over(script, kept_, text_name());
    if (over.empty()) {
        return false;
    }
    claim(over.at(0));
    return true;
}

/// What is there is the revision's from now on; nothing for a statement that only alters it.
void TransactionalRun::claim(std::optional<ObjectRow> found) {
    if (!found) {
        return;
    }
    const pg::ObservationPause pause;
    std::erase_if(kept_, [&found](const ObjectRow& row) {
        return row.name.type == found->name.type && row.name.identity == found->name.identity;
    });
    ObjectRow row = *found;
    row.kept = row.is_found() ? std::optional(id_) : std::nullopt;
    row.revision = id_;
    tables::keep_object(prefix_.name, row);
    fence_.add(row.address, row.revision);
}

/// What is applied changes here, after all that could fail in the text.
void TransactionalRun::write_down(core::Index revision, const StepResult& result,
                                  const std::string& text, PendingWrites& writes) {
    const core::RowChange change =
        is_up() ? state_.applied().apply(revision) : state_.applied().revert(revision);
    writes.change_current(ids_of(state_.graph(), change.removed),
                          ids_of(state_.graph(), change.added));
    LogEntry entry;
    entry.prefix = prefix_.name;
    entry.revision = result.revision;
    entry.direction = result.direction;
    entry.outcome = is_up() ? Outcome::applied : Outcome::reverted;
    entry.role = role_;
    entry.duration_microseconds = result.duration_microseconds;
    entry.statements = result.statements;
    entry.dropped_types = result.dropped_types;
    writes.add(std::move(entry), text);
}

/// What the text has found by looking first (IF NOT EXISTS, or a handler of the error).
void TransactionalRun::claim_found() {
    for (const ObjectRow& row : std::exchange(kept_, {})) {
        if (*row.kept == id_ && !row.is_found() && is_there(row)) {
            claim(row);
        }
    }
}

/// Says which of the objects that were recorded of a reverted revision are still there, and
/// takes them off its record; they stay the prefix's.
void TransactionalRun::release_leftovers(const std::vector<ObjectRow>& recorded,
                                         const Recorder& recorder,
                                         const std::vector<ObjectRow>& kept) {
    const auto kept_as = [&kept](const ObjectRow& row) {
        return std::find_if(kept.begin(), kept.end(), [&row](const ObjectRow& other) {
            return other.name.type == row.name.type &&
                   (other.name.identity == row.name.identity || other.address == row.address) &&
                   (other.address.class_id != tables::label_class ||
                    other.name.arguments == row.name.arguments);
        });
    };
    std::vector<pg::ObjectName> gone;
    std::string leftovers;
    has_told_of_leftovers_ = has_told_of_leftovers_ || !kept.empty();
    for (const ObjectRow& row : recorded) {
        if (recorder.has_dropped(row.address)) {
            continue; // with its row
        }
        if (const auto left = kept_as(row); left != kept.end()) {
            if (left->name.identity != row.name.identity) {
                gone.push_back(row.name); // renamed since
            }
            continue;
        }
        const bool is_label = row.name.type == tables::label_kind;
        const auto name = is_label || !row.is_here ? std::nullopt : pg::name_of(row.address);
        if (!name) {
            gone.push_back(row.name);
            if (row.is_here && !is_label) {
                touched_.add_dropped(row.address, {}); // by others: no event has told
            }
            continue;
        }
        leftovers += (leftovers.empty() ? "" : ", ") + name->type + " " + name->identity;
        fence_.add(row.address, std::nullopt);
    }
    tables::delete_object_names(prefix_.name, gone);
    if (!leftovers.empty()) {
        tables::release_objects(prefix_.name, id_);
        has_told_of_leftovers_ = true;
        pg::warning("01000", "objects of revision " + in_quotes(id_) + " outlived its downgrade",
                    "Still there: " + leftovers + ".",
                    "Have its down text drop them, or the next upgrade may find them in its "
                    "way.");
    }
}

} // namespace migrate::engine
