#include "engine/commands/verify.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/schema/model.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/run/preflight.hpp"
#include "engine/run/transactional_run.hpp"
#include "engine/schema/reader.hpp"
#include "engine/tables/pending_writes.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/subtransaction.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

namespace migrate::engine {

namespace {

using core::Direction;
using core::Index;
using core::SchemaDifference;
using core::SchemaModel;
using Change = SchemaDifference::Change;

/// Of what the texts say nothing is to reach the client: they run several times, and none of
/// it stays.
const pg::Setting quiet = {"client_min_messages", "error"};

std::string value_of(const std::optional<std::string>& value) {
    return value ? *value : "none";
}

class Verification {
  public:
    explicit Verification(CheckedRun checked) : state_(std::move(checked.state)) {
        for (const core::Step& step : checked.plan.steps) {
            revisions_.push_back(step.revision);
        }
    }

    std::vector<Finding> run() {
        verify_each();
        verify_together();
        return std::move(findings_);
    }

  private:
    const std::string& id_of(Index revision) const { return state_->graph().id(revision); }

    SchemaModel model() {
        SchemaReading reading = read_schema(state_->prefix(), SchemaExtent::shared);
        locked_.merge(reading.locked);
        return std::move(reading.model);
    }

    /// What somebody holds a lock on cannot be looked at, and is no difference.
    std::vector<SchemaDifference> differences(const SchemaModel& before,
                                              const SchemaModel& after) const {
        return core::without_parts(core::without_objects(core::compare(before, after), locked_));
    }

    /// Runs one text; its error, when it failed and has left nothing.  A run of its own for
    /// each, for what one has recorded the next must know.
    std::optional<std::string> run_text(Direction direction, Index revision) {
        pg::check_interrupts();
        Progress progress(1, Progress::Default::quiet);
        std::optional<TransactionalRun> run;
        const auto error = pg::attempt_all([&] {
            TouchedObjects touched; // is of no use: nothing stays
            run.emplace(*state_, direction, progress, touched, std::vector<pg::Setting>{quiet});
            PendingWrites writes(state_->prefix().name);
            run->run(revision, writes);
            writes.write();
        });
        if (!error) {
            return std::nullopt;
        }
        if (error->report().is_of_circumstances()) {
            throw pg::Error(*error);
        }
        const pg::Report& report = error->report();
        std::string detail = report.message;
        if (run && run->place().statement > 0) {
            detail = "statement " + std::to_string(run->place().statement) + ", line " +
                     std::to_string(run->place().line) + ": " + detail;
        }
        if (!report.detail.empty()) {
            detail += " (" + report.detail + ")";
        }
        return detail;
    }

    void add(std::optional<Index> revision, std::string kind, std::optional<std::string> object,
             std::string detail) {
        // All revisions together show again what single ones have shown.
        const bool is_known =
            is_together_ && std::any_of(findings_.begin(), findings_.end(), [&](const auto& other) {
                return other.kind == kind && other.object == object;
            });
        if (is_known) {
            return;
        }
        findings_.push_back({revision ? std::optional(id_of(*revision)) : std::nullopt,
                             std::move(kind), std::move(object), std::move(detail)});
    }

    /// What a downgrade has left otherwise than it was.
    void compare_undone(std::optional<Index> revision, const SchemaModel& before,
                        const SchemaModel& after, const std::string& when) {
        for (const SchemaDifference& d : differences(before, after)) {
            const std::string object = d.object.kind + " " + d.object.name;
            if (d.change == Change::added) {
                add(revision, "leftover", object, "it stays after " + when + ": " + *d.to);
            } else if (d.change == Change::removed) {
                add(revision, "missing", object, "it is gone after " + when + ": " + *d.from);
            } else {
                add(revision, "changed", object,
                    d.property + ": " + value_of(d.from) + " before, " + value_of(d.to) +
                        " after " + when);
            }
        }
    }

