#include "engine/type_cleanup.hpp"

#include "core/failure.hpp"
#include "core/names.hpp"
#include "core/naming.hpp"
#include "engine/ownership.hpp"
#include "engine/placeholders.hpp"
#include "engine/planning.hpp"
#include "pg/attempt.hpp"
#include "pg/execute.hpp"
#include "pg/parse.hpp"
#include "pg/scope.hpp"
#include "pg/session.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace migrate::engine {

using core::in_quotes;
using pg::Nature;
using pg::ObjectFacts;
using pg::ObjectId;

namespace {

constexpr std::string_view type_kind = "type";

/// The types that may have become orphans, each once.
class Candidates {
  public:
    /// `is_brought`: the revision made it, so that people expect it to go.
    void add(ObjectId type, bool is_brought) {
        if (seen_.insert(type).second) {
            types_.push_back(type);
            if (is_brought) {
                brought_.insert(type);
            }
        }
    }
    bool contains(ObjectId type) const { return seen_.contains(type); }
    bool is_brought(ObjectId type) const { return brought_.contains(type); }
    std::vector<ObjectId>& types() { return types_; }

  private:
    std::unordered_set<ObjectId> seen_;
    std::unordered_set<ObjectId> brought_;
    std::vector<ObjectId> types_;
};

/// Its up text: nothing where it could not run anyway.
std::optional<std::string> up_text(const RevertedRevision& reverted) {
    return readable_text(reverted.prefix,
                         registry::text(reverted.prefix.source(), reverted.id, true).value_or(""),
                         "up text of revision " + in_quotes(reverted.id));
}

/// Parsed without the parser's notices (about truncated names), which came when the text ran.
pg::Script parse_up(const std::string& up, const RevertedRevision& reverted) {
    pg::SettingsLevel settings;
    settings.set("client_min_messages", "warning");
    return pg::Script(up, "up text of revision " + in_quotes(reverted.id));
}

/// Where the type of a row of migrate.object is now: at its oid, in the database that
/// noted it, else at its name.
/// Not one that the down text made under that name (a swap that was swapped back).
std::optional<ObjectId> type_of(const ObjectRow& row, const Recorder& recorder) {
    const bool is_there = row.is_here && pg::look_up(row.address).nature == Nature::named;
    if (!is_there && row.is_here && recorder.has_seen_drop_of(row.address)) {
        return std::nullopt; // as a down text should
    }
    const auto address = is_there ? std::optional(row.address) : registry::address_of(row.name);
    return address && !recorder.has_created(*address) ? std::optional(address->object_id)
                                                      : std::nullopt;
}

/// A type that this prefix may drop at all: a lasting one, no part of another object or
/// of an extension, and no other prefix's.
bool is_ours_to_drop(ObjectId type, const Fence& fence) {
    const auto address = pg::type_address(type);
    const ObjectFacts facts = pg::look_up(address);
    return facts.nature == Nature::named && !pg::is_extension_member(address) &&
           !fence.is_foreign(fence.owner_of(address, facts));
}

/// For a revision that never ran here (stamped): the types that the statements of its up
/// text would have created, where they would have been created.
void add_types_of_text(Candidates& candidates, const pg::Script& script, const Fence& fence,
                       const Recorder& recorder) {
    const std::string schema = pg::current_schema().value_or("");
    for (const pg::TypeCreation& creation : script.created_types()) {
        const auto type =
            pg::find_type(creation.schema.empty() ? schema : creation.schema, creation.name);
        if (type && !fence.made_by_revision(pg::type_address(*type)) &&
            !recorder.has_created(pg::type_address(*type))) {
            candidates.add(*type, true);
        }
    }
}

/// The up texts of all applied revisions of the database, asked for names.  Only read when
/// there is a type that nobody is known to have made.
class AppliedTexts {
  public:
    explicit AppliedTexts(const RevertedRevision& reverted) {
        add(reverted.prefix, reverted.graph, reverted.applied);
        for (const Prefix& prefix : registry::prefixes()) {
            if (prefix.name != reverted.prefix.name) {
                add(prefix);
            }
        }
    }

