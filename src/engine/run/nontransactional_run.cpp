#include "engine/run/nontransactional_run.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/catalog/leftovers.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/running_text.hpp"
#include "engine/run/script_rules.hpp"
#include "engine/run/stopwatch.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/pending_writes.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/run.hpp"
#include "pg/hooks/observer.hpp"
#include "pg/script/top_level.hpp"
#include "pg/session/identifiers.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"
#include "pg/session/settings.hpp"

#include <algorithm>
#include <memory>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;
using core::Interruption;
using core::Resumption;
using core::Trace;
using pg::StatementKind;

namespace {

/// The text as far as its first `statements` go.
std::string_view text_until(const pg::Script& script, std::size_t statements) {
    if (statements == 0) {
        return {};
    }
    const pg::ParsedStatement& last = script.statements()[statements - 1];
    return std::string_view(script.text())
        .substr(0, std::size_t(last.location) + std::size_t(last.length));
}

/// Notes the indexes that a statement creates in the transaction that creates them: should
/// the server die, they are known to be its work.
class IndexNotes final : public pg::ObjectObserver {
  public:
    IndexNotes(const std::string& prefix, pg::ObjectObserver& next)
        : prefix_(prefix), next_(next) {}

    void created(const pg::ObjectAddressKey& object) override {
        if (object == pg::relation_address(object.object_id)) {
            const pg::ObservationPause pause;
            tables::add_run_index(prefix_, object.object_id);
        }
        next_.created(object);
    }
    void altered(const pg::ObjectAddressKey& object) override { next_.altered(object); }
    void dropping(const pg::ObjectAddressKey& object,
                  const pg::ObjectAddressKey& subject) override {
        next_.dropping(object, subject);
    }
    void touching(const pg::ObjectAddressKey& object, std::string_view verb) override {
        next_.touching(object, verb);
    }
    void writing(pg::ObjectId relation) override { next_.writing(relation); }
    void renaming_begins() override { next_.renaming_begins(); }
    void renaming_ends() override { next_.renaming_ends(); }
    void changing(const pg::ObjectAddressKey& object) override { next_.changing(object); }
    void changing_anything() override { next_.changing_anything(); }
    void statement_ended() override { next_.statement_ended(); }
    void label_added(pg::ObjectId type, const std::string& label) override {
        next_.label_added(type, label);
    }
    bool passes_over(std::string_view statement) override { return next_.passes_over(statement); }

  private:
    const std::string& prefix_;
    pg::ObjectObserver& next_;
};

} // namespace

NontransactionalRun::NontransactionalRun(pg::OwnTransactions& transactions, PrefixState& state,
                                         TransactionalRun& run, const RetryPolicy& policy,
                                         Progress& progress, std::function<void()> hold)
    : transactions_(transactions), state_(state), prefix_(state.prefix()), run_(run),
      policy_(policy), progress_(progress), hold_(std::move(hold)) {}

/// First in each transaction that runs a part.
void NontransactionalRun::lock() {
    hold_();
    state_.lock();
}

std::vector<NontransactionalRun::Part> NontransactionalRun::parts_of(const pg::Script& script) {
    std::vector<Part> parts;
    bool is_open = false; // between BEGIN and COMMIT
    const auto& statements = script.statements();
    for (std::size_t i = 0; i < statements.size(); i++) {
        if (is_open) {
            parts.back().last = i + 1;
        } else {
            parts.push_back({i, i + 1, statements[i].kind == StatementKind::refuses_transaction});
        }
        is_open = statements[i].kind == StatementKind::transaction_begin ||
                  (is_open && statements[i].kind != StatementKind::transaction_end);
    }
    return parts;
}

std::string NontransactionalRun::describe(std::size_t index) const {
    return run_.context_name() + ", statement " + std::to_string(index + 1) + ",";
}

