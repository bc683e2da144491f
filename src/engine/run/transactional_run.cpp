#include "engine/run/transactional_run.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "engine/run/orphaned_types.hpp"
#include "engine/run/placeholders.hpp"
#include "engine/run/script_rules.hpp"
#include "engine/run/stopwatch.hpp"
#include "pg/hooks/observer.hpp"
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

bool running = false;

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

bool is_running() {
    return running;
}

RunningMark::RunningMark() {
    running = true;
}

RunningMark::~RunningMark() {
    running = false;
}

PrefixRun::PrefixRun(Standing& standing, Direction direction, Progress& progress,
                     std::vector<pg::Setting> settings)
    : standing_(standing), prefix_(standing.prefix()), direction_(direction),
      direction_name_(core::word_of(direction)), progress_(progress),
      settings_(std::move(settings)), identity_(run_identity(prefix_)),
      role_(pg::role_name(identity_.role)), fence_(prefix_), cursors_(pg::open_cursors()) {
    if (!is_up()) {
        fence_.note_applied([this](const std::string& revision) {
            const auto index = standing_.graph().find(revision);
            return index && standing_.applied().is_applied(*index);
        });
    }
    if (identity_.confinement != pg::Confinement::none) {
        refuse_open_cursors(prefix_, cursors_);
    }
}

Recorder PrefixRun::make_recorder() {
    return {fence_, identity_.confinement != pg::Confinement::none, is_up(),
            [this](std::string_view statement) { return passes_over(statement); }};
}

std::string PrefixRun::begin(core::Index revision) {
    id_ = standing_.graph().id(revision);
    place_ = {};
    fence_.enter(id_);
    return take_text();
}

/// Its text as begin() returns it.
std::string PrefixRun::take_text() {
    constexpr std::size_t most_texts = 50;
    // In the table, where they are mostly compressed: longer ones are read by themselves.
    constexpr std::size_t most_bytes = 8000;
    if (!expected_.empty() && standing_.graph().id(expected_.front().revision) == id_) {
        std::vector<std::string> ids;
        for (const core::Step& step : expected_.first(std::min(most_texts, expected_.size()))) {
            ids.push_back(standing_.graph().id(step.revision));
        }
        expected_ = expected_.subspan(ids.size());
        texts_ = registry::texts(prefix_.source(), ids, is_up(), most_bytes);
    }
    const auto found = texts_.find(id_);
    if (found == texts_.end()) {
        return text();
    }
    const std::string taken = std::move(found->second);
    texts_.erase(found);
    return replaced_text(prefix_, taken, text_name());
}

std::string PrefixRun::text() const {
    return replaced_text(prefix_, registry::text(prefix_.source(), id_, is_up()).value_or(""),
                         text_name());
}

std::string PrefixRun::text_name() const {
    return std::string(is_up() ? "up" : "down") + " text of revision " + in_quotes(id_);
}

std::string PrefixRun::context_name() const {
    return "revision " + in_quotes(id_) + " of " + described_prefix(prefix_.name);
}

StepResult PrefixRun::result_of(core::Index revision) const {
    StepResult result;
    result.prefix = prefix_.name;
    result.revision = id_;
    result.direction = direction_name_;
    result.message = standing_.history().revisions[revision].message;
    return result;
}

StepResult PrefixRun::run(core::Index revision, RunRecords& records) {
    const Stopwatch stopwatch;
    progress_.revision_begins(standing_.graph().id(revision),
                              standing_.history().revisions[revision].message);
    const std::string text = begin(revision);
    StepResult result = result_of(revision);
    Recorder recorder = make_recorder();
    std::vector<ObjectRow> recorded;
    TypesLeft types;
    const core::RowChange change =
        is_up() ? standing_.applied().apply(revision) : standing_.applied().revert(revision);
    as_owner(recorder, [&] {
        const pg::Script script(text, text_name() + " of " + described_prefix(prefix_.name));
        check_script(script, text_name());
        require_transactional(script, text_name(),
                              "Its placeholders make it such a statement: register it for this "
                              "prefix by itself.");
        look_ahead(script);
        result.statements = run_statements(script, 0, script.statements().size(), recorder);
        claim_found();
        recorded = maybe_left(recorder, records);
        types = drop_types(recorder, recorded);
    });
    result.dropped_types = types.dropped;
    close_new_cursors();
    recorder.write(prefix_.name, id_, records);
    release_leftovers(recorded, recorder, types.kept);
    keep(types.kept, records);
    result.duration_microseconds = stopwatch.microseconds();
    write_down(change, result, text, records);
    progress_.revision_ended(result.duration_microseconds);
    return result;
}

