// Runs texts of a prefix's revisions in the current transaction, as the prefix's owner and with its
// settings, watched by recorder and fence; keeps applied revisions, records and log in step.
#pragma once

#include "core/plan/plan.hpp"
#include "engine/access/rights.hpp"
#include "engine/objects/fence.hpp"
#include "engine/objects/function_bodies.hpp"
#include "engine/objects/kept_types.hpp"
#include "engine/objects/recorder.hpp"
#include "engine/run/orphaned_types.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/run/progress.hpp"
#include "engine/schema/snapshots.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/pending_writes.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/copy/empty_copy.hpp"
#include "pg/script/execute.hpp"
#include "pg/script/parse.hpp"
#include "pg/session/cursors.hpp"
#include "pg/wall/scope.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace migrate::engine {

/// One revision that ran.
struct StepResult {
    std::string prefix;
    std::string revision;
    core::Direction direction = core::Direction::upgrade;
    std::string message;
    std::int64_t statements = 0;
    std::int64_t duration_microseconds = 0;
    std::vector<std::string> dropped_types;
};

class TransactionalRun {
  public:
    /// `settings` hold over those of the prefix.  What may look otherwise afterwards is added to
    /// `touched`.  Reads what the fence needs to know.
    /// Throws Failure when the caller may not, or has cursors open that a confined text
    /// could reach.
    TransactionalRun(PrefixState& state, core::Direction direction, Progress& progress,
                     TouchedObjects& touched, std::vector<pg::Setting> settings = {});

    /// What will be run, in this order, while nobody can register: texts may be read several at a
    /// time.  `steps` stay where they are.
    void expect(std::span<const core::Step> steps) { expected_ = steps; }

    /// Texts will run in `copy`, as a deploy would run them: what refuses a transaction by a twin
    /// that does not, and each text as if it committed.
    void run_in(pg::EmptyCopy& copy) { copy_ = &copy; }
    /// Runs a text of no revision there, which messages call `name`; records what it makes.
    void run_text(const std::string& text, const std::string& name);

    /// Runs the whole of `revision` in the current transaction.  What is to be written down
    /// of it is added to `records`.
    StepResult run(core::Index revision, PendingWrites& writes);

    // For a revision that is run in parts, in this order.

    /// Its text as it runs here.
    std::string begin(core::Index revision);
    /// The same, as it is registered now.
    std::string text() const;
    /// `up text of revision "x"`, and `revision "x" of prefix "p"`.
    std::string text_name() const;
    std::string context_name() const;
    /// Runs statements `first` to `last` (exclusive) in the current transaction, with the
    /// settings that those before them have made; and writes down what they made.
    void run_part(const pg::Script& script, std::size_t first, std::size_t last,
                  Recorder& recorder);
    /// The settings that statement `index` is to have, for one that refuses a transaction.
    /// `settings` hold over the prefix's, what the text sets over those.
    std::vector<pg::Setting> settings_at(const pg::Script& script, std::size_t index,
                                         std::span<const pg::Setting> settings);
    /// Does `work` as the owner, with the settings of the prefix.
    void as_owner(Recorder& recorder, const std::function<void()>& work);
    /// Before the first part: what an earlier downgrade left of which the text would make something
    /// once more, so that those statements of `script` are passed over; or, for a downgrade, which
    /// types the up text has made.  As the owner; throws Failure when something is there that is
    /// not what the text would make.
    void look_ahead(const pg::Script& script);
    /// Others may have changed functions since.
    void forget_functions() { bodies_.forget(); }
    /// Types, rows and log of a revision whose text has run; `recorded` as it was before.
    StepResult finish(core::Index revision, const std::string& text, std::int64_t statements,
                      std::int64_t microseconds, Recorder& recorder,
                      const std::vector<ObjectRow>& recorded);

    Recorder make_recorder();
    const RunIdentity& identity() const { return identity_; }
    /// The revision that runs.
    const std::string& revision() const { return id_; }
    /// What the log calls the role that the texts run as.
    const std::string& role() const { return role_; }
    core::Direction direction() const { return direction_; }
    /// Whose the objects of the database are, with what it has recorded.
    const Ownership& ownership() const { return fence_.ownership(); }
    /// Whether the schema after a downgrade is to be compared with what it was before: not when a
    /// WARNING has named objects that outlived it.
    DriftCheck drift_check() const {
        return is_up() || has_told_of_leftovers_ ? DriftCheck::none : DriftCheck::warn;
    }
    /// Where the text that ran last is, or failed.
    pg::Place& place() { return place_; }

  private:
    std::string take_text();
    bool is_up() const { return direction_ == core::Direction::upgrade; }
    void apply_settings(pg::SettingsLevel& level, std::span<const pg::Setting> settings) const;
    void close_new_cursors() const;
    std::int64_t run_statements(const pg::Script& script, std::size_t first, std::size_t last,
                                Recorder& recorder);
    /// Whether settings count that end with their transaction, or mean nothing to one statement.
    enum class Settings { of_transaction, of_statement };
    std::vector<std::string> repeat_settings(const pg::Script& script, std::size_t index,
                                             Settings which);
    void prepare(pg::Script& script);
    void statement_ended(const pg::ParsedStatement& statement);
    std::vector<ObjectRow> maybe_left(const Recorder& recorder, PendingWrites& writes);
    TypesLeft drop_types(Recorder& recorder, const std::vector<ObjectRow>& recorded);
    void keep(const std::vector<ObjectRow>& kept, PendingWrites& writes);
    bool passes_over(std::string_view statement);
    void claim(std::optional<ObjectRow> found);
    void claim_found();
    void write_down(core::Index revision, const StepResult& result, const std::string& text,
                    PendingWrites& writes);
    void release_leftovers(const std::vector<ObjectRow>& recorded, const Recorder& recorder,
                           const std::vector<ObjectRow>& kept);
    StepResult result_of(core::Index revision) const;

    PrefixState& state_;
    const Prefix& prefix_;
    core::Direction direction_;
    Progress& progress_;
    TouchedObjects& touched_;
    std::vector<pg::Setting> settings_;
    RunIdentity identity_;
    std::string role_;
    Fence fence_;
    FunctionBodies bodies_;
    pg::EmptyCopy* copy_ = nullptr;
    std::string loose_text_;                 // of no revision, what messages call it
    std::vector<pg::ObjectId> named_before_; // types of the up text, before the down text ran
    std::vector<ObjectRow> kept_;            // what the upgrade that runs may take over
    PassedOver taken_over_;
    std::vector<std::string> cursors_;                   // that were open before
    std::span<const core::Step> expected_;               // those whose texts have not been read
    std::unordered_map<std::string, std::string> texts_; // of those to come, by id
    std::string id_;                                     // of the revision that runs
    pg::Place place_;
    bool has_told_of_leftovers_ = false;
};

} // namespace migrate::engine
