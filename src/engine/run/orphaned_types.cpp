#include "engine/run/orphaned_types.hpp"

#include "core/failure.hpp"
#include "core/plan/lookup.hpp"
#include "core/sql/named_types.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/catalog/types.hpp"
#include "engine/objects/kept_types.hpp"
#include "engine/run/placeholders.hpp"
#include "engine/tables/log.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/prefix.hpp"
#include "engine/tables/revision.hpp"
#include "pg/script/execute.hpp"
#include "pg/script/parse.hpp"
#include "pg/session/identifiers.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/scope.hpp"
#include "pg/wall/subtransaction.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace migrate::engine {

using core::in_quotes;
using pg::Nature;
using pg::ObjectId;

namespace {

constexpr std::string_view type_kind = "type";

/// The up text of `revision`, parsed without the parser's notices (about truncated names), which
/// came when it ran; an empty one where it cannot run in this prefix.
std::unique_ptr<pg::Script> parse_up(const Prefix& prefix, const std::string& revision) {
    const std::string origin = core::text_name(core::Direction::upgrade, revision);
    const auto up = tables::text(prefix.source(), revision, core::Direction::upgrade);
    const auto text = readable_text(prefix, up.value_or(""), origin);
    pg::SettingsLevel settings;
    settings.set("client_min_messages", "warning");
    return std::make_unique<pg::Script>(text.value_or(""), origin);
}

/// The server says that the type cannot go (2BP01: something needs it) or that the role may
/// not drop it (42501).
bool is_refusal(const pg::Error& error) {
    const std::string sqlstate = error.report().sqlstate_text();
    return sqlstate == "2BP01" || sqlstate == "42501";
}

/// Runs `statement`, which drops a type, as the current role.  What the server says when it
/// refuses; empty when it is done.
std::string refusal_of(const std::string& statement) {
    const auto error = pg::attempt([&] {
        const pg::Script script(statement, "dropping an orphaned type");
        pg::Place place;
        pg::Execution execution(script, "dropping an orphaned type", place);
        execution.run(0);
    });
    if (error && !is_refusal(*error)) {
        throw *error; // a cancel, a lost wait: the downgrade fails as a whole
    }
    return error ? error->report().message : std::string();
}

std::string drop_statement(const catalog::TypeIdentity& type) {
    return "DROP " + type.command + " " + pg::qualified_name(type.schema, type.name);
}

/// A list for people, the first few of `things`.
std::string first_of(const std::vector<std::string>& things) {
    static constexpr std::size_t shown = 5;
    const std::vector<std::string> first(
        things.begin(), things.begin() + std::ptrdiff_t(std::min(shown, things.size())));
    return core::joined(first) +
           (things.size() > shown ? " and " + std::to_string(things.size() - shown) + " more" : "");
}

/// Those whose names the commands of `script` take first of all.
std::vector<ObjectId> types_named(const pg::Script& script) {
    const auto changes = type_changes_of(script);
    std::vector<ObjectId> types;
    for (const core::TypeChange& change : changes) {
        const auto type = type_named(change.type);
        const auto identity = type ? catalog::type_identity(*type) : std::nullopt;
        if (identity && takes_name_first(changes, *identity)) {
            types.push_back(*type);
        }
    }
    return types;
}

/// The types for which a reverted revision has to answer, with what happens to each.
class Cleanup {
  public:
    Cleanup(const RevertedRevision& reverted, const Fence& fence, FunctionBodies& bodies,
            Recorder& recorder)
        : reverted_(reverted), fence_(fence), bodies_(bodies), recorder_(recorder) {}

    TypesLeft run() {
        add_recorded();
        // Most revisions have records of all that they made; the text is not read for those.
        if (!reverted_.is_recorded || fence_.has_unclaimed_types() ||
            recorder_.has_created_types()) {
            add_created_by_text();
        }
        add_kept_before();
        drop_orphans();
        tell_of_released();
        for (const Candidate& candidate : candidates_) {
            if (candidate.keeper.empty()) {
                keep(candidate);
            }
        }
        keep_labels();
        std::sort(result_.dropped.begin(), result_.dropped.end());
        return std::move(result_);
    }

  private:
    struct Candidate {
        ObjectId type;
        bool is_found;      // the revision met it under the name of what it makes: not its work
        std::string keeper; // the other revision whose downgrade kept it; may be empty
        std::string schema; // that it was recorded in, if it was
    };

    const pg::Script& up() {
        if (!up_) {
            up_ = parse_up(reverted_.prefix, reverted_.id);
        }
        return *up_;
    }

    void add(Candidate candidate) {
        if (!is_candidate(candidate.type)) {
            candidates_.push_back(std::move(candidate));
        }
    }