void PrefixRun::as_owner(Recorder& recorder, const std::function<void()>& work) {
    const RunningMark mark;
    const pg::RoleScope role(identity_.role, identity_.confinement);
    pg::SettingsLevel level;
    apply_settings(level, settings_);
    const pg::Observation observation(recorder);
    work();
}

void PrefixRun::run_part(const pg::Script& script, std::size_t first, std::size_t last,
                         Recorder& recorder) {
    as_owner(recorder, [&] {
        repeat_settings(script, first, /* of_transaction */ true);
        run_statements(script, first, last, recorder);
    });
    close_new_cursors();
    RunRecords records(prefix_.name);
    recorder.write(prefix_.name, id_, records);
    records.write();
}

/// Cursors that a text left open would run as the caller, under names that it knows.
void PrefixRun::close_new_cursors() const {
    if (!portals_.may_have_new()) {
        return;
    }
    for (const std::string& name : pg::open_cursors()) {
        if (std::find(cursors_.begin(), cursors_.end(), name) == cursors_.end()) {
            pg::close_cursor(name);
        }
    }
}

/// What the statements before `index` have set ended with their transactions.  Returns the
/// names; `of_transaction`: also of those that are no matter of a single statement.
std::vector<std::string> PrefixRun::repeat_settings(const pg::Script& script, std::size_t index,
                                                    bool of_transaction) {
    std::vector<std::string> names;
    pg::Execution execution(script, context_name(), place_);
    for (std::size_t i = 0; i < index; i++) {
        const pg::ParsedStatement& statement = script.statements()[i];
        if (statement.kind == pg::StatementKind::setting &&
            (of_transaction || !is_beyond_statement(pg::lower_case(statement.setting)))) {
            execution.run(i);
            names.push_back(statement.setting);
        }
    }
    return names;
}

std::vector<pg::Setting> PrefixRun::settings_at(const pg::Script& script, std::size_t index,
                                                std::span<const pg::Setting> settings) {
    const pg::RoleScope role(identity_.role, identity_.confinement);
    pg::SettingsLevel level;
    apply_settings(level, settings);
    std::vector<std::string> names = repeat_settings(script, index, /* of_transaction */ false);
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

StepResult PrefixRun::finish(core::Index revision, const std::string& text, std::int64_t statements,
                             std::int64_t microseconds, Recorder& recorder,
                             const std::vector<ObjectRow>& recorded) {
    StepResult result = result_of(revision);
    result.statements = statements;
    const core::RowChange change =
        is_up() ? standing_.applied().apply(revision) : standing_.applied().revert(revision);
    RunRecords records(prefix_.name);
    claim_found();
    if (!is_up()) {
        TypesLeft types;
        as_owner(recorder, [&] { types = drop_types(recorder, recorded); });
        result.dropped_types = types.dropped;
        recorder.write(prefix_.name, id_, records);
        // The recorder need not have seen all of it.
        release_leftovers(registry::objects_of_revision(prefix_.name, id_), recorder, types.kept);
        keep(types.kept, records);
    }
    result.duration_microseconds = microseconds;
    write_down(change, result, text, records);
    records.write();
    return result;
}

void PrefixRun::apply_settings(pg::SettingsLevel& level,
                               std::span<const pg::Setting> settings) const {
    level.set("search_path", prefix_.search_path.c_str());
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

std::int64_t PrefixRun::run_statements(const pg::Script& script, std::size_t first,
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
        progress_.statement_ended(int(i) + 1, statement.command, stopwatch.microseconds());
        count++;
    }
    return count;
}

/// The rows of what a reverted revision is recorded to have made; none when its down text has
/// dropped all of that, as most do: they need not be read then.
std::vector<ObjectRow> PrefixRun::maybe_left(const Recorder& recorder, RunRecords& records) {
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
    records.write_objects(); // revisions before this one may have renamed or dropped some of them
    return registry::objects_of_revision(prefix_.name, id_);
}

TypesLeft PrefixRun::drop_types(Recorder& recorder, const std::vector<ObjectRow>& recorded) {
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
        prefix_,        id_,          is_recorded, recorded, standing_.graph(), standing_.applied(),
        identity_.role, named_before_};
    return drop_orphaned_types(reverted, fence_, bodies_, recorder);
}

/// Instead of the rows that `records` has of the same objects.
void PrefixRun::keep(const std::vector<ObjectRow>& kept, RunRecords& records) {
    if (kept.empty()) {
        return;
    }
    records.write_objects();
    fence_.note_kept();
    for (const ObjectRow& row : kept) {
        registry::keep_object(prefix_.name, row);
        fence_.add(row.address, row.revision);
    }
}

