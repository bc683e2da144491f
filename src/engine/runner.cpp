#include "engine/runner.hpp"

#include "core/failure.hpp"
#include "core/names.hpp"
#include "engine/fence.hpp"
#include "engine/ownership.hpp"
#include "engine/planning.hpp"
#include "engine/recorder.hpp"
#include "engine/script_check.hpp"
#include "engine/type_cleanup.hpp"
#include "pg/execute.hpp"
#include "pg/object_access.hpp"
#include "pg/role.hpp"
#include "pg/scope.hpp"
#include "pg/session.hpp"

#include <algorithm>
#include <chrono>

namespace migrate::engine {

using core::Direction;
using core::Failure;
using core::FailureCode;
using core::in_quotes;

namespace {

bool is_running = false;

/// A text of a revision is being run; no other may be started from within it.
class RunningMark {
  public:
    RunningMark() { is_running = true; }
    ~RunningMark() { is_running = false; }
    RunningMark(const RunningMark&) = delete;
    RunningMark& operator=(const RunningMark&) = delete;
};

class Stopwatch {
  public:
    std::int64_t microseconds() const {
        return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_).count();
    }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point start_ = Clock::now();
};

/// Cursors that a text left open would run as the caller, under names that it knows.
void close_new_cursors(const std::vector<std::string>& before) {
    for (const std::string& name : registry::open_cursors()) {
        if (std::find(before.begin(), before.end(), name) == before.end()) {
            pg::close_cursor(name);
        }
    }
}

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

/// Runs the steps of one plan.
class Run {
  public:
    Run(Standing& standing, Direction direction)
        : standing_(standing), prefix_(standing.prefix()), direction_(direction),
          identity_(run_identity(prefix_)), role_(pg::role_name(identity_.role)), fence_(prefix_),
          cursors_(registry::open_cursors()) {
        if (identity_.confinement != pg::Confinement::none) {
            refuse_open_cursors(prefix_, cursors_);
        }
    }

    StepResult run(core::Index revision) {
        const Stopwatch stopwatch;
        StepResult result;
        result.prefix = prefix_.name;
        result.revision = standing_.graph().id(revision);
        result.direction = is_up() ? "upgrade" : "downgrade";
        result.message = standing_.history().revisions[revision].message;
        fence_.enter(result.revision);
        const std::string text = replaced_text(
            prefix_, registry::text(prefix_.source(), result.revision, is_up()).value_or(""));
        const auto recorded = is_up()
                                  ? std::vector<ObjectRow>()
                                  : registry::objects_of_revision(prefix_.name, result.revision);

        Recorder recorder(fence_, identity_.confinement != pg::Confinement::none, is_up());
        const core::RowChange change =
            is_up() ? standing_.applied().apply(revision) : standing_.applied().revert(revision);
        {
            const RunningMark mark;
            const pg::RoleScope role(identity_.role, identity_.confinement);
            pg::SettingsLevel settings;
            apply_settings(settings);
            const pg::Observation observation(recorder);
            result.statements = run_text(text, result.revision, recorder);
            if (!is_up()) {
                const RevertedRevision reverted{prefix_, result.revision, recorded,
                                                standing_.graph(), standing_.applied()};
                result.dropped_types = drop_orphaned_types(reverted, fence_, recorder);
            }
        }
        close_new_cursors(cursors_);
        recorder.write(prefix_.name, result.revision);
        if (!is_up()) {
            release_leftovers(result.revision);
        }
        registry::change_rows(prefix_.name, ids_of(standing_.graph(), change.removed),
                              ids_of(standing_.graph(), change.added));
        result.duration_microseconds = stopwatch.microseconds();
        registry::insert_log({prefix_.name, result.revision, result.direction,
                              is_up() ? "applied" : "reverted", role_, result.duration_microseconds,
                              result.statements, text, result.dropped_types});
        return result;
    }

  private:
    bool is_up() const { return direction_ == Direction::upgrade; }

    void apply_settings(pg::SettingsLevel& settings) const {
        settings.set("search_path", prefix_.search_path.c_str());
        const std::string target = pg::current_schema().value_or("");
        if (target.empty() || target.rfind("pg_temp", 0) == 0) {
            throw Failure(FailureCode::not_in_prerequisite_state,
                          "no schema of the search_path of " + described_prefix(prefix_.name) +
                              " can be created in",
                          "The search_path is " + prefix_.search_path + ".",
                          "Correct it with migrate_set_option, or create the "
                          "schema.");
        }
        for (std::size_t i = 0; i + 1 < prefix_.settings.size(); i += 2) {
            settings.set(prefix_.settings[i].c_str(), prefix_.settings[i + 1].c_str());
        }
    }