    static std::string recorded_schema(const ObjectRow& row) {
        const auto name = core::sql_tokens(row.name.identity, core::SqlQuoting::sql);
        return name.empty() ? std::string() : name.front().text;
    }

    void add_recorded() {
        for (const ObjectRow& row : reverted_.recorded) {
            if (row.name.type == tables::label_kind) {
                add_label(row);
            } else if (row.name.type == type_kind) {
                add_recorded_type(row);
            }
        }
    }

    /// It is that very object: at its oid in the database that noted it, else under its name.
    void add_recorded_type(const ObjectRow& row) {
        const bool is_there = row.is_here && pg::look_up(row.address).nature == Nature::named;
        if (is_there) {
            if (!recorder_.has_created(row.address)) {
                add({row.address.object_id, row.is_found(), {}, recorded_schema(row)});
            }
            return;
        }
        const auto address = tables::find_address(row.name);
        if (address && !recorder_.has_created(*address) &&
            !(row.is_here &&
              (recorder_.has_seen_drop_of(row.address) || fence_.is_recorded(*address)))) {
            // Somebody has made it anew since, where the oid says so.
            add({address->object_id, row.is_here || row.is_found(), {}, recorded_schema(row)});
        }
    }

    void add_created_by_text() {
        auto types = types_named(up());
        types.insert(types.end(), reverted_.named_before.begin(), reverted_.named_before.end());
        for (const ObjectId type : types) {
            if (pg::look_up(pg::type_address(type)).nature == Nature::named && answers_for(type)) {
                add({type, false, {}, {}});
            }
        }
        for (const pg::LabelAddition& addition : up().added_labels()) {
            const auto type = pg::find_type(addition.schema, addition.type);
            if (type && !reverted_.is_recorded) {
                labels_.push_back({*type, addition.label});
            }
        }
    }

    /// Whether a type whose name the up text takes is the work of this prefix, and of no revision
    /// that is applied: made anew by the down text, recorded for none or for a revision that is not
    /// applied, or recorded nowhere when the text never ran here.
    bool answers_for(ObjectId type) {
        const auto address = pg::type_address(type);
        if (recorder_.has_created(address)) {
            return true;
        }
        if (fence_.is_recorded(address)) {
            const auto maker = fence_.maker_of(address);
            return !maker || (*maker != reverted_.id && !is_applied(*maker));
        }
        if (fence_.is_recorded_elsewhere(address) || has_run_here()) {
            return false;
        }
        const auto name = pg::name_of(address);
        const auto row = name ? tables::object_named(reverted_.prefix.name, *name) : std::nullopt;
        return !row || !row->is_here; // else somebody has made it anew under that name
    }

    /// What the downgrades of other revisions had to leave: this one may have taken the last user.
    void add_kept_before() {
        if (!fence_.has_kept()) {
            return;
        }
        for (const ObjectRow& row : tables::kept_objects(reverted_.prefix.name)) {
            if (row.name.type == type_kind && !row.revision && *row.kept != reverted_.id &&
                !is_applied(*row.kept) && row.is_here) {
                add({row.address.object_id, false, *row.kept, recorded_schema(row)});
            }
        }
    }

    bool is_applied(const std::string& revision) const {
        const auto index = reverted_.graph.find(revision);
        return index && revision != reverted_.id && reverted_.applied.is_applied(*index);
    }

    bool has_run_here() {
        if (!has_run_here_) {
            has_run_here_ = reverted_.is_recorded;
            for (const auto& run :
                 tables::last_runs(reverted_.prefix.name, std::vector<std::string>{reverted_.id})) {
                has_run_here_ = *has_run_here_ || run.direction == core::Direction::upgrade;
            }
        }
        return *has_run_here_;
    }

    /// Why `type` is not to be dropped even if nothing needs it, as a sentence; empty when it is.
    std::string reason_to_keep(const Candidate& candidate, const catalog::TypeIdentity& type) {
        const auto address = pg::type_address(candidate.type);
        if (candidate.is_found) {
            return "No revision made it.";
        }
        if (pg::is_extension_member(address)) {
            return "It belongs to an extension.";
        }
        if (fence_.is_foreign(fence_.owner_of(address, pg::look_up(address)))) {
            return "It belongs to another prefix.";
        }
        if (type.owner != reverted_.owner) {
            return "It belongs to role " + in_quotes(pg::role_name(type.owner)) + ".";
        }
        if (type.schema != candidate.schema && !is_schema_of_prefix(type)) {
            return "Schema " + in_quotes(type.schema) + " is none of " +
                   described_prefix(reverted_.prefix.name) + ".";
        }
        if (const auto maker = maker_before(type)) {
            return "Revision " + in_quotes(*maker) + ", which is still applied, made it first.";
        }
        return {};
    }

