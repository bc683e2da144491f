#include "engine/objects/recorder.hpp"

#include "core/failure.hpp"
#include "engine/catalog/types.hpp"
#include "engine/tables/object.hpp"
#include "engine/tables/pending_writes.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/boundary.hpp"

#include <algorithm>

namespace migrate::engine {

using pg::Nature;
using pg::ObjectAddressKey;
using pg::ObjectFacts;

using tables::label_class;

void Recorder::created(const ObjectAddressKey& object) {
    note_function(object);
    if (fence_.is_recorded(object)) { // CREATE OR REPLACE TRIGGER
        altered(object);
    } else if (new_set_.insert(object).second) {
        new_.push_back(object);
    }
}

void Recorder::altered(const ObjectAddressKey& object) {
    note_function(object);
    const ObjectFacts facts = pg::look_up(object);
    if (facts.nature == Nature::gone || new_set_.contains(object)) {
        return; // made by this very statement: judged when it has ended
    }
    touched_.add(object, facts, change());
    fence_.check(object, facts, "alter");
    before_.try_emplace(object, facts);
    if (facts.is_schema) {
        fence_.forget_schema_names();
    }
}

void Recorder::dropping(const ObjectAddressKey& object, const ObjectAddressKey& subject) {
    const ObjectFacts facts = pg::look_up(subject);
    fence_.check(subject, facts, "drop");
    if (facts.nature != Nature::internal && facts.nature != Nature::temporary) {
        touched_.add_dropped(subject, facts);
    }
    // Columns and labels that were added later have records of their own, and no event
    // when the whole relation or type goes.
    if (fence_.is_recorded(subject) || facts.nature == Nature::named) {
        dropped_.push_back(subject);
        dropped_set_.insert(subject);
        has_dropped_part_ = has_dropped_part_ || object != subject;
    } else if (facts.nature == Nature::dependent && pg::is_constraint(subject)) {
        dropped_constraints_.emplace(facts.relation, facts.name);
    } else if (facts.nature == Nature::dependent && facts.is_recorded) {
        if (const auto name = pg::name_of(subject)) {
            dropped_parts_.insert(name->type + " " + name->identity);
        }
    }
    // What the server made by itself, such as a row type, uses no types but those of what it made
    // it for.
    if (!is_upgrade_ && facts.nature != Nature::temporary && facts.nature != Nature::internal) {
        for (const pg::ObjectId type : pg::referenced_types(object)) {
            released_types_.push_back(type);
        }
    }
}

void Recorder::touching(const ObjectAddressKey& object, std::string_view verb) {
    const ObjectFacts facts = pg::look_up(object);
    fence_.check(object, facts, verb);
    touched_.add(object, facts, TouchedObjects::Change::itself);
    if (facts.is_partition && fence_.is_mine_by_parents(object, facts)) {
        unrecorded_partitions_.insert(object);
        fence_.add(object, std::nullopt); // also when the statement has taken it from its parents
    }
}

void Recorder::writing(pg::ObjectId relation) {
    const ObjectAddressKey object = pg::relation_address(relation);
    fence_.check(object, pg::look_up(object), "write to");
    if (pg::is_catalog(relation)) {
        touched_.add_everything();
    }
}

void Recorder::changing(const ObjectAddressKey& object) {
    touched_.add(object, pg::look_up(object), TouchedObjects::Change::itself);
}

void Recorder::label_added(pg::ObjectId type, const std::string& label) {
    labels_.push_back({type, label});
}

void Recorder::refuse_temporary(const ObjectAddressKey& object, const ObjectFacts& facts) const {
    const auto name = pg::name_of(object);
    pg::raise(core::Failure(core::FailureCode::refused_statement,
                            "cannot create temporary " + (name ? name->type : "object") + " " +
                                core::in_quotes(facts.name) + " while acting as another role",
                            "It would be left in the caller's session.",
                            "Call as the owner of the prefix itself."));
}

/// Relations whose content or behaviour the new or altered object takes part in: its own,
/// the one that its foreign key refers to, those that it inherits from.
void Recorder::judge_relations_of(const ObjectAddressKey& object, const ObjectFacts& facts) {
    const auto check_relation = [this](pg::ObjectId relation, std::string_view verb) {
        const ObjectAddressKey key = pg::relation_address(relation);
        const auto how = has_created(key) ? pg::LookUp::created_here : pg::LookUp::by_catalogs;
        fence_.check(key, pg::look_up(key, how), verb);
    };
    if (facts.nature == Nature::dependent) {
        check_relation(facts.relation, "add to");
        if (facts.referenced_relation != pg::invalid_object_id) {
            check_relation(facts.referenced_relation, "make a foreign key to");
        }
    } else if (pg::is_relation(object) && facts.nature == Nature::named) {
        for (const pg::ObjectId parent : pg::inherited_relations(object.object_id)) {
            check_relation(parent, "inherit from");
        }
    }
}

void Recorder::judge_created(const ObjectAddressKey& object) {
    const ObjectFacts facts = pg::look_up(object, pg::LookUp::created_here);
    switch (facts.nature) {
    case Nature::gone:
    case Nature::internal:
        return;
    case Nature::temporary:
        if (refuses_temporary_ && !facts.is_schema) {
            refuse_temporary(object, facts);
        }
        return;
    default:
        break;
    }
    fence_.check_name(object, facts);
    judge_relations_of(object, facts);
    touched_.add_new(object, facts);
    if (facts.is_recorded && created_set_.insert(object).second) {
        created_.push_back(object);
    }
}

void Recorder::statement_ended() {
    if (new_.empty() && before_.empty()) {
        return;
    }
    pg::advance_command();
    // Judging may not be interrupted by new events: it runs nothing.
    const auto created = std::exchange(new_, {});
    new_set_.clear();
    const auto before = std::exchange(before_, {});
    // Nothing but what the server has made with its relation, and dear to look up.
    Keys row_types;
    for (const ObjectAddressKey& object : created) {
        if (pg::is_relation(object) && object.sub_id == 0) {
            row_types.insert(pg::type_address(pg::row_type_of_new(object.object_id)));
        }
    }
    for (const ObjectAddressKey& object : created) {
        pg::check_interrupts();
        if (!row_types.contains(object)) {
            judge_created(object);
        }
    }
    for (const auto& [object, old_facts] : before) {
        const ObjectFacts facts = pg::look_up(object);
        if (facts.nature == Nature::gone || facts.nature == Nature::internal) {
            continue;
        }
        if (facts.name != old_facts.name || facts.schema != old_facts.schema) {
            has_renamed_ = true;
            fence_.check_name(object, facts);
            touched_.add(object, facts, TouchedObjects::Change::name);
        }
        judge_relations_of(object, facts);
    }
    if (has_renamed_) {
        fence_.forget_schema_names();
    }
}

/// Who made an object that the text created under `name`.  Dropped and made again under one
/// name (also by a table rewrite, which rebuilds indexes) it is still the work of whoever
/// made it first; but a type that takes another one's name is a new type.
std::optional<std::string> Recorder::maker_of(const pg::ObjectName& name,
                                              const std::vector<ObjectRow>& deleted,
                                              const std::string& revision) const {
    const auto same = std::find_if(deleted.begin(), deleted.end(), [&](const ObjectRow& old) {
        return old.name.type == name.type && old.name.identity == name.identity;
    });
    if (same == deleted.end() || (is_upgrade_ && name.type == "type")) {
        return is_upgrade_ ? std::optional(revision) : std::nullopt;
    }
    return !is_upgrade_ && same->revision == revision ? std::nullopt : same->revision;
}

std::vector<ObjectRow> Recorder::created_rows(const std::vector<ObjectRow>& deleted,
                                              const std::string& revision) const {
    std::vector<ObjectRow> rows;
    for (const ObjectAddressKey& object : created_) {
        const ObjectFacts facts = pg::look_up(object);
        if (facts.nature == Nature::gone || !facts.is_recorded) {
            continue;
        }
        // A constraint or column of a table that is recorded itself goes without saying.
        const bool is_part =
            facts.nature == Nature::dependent && (object.sub_id > 0 || pg::is_constraint(object));
        if (is_part && created_set_.contains(pg::relation_address(facts.relation))) {
            continue;
        }
        if (pg::is_constraint(object) &&
            dropped_constraints_.contains({facts.relation, facts.name})) {
            continue; // it was there before, and not recorded
        }
        auto name = pg::name_of(object);
        if (!name || dropped_parts_.contains(name->type + " " + name->identity)) {
            continue; // the second: so were these
        }
        auto maker = maker_of(*name, deleted, revision);
        rows.push_back({std::move(*name), std::move(maker), object, {}, true});
    }
    return rows;
}

/// Partitions that belonged to the prefix only by their parents, and have left these: once
/// detached, they stay with the prefix.
void Recorder::append_detached(std::vector<ObjectRow>& rows) const {
    for (const ObjectAddressKey& object : unrecorded_partitions_) {
        if (has_created(object)) {
            continue; // among the others
        }
        const ObjectFacts facts = pg::look_up(object);
        auto name = facts.nature == Nature::named && !facts.is_partition ? pg::name_of(object)
                                                                         : std::nullopt;
        if (name) {
            rows.push_back({std::move(*name), std::nullopt, object, {}, true});
        }
    }
}

void Recorder::append_labels(std::vector<ObjectRow>& rows, const std::string& revision) const {
    if (!is_upgrade_) {
        return;
    }
    std::unordered_set<std::string> seen;
    for (const Label& label : labels_) {
        const auto type = pg::name_of(pg::type_address(label.type));
        const ObjectFacts facts = pg::look_up(pg::type_address(label.type));
        if (!type || facts.nature != Nature::named) {
            continue;
        }
        const std::string schema = pg::schema_name(facts.schema);
        pg::ObjectName name = tables::label_name(*type, schema, facts.name, label.label);
        // Not twice, and not one that a subtransaction has taken back.
        if (seen.insert(name.identity).second &&
            !catalog::present_labels(schema, facts.name, name.arguments).empty()) {
            rows.push_back({std::move(name), revision, {label_class, label.type, 0}, {}, true});
        }
    }
}

/// Gives the records of objects that are called otherwise now their new names.
void Recorder::write_renamed(const std::string& prefix, PendingWrites& records) {
    records.write_objects();
    auto renamed = tables::renamed_objects(prefix);
    for (ObjectRow& row : tables::labels_of_prefix(prefix)) {
        const pg::ObjectAddressKey type = pg::type_address(row.address.object_id);
        const auto type_name = pg::name_of(type);
        if (!type_name) {
            continue;
        }
        const ObjectFacts facts = pg::look_up(type);
        pg::ObjectName name = tables::label_name(*type_name, pg::schema_name(facts.schema),
                                                 facts.name, row.name.arguments.at(0));
        if (name.identity != row.name.identity) {
            pg::ObjectName old_name = std::exchange(row.name, std::move(name));
            renamed.emplace_back(std::move(row), std::move(old_name));
        }
    }
    std::vector<pg::ObjectName> old_names;
    std::vector<ObjectRow> rows;
    for (auto& [row, old_name] : renamed) {
        old_names.push_back(std::move(old_name));
        rows.push_back(std::move(row));
    }
    // All old names first: objects may have swapped theirs.
    tables::delete_object_names(prefix, old_names);
    records.add(std::move(rows));
}

/// Of what was seen being dropped.
std::vector<ObjectAddressKey> Recorder::gone() const {
    if (has_kept_drops()) {
        return dropped_;
    }
    // A subtransaction that was rolled back has undone some of the drops.
    std::vector<ObjectAddressKey> result;
    std::copy_if(dropped_.begin(), dropped_.end(), std::back_inserter(result),
                 [](const auto& object) { return pg::look_up(object).nature == Nature::gone; });
    return result;
}

void Recorder::write(const std::string& prefix, const std::string& revision,
                     PendingWrites& records) {
    const std::vector<ObjectAddressKey> gone = this->gone();
    std::vector<ObjectRow> deleted;
    if (created_.empty()) {
        records.remove_later(gone);
    } else { // what was dropped may have been made again
        deleted = records.remove(gone);
    }
    gone_.insert(gone.begin(), gone.end());
    if (has_renamed_) {
        write_renamed(prefix, records);
    }
    auto rows = created_rows(deleted, revision);
    append_detached(rows);
    for (const ObjectRow& row : rows) {
        fence_.add(row.address, row.revision);
    }
    append_labels(rows, revision);
    records.add(std::move(rows));
    // The next part of the text, if it is run in parts, adds what comes then.
    created_.clear();
    dropped_.clear();
    dropped_set_.clear();
    has_dropped_part_ = false;
    dropped_constraints_.clear();
    dropped_parts_.clear();
    unrecorded_partitions_.clear();
    labels_.clear();
    has_renamed_ = false;
}

} // namespace migrate::engine