/// Before anything runs: a text must not stop halfway for a reason that can be known.
void NontransactionalRun::require_top_level(const pg::Script& script) const {
    const auto parts = parts_of(script);
    const auto part = std::find_if(parts.begin(), parts.end(), [this](const Part& p) {
        return p.is_at_top_level && p.last > std::size_t(*done_);
    });
    if (part == parts.end()) {
        return;
    }
    if (const auto objection = pg::objection_to_top_level()) {
        const std::string& command = script.statements()[part->first].command;
        throw Failure(FailureCode::not_in_prerequisite_state,
                      run_.context_name() + " cannot be run beside the pgaudit that is loaded",
                      "It stops " + command + " within a CALL: " + *objection + ".",
                      std::string("Install pgaudit ") + pg::fit_pgaudit() +
                          " or later and restart the server; or run what is left of the text by "
                          "hand, and say so with migrate_stamp.");
    }
}

void NontransactionalRun::require_same_text(const pg::Script& script) const {
    const auto done = std::size_t(*done_);
    if (done > script.statements().size() ||
        !tables::is_run_text(prefix_.name, text_until(script, done))) {
        throw Failure(FailureCode::not_in_prerequisite_state,
                      run_.context_name() + " cannot be resumed: what was run of its text has "
                                            "changed",
                      "Statements done: " + std::to_string(*done_) + ".",
                      "Register these statements as they were; or undo them by hand, and say so "
                      "with migrate_stamp.");
    }
}

/// Before the first statement is done the revision can be replaced, while we wait for a lock.
void NontransactionalRun::require_same_registration(const pg::Script& script) const {
    if (run_.text() != script.text()) {
        throw Failure(FailureCode::serialization_failure,
                      run_.context_name() + " was changed while it was being run", {},
                      "Call again for what is left.");
    }
}

/// Rights can be taken away while it runs: throws when the caller's are gone.
void NontransactionalRun::require_same_identity() const {
    if (run_identity(require_prefix(prefix_.name)) != run_.identity()) {
        throw Failure(FailureCode::serialization_failure,
                      run_.context_name() + " is to be run as another role now", {},
                      "Call again for what is left.");
    }
}

StepResult NontransactionalRun::run(core::Index revision, const std::optional<RunRow>& partial,
                                    std::int64_t& done) {
    done_ = &done;
    const Stopwatch stopwatch;
    const std::string text = run_.begin(revision);
    *done_ = partial ? partial->statements : 0;
    const pg::Script script(text, run_.text_name() + " of " + described_prefix(prefix_.name),
                            pg::ScriptLifetime::procedure);
    check_script(script, run_.text_name());
    require_same_text(script);
    require_top_level(script);
    const auto recorded = run_.direction() == core::Direction::upgrade
                              ? std::vector<ObjectRow>()
                              : tables::objects_of_revision(prefix_.name, run_.revision());
    auto recorder = std::make_unique<Recorder>(run_.make_recorder());
    run_.as_owner(*recorder, [&] { run_.look_ahead(script); });
    std::optional<RunRow> before = partial;
    for (const Part& part : parts_of(script)) {
        if (part.last <= std::size_t(*done_)) {
            continue;
        }
        policy_.with_retries(
            transactions_, describe(part.first),
            [&] {
                require_same_identity();
                if (!part.is_at_top_level) {
                    run_in_transaction(script, part, *recorder);
                } else if (!finish_interrupted(script, part.first, before, *recorder)) {
                    run_at_top_level(script, part.first, *recorder);
                }
            },
            [&] {
                // The recorder may know of things that have been rolled back.
                recorder = std::make_unique<Recorder>(run_.make_recorder());
                before = tables::find_run(prefix_.name);
            });
        before.reset();
    }
    lock();
    require_same_registration(script);
    return run_.finish(revision, text, std::int64_t(script.statements().size()),
                       stopwatch.microseconds(), *recorder, recorded);
}

void NontransactionalRun::advance(const pg::Script& script, std::size_t statements) {
    tables::advance_run(prefix_.name, std::int64_t(statements), text_until(script, statements));
}

void NontransactionalRun::run_in_transaction(const pg::Script& script, const Part& part,
                                             Recorder& recorder) {
    lock();
    require_same_registration(script);
    run_.run_part(script, part.first, part.last, recorder);
    advance(script, part.last);
    transactions_.commit();
    *done_ = std::int64_t(part.last);
}