    /// The prefix's own, one that a revision of it made, or the one that the text names.  Not one
    /// to which somebody has moved it.
    bool is_schema_of_prefix(const catalog::TypeIdentity& type) {
        if (type.schema == reverted_.prefix.schema) {
            return true;
        }
        const auto schema = pg::find_schema(type.schema);
        if (schema && fence_.is_recorded(pg::schema_address(*schema))) {
            return true;
        }
        const auto created = up().created_types();
        return std::any_of(created.begin(), created.end(), [&](const pg::TypeCreation& creation) {
            return creation.schema == type.schema && creation.name == type.name;
        });
    }

    /// An applied revision that makes a type of this name, which the up text took away before it
    /// made its own.
    std::optional<std::string> maker_before(const catalog::TypeIdentity& type) {
        const auto text =
            tables::text(reverted_.prefix.source(), reverted_.id, core::Direction::upgrade);
        if (!is_any_called(text.value_or(""), core::TypeChange::Kind::freed, type)) {
            return std::nullopt;
        }
        std::optional<std::string> maker;
        tables::for_each_up(reverted_.prefix.source(),
                            [&](const std::string& id, const std::string& up) {
                                if (!maker && is_applied(id) &&
                                    is_any_called(up, core::TypeChange::Kind::created, type)) {
                                    maker = id;
                                }
                            });
        return maker;
    }

    /// Whether `text` does that with the name of `type`.
    bool is_any_called(const std::string& text, core::TypeChange::Kind kind,
                       const catalog::TypeIdentity& type) const {
        const auto changes = core::type_changes(searchable_text(reverted_.prefix, text));
        return std::any_of(changes.begin(), changes.end(), [&](const core::TypeChange& change) {
            return change.kind == kind && is_called(change.type, type);
        });
    }

    /// What needs `type`, for people.
    std::vector<std::string> users_of(ObjectId type, const catalog::TypeIdentity& identity) {
        std::vector<std::string> users;
        for (const catalog::Dependent& dependent : catalog::dependents_of_type(type)) {
            users.push_back(dependent.description);
        }
        for (const ObjectId function : bodies_.users_of(identity, fence_)) {
            const auto name = pg::name_of(pg::function_address(function));
            users.push_back("the body of " +
                            (name ? name->type + " " + name->identity : std::string("a function")));
        }
        return users;
    }

    /// Drops what nothing needs, over and over: a composite type or domain that goes may have been
    /// the last user of another.  What stays, stays in the list.
    void drop_orphans() {
        for (bool again = true; again;) {
            again = false;
            for (auto candidate = candidates_.begin(); candidate != candidates_.end();) {
                pg::check_interrupts();
                const auto type = catalog::type_identity(candidate->type);
                if (!type) {
                    candidate = candidates_.erase(candidate);
                } else if (reason_to_keep(*candidate, *type).empty() &&
                           users_of(candidate->type, *type).empty() && drop(*candidate, *type)) {
                    candidate = candidates_.erase(candidate);
                    again = true;
                } else {
                    ++candidate;
                }
            }
            if (again) {
                recorder_.statement_ended();
            }
        }
        announce_dropped();
    }

    bool drop(const Candidate& candidate, const catalog::TypeIdentity& identity) {
        const auto name = pg::name_of(pg::type_address(candidate.type));
        const std::string refusal = refusal_of(drop_statement(identity));
        if (!refusal.empty()) {
            refusals_.emplace(candidate.type, refusal);
            return false;
        }
        if (name) {
            result_.dropped.push_back(name->identity);
            dropped_of_[candidate.keeper].push_back(name->identity);
        }
        return true;
    }

    /// Those of the revision itself first.
    void announce_dropped() {
        for (auto& [keeper, names] : dropped_of_) {
            std::sort(names.begin(), names.end());
            pg::notice("dropped " + std::to_string(names.size()) + " orphaned type" +
                       (names.size() > 1 ? "s" : "") + " of revision " +
                       in_quotes(keeper.empty() ? reverted_.id : keeper) + ": " +
                       core::joined(names));
        }
    }