    bool mention(const std::string& name) const {
        return std::any_of(texts_.begin(), texts_.end(), [&name](const std::string& text) {
            return core::mentions_name(text, name);
        });
    }

  private:
    void add(const Prefix& prefix) {
        const History history = registry::load_history(prefix.source(), address_of(prefix));
        add(prefix, history.graph,
            applied_set(history.graph, registry::rows(prefix.name), StaleRows::ignored));
    }

    void add(const Prefix& prefix, const core::Graph& graph, const core::AppliedSet& applied) {
        registry::for_each_up(prefix.source(), [&](const std::string& id, const std::string& up) {
            const auto index = graph.find(id);
            if (index && applied.is_applied(*index)) {
                texts_.push_back(searchable_text(prefix, up));
            }
        });
    }

    std::vector<std::string> texts_;
};

/// Types that nobody is known to have made, in the namespace of the prefix, one of whose
/// users went with this downgrade.
class ReleasedTypes {
  public:
    ReleasedTypes(const RevertedRevision& reverted, const Fence& fence, const Recorder& recorder)
        : reverted_(reverted), fence_(fence), recorder_(recorder) {}

    /// Adds those that were released since the last time.
    void add_to(Candidates& candidates) {
        const auto& released = recorder_.released_types();
        for (; next_ < released.size(); next_++) {
            if (!candidates.contains(released[next_]) && is_orphan_of_nobody(released[next_])) {
                candidates.add(released[next_], false);
            }
        }
    }

  private:
    bool is_orphan_of_nobody(ObjectId type) {
        const auto address = pg::type_address(type);
        const ObjectFacts facts = pg::look_up(address);
        if (facts.nature != Nature::named || fence_.made_by_revision(address) ||
            recorder_.has_created(address) ||
            pg::schema_name(facts.schema) != reverted_.prefix.schema ||
            (reverted_.prefix.naming == "prefixed" &&
             !core::is_prefixed(facts.name, reverted_.prefix.name)) ||
            !registry::dependents_of_type(type).empty()) {
            return false;
        }
        if (!texts_) {
            texts_.emplace(reverted_);
        }
        return !texts_->mention(facts.name);
    }

    const RevertedRevision& reverted_;
    const Fence& fence_;
    const Recorder& recorder_;
    std::optional<AppliedTexts> texts_;
    std::size_t next_ = 0;
};

/// The server says that the type cannot go (2BP01: something needs it) or that the role may
/// not drop it (42501).
bool is_refusal(const pg::Error& error) {
    const std::string sqlstate = error.report().sqlstate_text();
    return sqlstate == "2BP01" || sqlstate == "42501";
}

/// Drops `type` as the current role.  False when the server refuses.
bool drop_type(ObjectId type) {
    const ObjectFacts facts = pg::look_up(pg::type_address(type));
    const std::string statement =
        "DROP TYPE " + pg::qualified_name(pg::schema_name(facts.schema), facts.name);
    const auto error = pg::attempt([&] {
        const pg::Script script(statement, "dropping an orphaned type");
        pg::Place place;
        pg::Execution execution(script, "dropping an orphaned type", place);
        execution.run(0);
    });
    if (error && !is_refusal(*error)) {
        throw *error; // a cancel, a lost wait: the downgrade fails as a whole
    }
    if (error) {
        pg::notice("kept orphaned type " + statement.substr(10),
                   "It could not be dropped: " + error->report().message + ".");
    }
    return !error;
}

std::string users_of(const std::vector<registry::Dependent>& dependents) {
    static constexpr std::size_t shown = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, dependents.size()); i++) {
        text += (i > 0 ? ", " : "") + dependents[i].description;
    }
    if (dependents.size() > shown) {
        text += " and " + std::to_string(dependents.size() - shown) + " more";
    }
    return text;
}

/// Drops of `types` what nothing uses, over and over: a composite type or domain that goes
/// may have been the last user of another.  What is dropped or cannot be leaves the list.
std::vector<std::string> drop_unused(std::vector<ObjectId>& types) {
    std::vector<std::string> dropped;
    for (bool again = true; again;) {
        again = false;
        for (auto type = types.begin(); type != types.end();) {
            pg::check_interrupts();
            const auto name = pg::name_of(pg::type_address(*type));
            if (name && !registry::dependents_of_type(*type).empty()) {
                ++type;
                continue;
            }
            if (name && drop_type(*type)) {
                dropped.push_back(name->identity);
                again = true;
            }
            type = types.erase(type);
        }
    }
    return dropped;
}