/// Runs a statement at top level as the owner, with the settings that it is to have; leaves
/// the session as it was.  `after` is done in the last transaction of the statement: what it
/// writes is there if and only if the statement was done.
void NontransactionalRun::execute(const pg::Script& script, std::size_t index, Recorder& recorder,
                                  const std::function<void()>& after) {
    std::vector<pg::Setting> settings =
        run_.settings_at(script, index, policy_.settings(pg::waiting_of(script, index)));
    settings.push_back({"application_name", progress_.application_name()});
    const pg::SessionSettings session = [&] {
        const pg::RoleScope role(run_.identity().role, pg::Confinement::local);
        return pg::SessionSettings(settings);
    }();
    transactions_.commit();
    const auto error = transactions_.attempt([&] {
        {
            const RunningText mark;
            IndexNotes notes(prefix_.name, recorder);
            const pg::Observation observation(notes);
            const pg::TopLevelRole role(run_.identity().role, run_.identity().confinement);
            pg::run_at_top_level(script, index, run_.context_name(), run_.place());
        }
        pg::advance_command();
        after();
        transactions_.commit();
    });
    const pg::CancelPause pause;
    session.restore();
    transactions_.commit();
    if (error) {
        throw *error;
    }
}

void NontransactionalRun::drop_index(const IndexState& index) {
    // With one of its own, which is not told of the new index: to the step's recorder that would be
    // one that somebody else had made before.
    Recorder recorder = run_.make_recorder();
    const std::string name = pg::qualified_name(index.schema, index.name);
    pg::notice("dropping invalid index " + name + ", left by an interrupted run");
    const pg::Script script("DROP INDEX CONCURRENTLY " + name, run_.text_name(),
                            pg::ScriptLifetime::procedure);
    execute(script, 0, recorder, [] {});
}

/// The index or partition that an earlier try was to take away, when it is there.
std::optional<pg::ObjectId> NontransactionalRun::taken_relation(const pg::Script& script,
                                                                std::size_t index,
                                                                const RunRow& before,
                                                                Recorder& recorder) {
    if (!before.relation || !has_lost_relation(before)) {
        return before.relation;
    }
    std::optional<pg::ObjectId> named;
    run_.as_owner(recorder, [&] { named = pg::interrupted_relation(script, index); });
    return named;
}

/// Those that were made, and not written down before the end came.
void NontransactionalRun::record_indexes(const RunRow& before, Recorder& recorder) {
    run_.as_owner(recorder, [&] {
        for (const pg::ObjectId index : before.indexes) {
            recorder.created(pg::relation_address(index));
        }
        recorder.statement_ended();
    });
    PendingWrites writes(prefix_.name);
    recorder.write(prefix_.name, run_.revision(), writes);
    writes.write();
}

void NontransactionalRun::drop_invalid_indexes(const RunRow& before) {
    for (const auto& states :
         {catalog::index_states(before.indexes), catalog::old_copies(before.indexes)}) {
        for (const IndexState& state : states) {
            if (state.is_valid) {
                continue;
            }
            // Of a table with long values; such an index is in nobody's way.
            if (state.schema == "pg_toast" && !pg::is_superuser(run_.identity().role)) {
                const std::string name = pg::qualified_name(state.schema, state.name);
                pg::warning("01000", "invalid index " + name + " was left by an interrupted run",
                            "Role " + in_quotes(run_.role()) + " may not drop it.",
                            "Have a superuser call DROP INDEX CONCURRENTLY " + name + ".");
                continue;
            }
            drop_index(state);
        }
    }
}