    /// A type that has to stay, in the way of the revision's next upgrade.
    void keep(const Candidate& candidate) {
        const auto address = pg::type_address(candidate.type);
        const auto type = catalog::type_identity(candidate.type);
        auto name = pg::name_of(address);
        if (!type || !name) {
            return;
        }
        const std::string reason = reason_to_keep(candidate, *type);
        const auto users = users_of(candidate.type, *type);
        const auto refusal = refusals_.find(candidate.type);
        std::string detail = reason;
        if (!users.empty()) {
            detail +=
                (detail.empty() ? "It is used by " : " It is used by ") + first_of(users) + ".";
        } else if (refusal != refusals_.end()) {
            detail = "It could not be dropped: " + refusal->second + ".";
        }
        pg::notice("kept type " + name->identity +
                       (reason.empty() && !users.empty() ? ", which is still in use" : ""),
                   detail);
        ObjectRow row;
        row.name = std::move(*name);
        row.address = address;
        if (candidate.is_found) {
            row.revision = reverted_.id;
        } else {
            row.revision = maker_before(*type);
        }
        if (!row.revision || candidate.is_found) {
            row.kept = reverted_.id;
        }
        result_.kept.push_back(std::move(row));
    }

    /// Types that no revision made, whose last user went with this downgrade.
    void tell_of_released() {
        std::set<ObjectId> told;
        for (const ObjectId released : recorder_.released_types()) {
            const auto address = pg::type_address(released);
            if (!told.insert(released).second || fence_.is_recorded(address) ||
                fence_.is_recorded_elsewhere(address) || recorder_.has_created(address) ||
                is_candidate(released) || pg::is_extension_member(address) ||
                pg::look_up(address).nature != Nature::named) {
                continue;
            }
            const auto type = catalog::type_identity(released);
            if (type && users_of(released, *type).empty()) {
                const auto name = pg::name_of(address);
                pg::notice("type " + (name ? name->identity : type->name) +
                               " has lost its last user",
                           "No revision made it, so it stays.",
                           "If nobody needs it any more: " + drop_statement(*type) + ".");
            }
        }
    }

    bool is_candidate(ObjectId type) const {
        return std::any_of(candidates_.begin(), candidates_.end(),
                           [type](const Candidate& known) { return known.type == type; });
    }

    struct Label {
        ObjectId type;
        std::string label;
    };

    /// The type that a row of kind "enum label" is about.
    void add_label(const ObjectRow& row) {
        const auto address = pg::type_address(row.address.object_id);
        const bool is_there = row.is_here && pg::look_up(address).nature == Nature::named;
        const auto found = is_there ? std::optional(address) : tables::find_address(row.name);
        if (found) {
            labels_.push_back({found->object_id, row.name.arguments.at(0)});
        }
    }

    /// Labels that the revision added and that are still there: nothing can drop one.
    void keep_labels() {
        std::map<ObjectId, std::vector<std::string>> added;
        for (const Label& label : labels_) {
            added[label.type].push_back(label.label);
        }
        for (const auto& [oid, labels] : added) {
            const auto type = catalog::type_identity(oid);
            const auto name = pg::name_of(pg::type_address(oid));
            if (!type || !name) {
                continue;
            }
            const auto left = catalog::present_labels(type->schema, type->name, labels);
            if (left.empty()) {
                continue;
            }
            pg::notice("type " + pg::qualified_name(type->schema, type->name) + " keeps the label" +
                           (left.size() > 1 ? "s " : " ") + core::listed(left) + " that revision " +
                           in_quotes(reverted_.id) + " added",
                       "PostgreSQL cannot drop a label of an ENUM type.");
            for (const std::string& label : left) {
                ObjectRow row;
                row.name = tables::label_name(*name, type->schema, type->name, label);
                row.address = {tables::label_class, oid, 0};
                row.kept = reverted_.id;
                result_.kept.push_back(std::move(row));
            }
        }
    }

    const RevertedRevision& reverted_;
    const Fence& fence_;
    FunctionBodies& bodies_;
    Recorder& recorder_;
    std::unique_ptr<pg::Script> up_; // once it was asked for
    std::optional<bool> has_run_here_;
    std::vector<Candidate> candidates_;
    std::map<ObjectId, std::string> refusals_;
    std::map<std::string, std::vector<std::string>> dropped_of_; // by the revision that kept them
    std::vector<Label> labels_;
    TypesLeft result_;
};

} // namespace

std::vector<ObjectId> types_of_up_text(const Prefix& prefix, const std::string& revision) {
    pg::SettingsLevel settings;
    settings.set("client_min_messages", "warning"); // what is to be said is said afterwards
    const auto script = parse_up(prefix, revision);
    std::vector<ObjectId> types;
    for (const core::TypeChange& change : type_changes_of(*script)) {
        const auto type = type_named(change.type);
        if (change.kind == core::TypeChange::Kind::created && type) {
            types.push_back(*type);
        }
    }
    return types;
}

TypesLeft drop_orphaned_types(const RevertedRevision& reverted, const Fence& fence,
                              FunctionBodies& bodies, Recorder& recorder) {
    return Cleanup(reverted, fence, bodies, recorder).run();
}

} // namespace migrate::engine