void announce_kept(const Candidates& candidates, const std::vector<ObjectId>& kept) {
    for (const ObjectId type : kept) {
        const auto name = pg::name_of(pg::type_address(type));
        if (name && candidates.is_brought(type)) {
            pg::notice("kept type " + name->identity + ", which is still in use",
                       "It is used by " + users_of(registry::dependents_of_type(type)) + ".");
        }
    }
}

void announce_dropped(const std::string& id, const std::vector<std::string>& dropped) {
    if (dropped.empty()) {
        return;
    }
    pg::notice("dropped " + std::to_string(dropped.size()) + " orphaned type" +
               (dropped.size() > 1 ? "s" : "") + " of revision " + in_quotes(id) + ": " +
               core::joined(dropped));
}

/// Labels that a revision added, by type.
class AddedLabels {
  public:
    void add(ObjectId type, const std::string& label) {
        const ObjectFacts facts = pg::look_up(pg::type_address(type));
        if (facts.nature == Nature::named) {
            labels_[{pg::schema_name(facts.schema), facts.name}].push_back(label);
        }
    }

    /// Says which of them are still there: nothing can drop one.
    void announce(const std::string& id) const {
        for (const auto& [type, added] : labels_) {
            const auto left = registry::present_labels(type.first, type.second, added);
            if (!left.empty()) {
                pg::notice("type " + pg::qualified_name(type.first, type.second) +
                               " keeps the label" + (left.size() > 1 ? "s " : " ") +
                               core::listed(left) + " that revision " + in_quotes(id) + " added",
                           "PostgreSQL cannot drop a label of an ENUM type.");
            }
        }
    }

  private:
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> labels_;
};

/// The type that a row of kind "enum label" is about.
std::optional<ObjectId> labelled_type(const ObjectRow& row) {
    const auto address = pg::type_address(row.address.object_id);
    return row.is_here && pg::look_up(address).nature == Nature::named
               ? std::optional(row.address.object_id)
               : pg::find_type(row.name.names.at(0), row.name.names.at(1));
}

} // namespace

std::vector<std::string> drop_orphaned_types(const RevertedRevision& reverted, const Fence& fence,
                                             Recorder& recorder) {
    Candidates candidates;
    AddedLabels labels;
    for (const ObjectRow& row : reverted.recorded) {
        if (row.name.type == registry::label_kind) {
            if (const auto type = labelled_type(row)) {
                labels.add(*type, row.name.arguments.at(0));
            }
        } else if (row.name.type == type_kind) {
            if (const auto type = type_of(row, recorder)) {
                candidates.add(*type, true);
            }
        }
    }
    const auto text = reverted.is_recorded ? std::nullopt : up_text(reverted);
    if (text) {
        const pg::Script up = parse_up(*text, reverted);
        add_types_of_text(candidates, up, fence, recorder);
        for (const pg::LabelAddition& addition : up.added_labels()) {
            if (const auto type = pg::find_type(addition.schema, addition.type)) {
                labels.add(*type, addition.label);
            }
        }
    }
    ReleasedTypes released(reverted, fence, recorder);
    auto& types = candidates.types();
    std::vector<std::string> dropped;
    // A type that goes releases those that it is made of.
    for (bool again = true; again;) {
        released.add_to(candidates);
        types.erase(std::remove_if(types.begin(), types.end(),
                                   [&](ObjectId type) { return !is_ours_to_drop(type, fence); }),
                    types.end());
        const auto now = drop_unused(types);
        recorder.statement_ended();
        dropped.insert(dropped.end(), now.begin(), now.end());
        again = !now.empty();
    }
    announce_kept(candidates, types);
    std::sort(dropped.begin(), dropped.end());
    announce_dropped(reverted.id, dropped);
    labels.announce(reverted.id);
    return dropped;
}

} // namespace migrate::engine
