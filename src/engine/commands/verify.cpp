#include "engine/commands/verify.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/schema/model.hpp"
#include "engine/commands/upgrade.hpp"
#include "engine/run/interrupted_run.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/run/transactional_run.hpp"
#include "engine/schema/reader.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/subtransaction.hpp"

#include <algorithm>
#include <memory>
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
    Verification(const Prefix& prefix, std::string target)
        : name_(prefix.name), target_(std::move(target)),
          standing_(std::make_unique<Standing>(prefix)) {}

    std::vector<Finding> run() {
        if (pending().empty()) {
            return {};
        }
        lock_for_run(standing_->prefix());
        // Somebody else may have run all of it, or registered more, while we waited.
        read();
        revisions_ = pending();
        if (revisions_.empty()) {
            return {};
        }
        prepare();
        verify_each();
        verify_together();
        return std::move(findings_);
    }

  private:
    std::vector<Index> pending() const {
        std::vector<Index> revisions;
        for (const core::Step& step : make_plan(*standing_, Direction::upgrade, target_).steps) {
            revisions.push_back(step.revision);
        }
        return revisions;
    }

    void read() { standing_ = std::make_unique<Standing>(require_prefix(name_)); }

    /// What an upgrade checks before it begins.
    void prepare() {
        const Prefix& prefix = standing_->prefix();
        refuse_partial_run(prefix, settle_run(name_));
        require_run_rights(prefix, Direction::upgrade);
        adopt_restored_objects(prefix);
    }

    const std::string& id_of(Index revision) const { return standing_->graph().id(revision); }

    SchemaModel model() const {
        return read_schema(standing_->prefix(), SchemaExtent::shared).model;
    }

    /// Runs one text; its error, when it failed and has left nothing.  A run of its own for
    /// each, for what one has recorded the next must know.
    std::optional<std::string> run_text(Direction direction, Index revision) {
        pg::check_interrupts();
        Progress progress(1, /* tells_revisions */ false);
        std::optional<PrefixRun> run;
        const auto error = pg::attempt_all([&] {
            run.emplace(*standing_, direction, progress, std::vector<pg::Setting>{quiet});
            RunRecords records(standing_->prefix().name);
            run->run(revision, records);
            records.write();
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
        for (const SchemaDifference& d : core::without_parts(core::compare(before, after))) {
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
        for (const SchemaDifference& d : core::without_parts(core::compare(first, second))) {
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
                    detail += "; hence not verified: " + core::listed(standing_->graph(), rest);
                }
                add(revision, "error", "up text", detail);
                revisions_.resize(i);
                read();
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
        if (!standing_->history().revisions[revision].is_reversible) {
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
        if (!is_undone || !is_redone) {
            read();
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

    std::string name_;
    std::string target_;
    std::unique_ptr<Standing> standing_;
    std::vector<Index> revisions_; // pending, in the order in which they run
    SchemaModel before_;           // as the revisions before the one at hand have left it
    std::size_t first_ = 0;        // of revisions_, from which on all could be undone
    SchemaModel base_;             // before that one
    bool is_together_ = false;
    std::vector<Finding> findings_;
};

} // namespace

std::vector<Finding> verify(const std::string& target,
                            const std::optional<std::string>& prefix_argument) {
    begin_change("migrate_verify()");
    auto prefix = find_or_default(named_prefix(prefix_argument));
    if (prefix) {
        run_identity(*prefix);
    }
    std::vector<Finding> findings;
    pg::rehearse([&] {
        pg::SettingsLevel settings;
        settings.set(quiet.name.c_str(), quiet.value.c_str());
        findings = Verification(std::move(prefix).value_or(Prefix()), target).run();
    });
    return findings;
}

} // namespace migrate::engine
