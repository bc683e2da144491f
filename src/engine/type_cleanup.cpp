#include "engine/type_cleanup.hpp"

#include "core/failure.hpp"
#include "core/names.hpp"
#include "core/naming.hpp"
#include "engine/ownership.hpp"
#include "pg/attempt.hpp"
#include "pg/execute.hpp"
#include "pg/parse.hpp"
#include "pg/session.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace migrate::engine {

using pg::Nature;
using pg::ObjectFacts;
using pg::ObjectId;

namespace {

constexpr std::string_view type_kind = "type";
constexpr std::string_view label_kind = "enum label";

/// The types that may have become orphans, each once, oldest first.
class Candidates {
  public:
    void add(ObjectId type) {
        if (seen_.insert(type).second) {
            types_.push_back(type);
        }
    }
    bool contains(ObjectId type) const { return seen_.count(type) > 0; }
    std::vector<ObjectId>& types() { return types_; }

  private:
    std::unordered_set<ObjectId> seen_;
    std::vector<ObjectId> types_;
};

pg::Script parse_up(const Prefix& prefix, const std::string& id, std::string_view up) {
    return pg::Script(replaced_text(prefix, up), "up text of revision " + core::in_quotes(id));
}

/// Where the type of a row of migrate.object is now: at its oid, in the database that
/// noted it, else at its name.
std::optional<ObjectId> type_of(const ObjectRow& row) {
    const bool is_there = row.is_here && pg::look_up(row.address).nature == Nature::named;
    const auto address = is_there ? std::optional(row.address) : registry::address_of(row.name);
    return address ? std::optional(address->object_id) : std::nullopt;
}

/// A type that this prefix may drop at all: a lasting one, no part of another object or
/// of an extension, and no other prefix's.
bool is_ours_to_drop(ObjectId type, const Fence& fence) {
    const auto address = pg::type_address(type);
    const ObjectFacts facts = pg::look_up(address);
    return facts.nature == Nature::named && !pg::is_extension_member(address) &&
           !fence.is_foreign(fence.owner_of(address, facts));
}

/// Of the statements of the revision's own up text: types that no other revision is
/// recorded to have made.
void add_types_of_text(Candidates& candidates, const pg::Script& script, const Fence& fence) {
    for (const pg::TypeCreation& creation : script.created_types()) {
        const auto type = pg::find_type(creation.schema, creation.name);
        if (type && !fence.made_by_revision(pg::type_address(*type))) {
            candidates.add(*type);
        }
    }
}

/// Names of all types that the up texts of applied revisions create, as the parser reads
/// them.  Only asked when there is a type that nobody is known to have made.
std::unordered_set<std::string> types_in_applied_texts(const RevertedRevision& reverted) {
    std::unordered_set<std::string> names;
    registry::for_each_up(
        reverted.prefix.source(), [&](const std::string& id, const std::string& up) {
            const auto index = reverted.history.graph.find(id);
            if (!index || !reverted.applied.is_applied(*index)) {
                return;
            }
            for (const auto& creation : parse_up(reverted.prefix, id, up).created_types()) {
                names.insert(creation.name);
            }
        });
    return names;
}

/// Types that nobody is known to have made, in the namespace of the prefix, whose last
/// user went with this downgrade.
void add_released_types(Candidates& candidates, const RevertedRevision& reverted,
                        const Fence& fence, const Recorder& recorder) {
    std::optional<std::unordered_set<std::string>> applied_names;
    for (const ObjectId type : recorder.released_types()) {
        const auto address = pg::type_address(type);
        const ObjectFacts facts = pg::look_up(address);
        if (candidates.contains(type) || facts.nature != Nature::named ||
            fence.made_by_revision(address) ||
            pg::schema_name(facts.schema) != reverted.prefix.schema ||
            (reverted.prefix.naming == "prefixed" &&
             !core::is_prefixed(facts.name, reverted.prefix.name))) {
            continue;
        }
        if (!applied_names) {
            applied_names = types_in_applied_texts(reverted);
        }
        if (applied_names->count(facts.name) == 0) {
            candidates.add(type);
        }
    }
}

/// Drops `type` as the current role.  False when the server refuses.
bool drop_type(ObjectId type) {
    const ObjectFacts facts = pg::look_up(pg::type_address(type));
    const std::string statement = "DROP TYPE " +
                                  pg::quote_identifier(pg::schema_name(facts.schema)) + "." +
                                  pg::quote_identifier(facts.name);
    const auto error = pg::attempt([&] {
        const pg::Script script(statement, "dropping an orphaned type");
        pg::Execution execution(script, "dropping an orphaned type");
        execution.run(0);
    });
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

/// Drops what nothing uses, over and over: a composite type or domain that goes may have
/// been the last user of an ENUM type.
std::vector<std::string> drop_unused(std::vector<ObjectId> types) {
    std::vector<std::string> dropped;
    for (bool again = true; again;) {
        again = false;
        for (auto type = types.begin(); type != types.end();) {
            pg::check_interrupts();
            const auto name = pg::name_of(pg::type_address(*type));
            if (!name || !registry::dependents_of_type(*type).empty()) {
                ++type;
                continue;
            }
            if (drop_type(*type)) {
                dropped.push_back(name->identity);
                again = true;
            }
            type = types.erase(type);
        }
    }
    for (const ObjectId type : types) {
        if (const auto name = pg::name_of(pg::type_address(type))) {
            pg::notice("kept type " + name->identity + ", which is still in use",
                       "It is used by " + users_of(registry::dependents_of_type(type)) + ".");
        }
    }
    std::sort(dropped.begin(), dropped.end());
    return dropped;
}

/// Labels that the revision added to types which stay: nothing can drop one.
void announce_labels(const RevertedRevision& reverted, const pg::Script& up) {
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> labels;
    const auto add = [&](const std::string& schema, const std::string& type, const std::string& l) {
        auto& list = labels[{schema, type}];
        if (std::find(list.begin(), list.end(), l) == list.end()) {
            list.push_back(l);
        }
    };
    for (const ObjectRow& row : reverted.recorded) {
        if (row.name.type == label_kind) {
            add(row.name.names.at(0), row.name.names.at(1), row.name.arguments.at(0));
        }
    }
    for (const pg::LabelAddition& addition : up.added_labels()) {
        if (const auto type = pg::find_type(addition.schema, addition.type)) {
            const ObjectFacts facts = pg::look_up(pg::type_address(*type));
            add(pg::schema_name(facts.schema), facts.name, addition.label);
        }
    }
    for (const auto& [type, added] : labels) {
        const auto left = registry::present_labels(type.first, type.second, added);
        if (!left.empty()) {
            pg::notice("type " + pg::quote_identifier(type.first) + "." +
                           pg::quote_identifier(type.second) + " keeps the label" +
                           (left.size() > 1 ? "s " : " ") + core::listed(left) + " that revision " +
                           core::in_quotes(reverted.id) + " added",
                       "PostgreSQL cannot drop a label of an ENUM type.");
        }
    }
}

} // namespace

std::string replaced_text(const Prefix& prefix, std::string_view text) {
    return core::replace_placeholders(text, prefix.name, pg::quote_identifier(prefix.schema));
}

std::vector<std::string> drop_orphaned_types(const RevertedRevision& reverted, const Fence& fence,
                                             const Recorder& recorder) {
    const auto up_text = registry::text(reverted.prefix.source(), reverted.id, true);
    const pg::Script up = parse_up(reverted.prefix, reverted.id, up_text.value_or(""));
    Candidates candidates;
    for (const ObjectRow& row : reverted.recorded) {
        if (row.name.type == type_kind) {
            if (const auto type = type_of(row)) {
                candidates.add(*type);
            }
        }
    }
    add_types_of_text(candidates, up, fence);
    add_released_types(candidates, reverted, fence, recorder);

    auto& types = candidates.types();
    types.erase(std::remove_if(types.begin(), types.end(),
                               [&](ObjectId type) { return !is_ours_to_drop(type, fence); }),
                types.end());
    auto dropped = drop_unused(types);
    if (!dropped.empty()) {
        std::string list;
        for (const std::string& name : dropped) {
            list += (list.empty() ? "" : ", ") + name;
        }
        pg::notice("dropped " + std::to_string(dropped.size()) + " orphaned type" +
                   (dropped.size() > 1 ? "s" : "") + " of revision " +
                   core::in_quotes(reverted.id) + ": " + list);
    }
    announce_labels(reverted, up);
    return dropped;
}

} // namespace migrate::engine