    std::int64_t run_text(const std::string& text, const std::string& id, Recorder& recorder) {
        const std::string direction = is_up() ? "up" : "down";
        const pg::Script script(text, direction + " text of revision " + in_quotes(id) + " of " +
                                          described_prefix(prefix_.name));
        const std::string origin = direction + " text of revision " + in_quotes(id);
        check_script(script, origin);
        require_transactional(script, origin);
        pg::Execution execution(script, "revision " + in_quotes(id) + " of " +
                                            described_prefix(prefix_.name));
        std::int64_t count = 0;
        for (std::size_t i = 0; i < script.statements().size(); i++) {
            if (is_run(script.statements()[i].kind)) {
                execution.run(i);
                recorder.statement_ended();
                count++;
            }
        }
        return count;
    }

    /// Says which objects of a reverted revision are still there, and takes them off its
    /// record; they stay the prefix's.
    void release_leftovers(const std::string& id) {
        std::vector<pg::ObjectName> gone;
        std::string leftovers;
        for (const ObjectRow& row : registry::objects_of_revision(prefix_.name, id)) {
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
            registry::release_objects(prefix_.name, id);
            pg::warning("01000", "objects of revision " + in_quotes(id) + " outlived its downgrade",
                        "Still there: " + leftovers + ".",
                        "Have its down text drop them, or the next upgrade may find them in its "
                        "way.");
        }
    }

    Standing& standing_;
    const Prefix& prefix_;
    Direction direction_;
    RunIdentity identity_;
    std::string role_;
    Fence fence_;
    std::vector<std::string> cursors_;
};

/// Notes of objects that were made elsewhere (before a dump was restored here) get the
/// addresses that they have here.
void adopt_restored_objects(const Prefix& prefix) {
    std::vector<ObjectRow> restored;
    for (ObjectRow& row : registry::objects_elsewhere(prefix.name)) {
        if (const auto address = registry::address_of(row.name)) {
            row.address = *address;
            restored.push_back(std::move(row));
        }
    }
    registry::insert_objects(prefix.name, restored);
}

/// Whether nobody changed the prefix or its history since `standing` was read.  The lock is
/// held; `is_counted`: our own lock_for_run has counted a change.
bool is_unchanged(const Standing& standing, bool is_counted) {
    const Prefix& before = standing.prefix();
    const Prefix now = require_prefix(before.name);
    return now.generation == before.generation + (is_counted ? 1 : 0) &&
           now.template_name == before.template_name &&
           (!now.template_name ||
            standing.source_generation() == require_prefix(*now.template_name).generation);
}

/// A downgrade may take along what depends on the revisions that were meant.
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

/// Whether an upgrade to `target` has nothing to do, by one indexed read and no lock: what
/// every replica of an application does when it starts.
bool is_at_heads(const std::string& target, const std::string& prefix) {
    if (target != "head" && target != "heads") {
        return false;
    }
    const auto state = registry::head_state(prefix);
    return state.heads > 0 && state.all_are_rows && (target == "heads" || state.heads == 1);
}

} // namespace

bool lock_for_run(const Prefix& prefix) {
    if (prefix.template_name) {
        lock_prefix(*prefix.template_name, PrefixLock::shared);
        registry::check_snapshot(*prefix.template_name);
    }
    lock_prefix(prefix.name, PrefixLock::exclusive);
    return registry::advance_generation(prefix.name);
}

void begin_change(const char* command) {
    pg::require_writable(command);
    if (is_running) {
        throw Failure(FailureCode::nested_call,
                      std::string("cannot call ") + command + " from within a revision", {},
                      "Put what should run into the revision itself, or into one that follows.");
    }
}

std::vector<StepResult> run_to(Direction direction, const std::string& target,
                               const std::optional<std::string>& prefix_argument,
                               const char* command) {
    begin_change(command);
    const std::string name = named_prefix(prefix_argument);
    if (direction == Direction::upgrade && is_at_heads(target, name)) {
        return {};
    }
    auto prefix = find_or_default(name);
    if (prefix) {
        run_identity(*prefix);
    }
    auto standing = std::make_unique<Standing>(std::move(prefix).value_or(Prefix()));
    core::Plan plan = make_plan(*standing, direction, target);
    if (plan.steps.empty()) {
        return {};
    }
    const bool is_counted = lock_for_run(standing->prefix());
    // Somebody else may have run all of it, or registered more, while we waited.
    if (!is_unchanged(*standing, is_counted)) {
        standing = std::make_unique<Standing>(require_prefix(name));
        plan = make_plan(*standing, direction, target);
        if (plan.steps.empty()) {
            return {};
        }
    }
    require_runnable(*standing, plan);
    if (standing->prefix().template_name) {
        require_template_rights(standing->prefix(), require_prefix(standing->prefix().source()));
    }
    require_schema(standing->prefix(), owner_of(standing->prefix()),
                   direction == Direction::upgrade ? SchemaUse::create : SchemaUse::look_up);
    announce_other_lines(*standing, plan);
    adopt_restored_objects(standing->prefix());
    std::vector<StepResult> results;
    results.reserve(plan.steps.size());
    Run run(*standing, direction);
    for (const core::Step& step : plan.steps) {
        pg::check_interrupts();
        results.push_back(run.run(step.revision));
    }
    return results;
}

} // namespace migrate::engine