void PrefixRun::look_ahead(const pg::Script& script) {
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
    kept_ = registry::kept_objects(prefix_.name);
    std::erase_if(kept_, [this](const ObjectRow& row) {
        const auto keeper = standing_.graph().find(*row.kept);
        return *row.kept != id_ && keeper && standing_.applied().is_applied(*keeper);
    });
    taken_over_ = statements_to_pass_over(script, kept_, text_name());
}

/// The same for a statement within a DO block or a function.
bool PrefixRun::passes_over(std::string_view statement) {
    if (kept_.empty()) {
        return false;
    }
    const pg::ObservationPause pause;
    const pg::Script script(statement, text_name());
    const PassedOver over = statements_to_pass_over(script, kept_, text_name());
    if (over.empty()) {
        return false;
    }
    claim(over.at(0));
    return true;
}

/// What is there is the revision's from now on; nothing for a statement that only alters it.
void PrefixRun::claim(std::optional<ObjectRow> found) {
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
    registry::keep_object(prefix_.name, row);
    fence_.add(row.address, row.revision);
}

void PrefixRun::write_down(const core::RowChange& change, const StepResult& result,
                           const std::string& text, RunRecords& records) {
    records.change_rows(ids_of(standing_.graph(), change.removed),
                        ids_of(standing_.graph(), change.added));
    LogEntry entry;
    entry.prefix = prefix_.name;
    entry.revision = result.revision;
    entry.direction = result.direction;
    entry.outcome = is_up() ? "applied" : "reverted";
    entry.role = role_;
    entry.duration_microseconds = result.duration_microseconds;
    entry.statements = result.statements;
    entry.dropped_types = result.dropped_types;
    records.add(std::move(entry), text);
}

/// What the text has found by looking first (IF NOT EXISTS, or a handler of the error).
void PrefixRun::claim_found() {
    for (const ObjectRow& row : std::exchange(kept_, {})) {
        if (*row.kept == id_ && !row.is_found() && is_there(row)) {
            claim(row);
        }
    }
}

/// Says which of the objects that were recorded of a reverted revision are still there, and
/// takes them off its record; they stay the prefix's.
void PrefixRun::release_leftovers(const std::vector<ObjectRow>& recorded, const Recorder& recorder,
                                  const std::vector<ObjectRow>& kept) {
    const auto kept_as = [&kept](const ObjectRow& row) {
        return std::find_if(kept.begin(), kept.end(), [&row](const ObjectRow& other) {
            return other.name.type == row.name.type &&
                   (other.name.identity == row.name.identity || other.address == row.address) &&
                   (other.address.class_id != registry::label_class ||
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
        const bool is_label = row.name.type == registry::label_kind;
        const auto name = is_label || !row.is_here ? std::nullopt : pg::name_of(row.address);
        if (!name) {
            gone.push_back(row.name);
            continue;
        }
        leftovers += (leftovers.empty() ? "" : ", ") + name->type + " " + name->identity;
        fence_.add(row.address, std::nullopt);
    }
    registry::delete_object_names(prefix_.name, gone);
    if (!leftovers.empty()) {
        registry::release_objects(prefix_.name, id_);
        has_told_of_leftovers_ = true;
        pg::warning("01000", "objects of revision " + in_quotes(id_) + " outlived its downgrade",
                    "Still there: " + leftovers + ".",
                    "Have its down text drop them, or the next upgrade may find them in its "
                    "way.");
    }
}

namespace {

/// Where an object, or the type of a label, is in this database.
std::optional<pg::ObjectAddressKey> address_here(const pg::ObjectName& name) {
    if (name.type != registry::label_kind) {
        return registry::address_of(name);
    }
    const auto type = pg::find_type(name.names.at(0), name.names.at(1));
    return type ? std::optional(pg::ObjectAddressKey{registry::label_class, *type, 0})
                : std::nullopt;
}

} // namespace

void adopt_restored_objects(const Prefix& prefix) {
    std::vector<ObjectRow> restored;
    for (ObjectRow& row : registry::objects_elsewhere(prefix.name)) {
        const auto address = address_here(row.name);
        if (!address) {
            continue;
        }
        row.address = *address;
        if (row.kept) {
            registry::keep_object(prefix.name, row);
        } else {
            restored.push_back(std::move(row));
        }
    }
    registry::insert_objects(prefix.name, restored);
}

void announce_other_lines(const Standing& standing, const core::Plan& plan) {
    std::vector<core::Index> others;
    for (const core::Step& step : plan.steps) {
        if (step.other_line) {
            others.push_back(step.revision);
        }
    }
    if (!others.empty()) {
        pg::notice("the downgrade also reverts revisions of other lines: " +
                   core::listed(standing.graph(), others));
    }
}

} // namespace migrate::engine