/// What is found of a statement that an earlier try has begun.
NontransactionalRun::Found NontransactionalRun::look_for(const pg::Script& script,
                                                         std::size_t index, const RunRow& before,
                                                         Recorder& recorder) {
    const auto relation = taken_relation(script, index, before, recorder);
    switch (pg::interruption_of(script, index)) {
    case Interruption::leaves_index: {
        const auto states = catalog::index_states(before.indexes);
        const bool is_whole = std::all_of(states.begin(), states.end(),
                                          [](const auto& state) { return state.is_valid; });
        return {states.empty() ? Trace::none : is_whole ? Trace::finished : Trace::unfinished, {}};
    }
    case Interruption::leaves_copies:
        return {Trace::unfinished, {}};
    case Interruption::leaves_old_index:
        return {!before.relation ? Trace::none
                : relation       ? Trace::unfinished
                                 : Trace::finished,
                {}};
    case Interruption::leaves_partition: {
        const auto state = relation ? catalog::detach_state(*relation) : std::nullopt;
        if (!state) {
            return {before.relation ? Trace::finished : Trace::none, {}};
        }
        return {state->is_pending ? Trace::unfinished : Trace::none,
                "ALTER TABLE " + state->parent + " DETACH PARTITION " + state->partition +
                    " FINALIZE"};
    }
    case Interruption::can_be_repeated:
        break;
    }
    return {Trace::none, {}};
}

/// Looks at what an earlier try of the statement has left.  Whether it is done with that;
/// else the way is clear to run it.
bool NontransactionalRun::finish_interrupted(const pg::Script& script, std::size_t index,
                                             const std::optional<RunRow>& before,
                                             Recorder& recorder) {
    if (!before || before->statement != std::int64_t(index) + 1) {
        return false;
    }
    const Interruption interruption = pg::interruption_of(script, index);
    const Found found = look_for(script, index, *before, recorder);
    switch (core::resumption_of(interruption, found.trace)) {
    case Resumption::run_again:
        return false;
    case Resumption::clear_and_run:
        drop_invalid_indexes(*before);
        return false;
    case Resumption::record_as_done:
        record_indexes(*before, recorder);
        break;
    case Resumption::complete: {
        const pg::Script rest(found.completion, run_.text_name(), pg::ScriptLifetime::procedure);
        run_.run_part(rest, 0, 1, recorder);
        break;
    }
    case Resumption::note_as_done:
        break;
    }
    advance(script, index + 1);
    transactions_.commit();
    *done_ = std::int64_t(index) + 1;
    return true;
}

void NontransactionalRun::run_at_top_level(const pg::Script& script, std::size_t index,
                                           Recorder& recorder) {
    const Stopwatch stopwatch;
    const std::string& command = script.statements()[index].command;
    progress_.statement_begins(int(index) + 1, command);
    std::optional<pg::ObjectId> relation;
    run_.as_owner(recorder, [&] { relation = pg::interrupted_relation(script, index); });
    const bool creates = pg::interruption_of(script, index) == Interruption::leaves_index;
    tables::begin_run_statement(prefix_.name, std::int64_t(index) + 1,
                                creates ? std::nullopt : relation);
    transactions_.commit();
    execute(script, index, recorder, [&] {
        if (creates) {
            require_valid_indexes(pg::tolerates_existing(script, index) ? relation : std::nullopt);
        }
        PendingWrites writes(prefix_.name);
        recorder.write(prefix_.name, run_.revision(), writes);
        writes.write();
        advance(script, index + 1);
    });
    *done_ = std::int64_t(index) + 1;
    progress_.statement_ended(int(index) + 1, command, stopwatch.microseconds());
}

/// Success means that the index is there and valid: those that the statement has created, or
/// the one that IF NOT EXISTS has found, which may be what somebody else's failure has left.
void NontransactionalRun::require_valid_indexes(std::optional<pg::ObjectId> found) {
    const auto run = tables::find_run(prefix_.name);
    std::vector<pg::ObjectId> indexes = run ? run->indexes : std::vector<pg::ObjectId>();
    if (indexes.empty() && found) {
        indexes.push_back(*found);
    }
    for (const IndexState& state : catalog::index_states(indexes)) {
        if (!state.is_valid) {
            throw Failure(FailureCode::not_in_prerequisite_state,
                          "index " + in_quotes(state.name) + " is not valid",
                          "It was there before, left by a build that failed.",
                          "Drop it with DROP INDEX CONCURRENTLY " +
                              pg::qualified_name(state.schema, state.name) + ", and call again.");
        }
    }
}

} // namespace migrate::engine