    /// What the second upgrade has made otherwise than the first.
    void compare_repeated(std::optional<Index> revision, const SchemaModel& first,
                          const SchemaModel& second) {
        for (const SchemaDifference& d : differences(first, second)) {
            std::string detail;
            if (d.change == Change::added) {
                detail = "only the second upgrade made it: " + *d.to;
            } else if (d.change == Change::removed) {
                detail = "only the first upgrade made it: " + *d.from;
            } else {
                detail = d.property + ": " + value_of(d.from) + " after the first upgrade, " +
                         value_of(d.to) + " after the second";
            }
            add(revision, "not repeatable", d.object.kind + " " + d.object.name, detail);
        }
    }

    void verify_each() {
        before_ = model();
        base_ = before_;
        for (std::size_t i = 0; i < revisions_.size(); i++) {
            const Index revision = revisions_[i];
            if (const auto error = run_text(Direction::upgrade, revision)) {
                std::string detail = *error;
                if (i + 1 < revisions_.size()) {
                    const std::vector<Index> rest(revisions_.begin() + std::ptrdiff_t(i) + 1,
                                                  revisions_.end());
                    detail += "; hence not verified: " + core::listed(state_->graph(), rest);
                }
                add(revision, "error", "up text", detail);
                revisions_.resize(i);
                return;
            }
            SchemaModel after = model();
            if (!verify_one(revision, after)) {
                // What comes before cannot be undone together with what comes after.
                first_ = i + 1;
                base_ = after;
            }
            before_ = std::move(after);
        }
    }

    /// Down and up again, from the state that `after` is the model of, and back to it.
    /// Whether the down text ran.
    bool verify_one(Index revision, const SchemaModel& after) {
        if (!state_->history().revisions[revision].is_reversible) {
            add(revision, "irreversible", std::nullopt, "it has no down text");
            return false;
        }
        bool is_undone = false;
        bool is_redone = false;
        pg::rehearse([&] {
            if (const auto error = run_text(Direction::downgrade, revision)) {
                add(revision, "error", "down text", *error);
                return;
            }
            is_undone = true;
            compare_undone(revision, before_, model(), "the downgrade");
            if (const auto error = run_text(Direction::upgrade, revision)) {
                add(revision, "not repeatable", "up text", *error);
                return;
            }
            is_redone = true;
            compare_repeated(revision, after, model());
        });
        // All of that was rolled back, and the revision is applied.
        if (is_undone && !is_redone) {
            state_->applied().apply(revision);
        }
        return is_undone;
    }

    /// All that can be undone at once, down and up.
    void verify_together() {
        if (revisions_.size() < first_ + 2) {
            return;
        }
        is_together_ = true;
        for (std::size_t i = revisions_.size(); i-- > first_;) {
            if (const auto error = run_text(Direction::downgrade, revisions_[i])) {
                add(revisions_[i], "error", "down text", "after those that follow it: " + *error);
                return;
            }
        }
        compare_undone(std::nullopt, base_, model(), "all downgrades");
        for (std::size_t i = first_; i < revisions_.size(); i++) {
            if (const auto error = run_text(Direction::upgrade, revisions_[i])) {
                add(revisions_[i], "not repeatable", "up text", "after all downgrades: " + *error);
                return;
            }
        }
        compare_repeated(std::nullopt, before_, model());
    }

    std::unique_ptr<PrefixState> state_;
    std::vector<Index> revisions_; // pending, in the order in which they run
    SchemaModel before_;           // as the revisions before the one at hand have left it
    std::size_t first_ = 0;        // of revisions_, from which on all could be undone
    SchemaModel base_;             // before that one
    std::set<core::SchemaIdentity> locked_;
    bool is_together_ = false;
    std::vector<Finding> findings_;
};

} // namespace

std::vector<Finding> verify(const std::string& target, const std::optional<std::string>& prefix) {
    Preflight preflight(
        {RunKind::verification, Direction::upgrade, target, prefix, "migrate_verify()"});
    std::vector<Finding> findings;
    if (!preflight.is_needed()) {
        return findings;
    }
    pg::rehearse([&] {
        pg::SettingsLevel settings;
        settings.set(quiet.name.c_str(), quiet.value.c_str());
        preflight.lock();
        if (auto checked = preflight.finish()) {
            findings = Verification(std::move(*checked)).run();
        }
    });
    return findings;
}

} // namespace migrate::engine
