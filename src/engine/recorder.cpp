#include "engine/recorder.hpp"

#include "core/failure.hpp"
#include "pg/boundary.hpp"
#include "pg/catalog.hpp"
#include "pg/session.hpp"

#include <algorithm>

namespace migrate::engine {

using pg::Nature;
using pg::ObjectAddressKey;
using pg::ObjectFacts;

namespace {

/// pg_enum: labels are recorded beside the objects, but have no address of their own.
constexpr pg::ObjectId enum_class = 3501;

} // namespace

void Recorder::created(const ObjectAddressKey& object) {
    new_.push_back(object);
}

void Recorder::altered(const ObjectAddressKey& object) {
    const ObjectFacts facts = pg::look_up(object);
    if (facts.nature == Nature::gone) { // made by this very command, not visible yet
        return;
    }
    fence_.check(object, facts, "alter");
    before_.try_emplace(object, facts);
    if (facts.is_schema) {
        fence_.forget_schema_names();
    }
}

void Recorder::dropping(const ObjectAddressKey& object) {
    const ObjectFacts facts = pg::look_up(object);
    fence_.check(object, facts, "drop");
    const bool is_relation = object.class_id == pg::relation_address(0).class_id;
    // Columns that were added later have records of their own, and no event when the
    // whole relation goes.
    if (fence_.is_recorded(object) || (is_relation && facts.nature == Nature::named)) {
        dropped_.push_back(object);
    }
    if (is_relation) {
        for (const pg::ObjectId type : pg::column_types(object.object_id, object.sub_id)) {
            released_types_.push_back(type);
        }
    }
}

void Recorder::touching(const ObjectAddressKey& object) {
    fence_.check(object, pg::look_up(object), "change");
}

void Recorder::writing(pg::ObjectId relation) {
    const ObjectAddressKey object = pg::relation_address(relation);
    fence_.check(object, pg::look_up(object), "write to");
}

void Recorder::label_added(pg::ObjectId type, const std::string& label) {
    labels_.push_back({type, label});
}

void Recorder::refuse_temporary(const ObjectAddressKey& object) const {
    const auto name = pg::name_of(object);
    pg::raise(core::Failure(
        core::FailureCode::refused_statement,
        "cannot create temporary " + (name ? name->type + " " + name->identity : "objects") +
            " while acting as another role",
        "It would be left in the caller's session.", "Call as the owner of the prefix itself."));
}

/// Relations whose content or behaviour the new or altered object takes part in: its own,
/// the one that its foreign key refers to, those that it inherits from.
void Recorder::judge_relations_of(const ObjectAddressKey& object, const ObjectFacts& facts) {
    const auto check_relation = [this](pg::ObjectId relation, std::string_view verb) {
        const ObjectAddressKey key = pg::relation_address(relation);
        fence_.check(key, pg::look_up(key), verb);
    };
    if (facts.nature == Nature::dependent) {
        check_relation(facts.relation, "add to");
        if (facts.referenced_relation != pg::invalid_object_id) {
            check_relation(facts.referenced_relation, "make a foreign key to");
        }
    } else if (object.class_id == pg::relation_address(0).class_id &&
               facts.nature == Nature::named) {
        for (const pg::ObjectId parent : pg::inherited_relations(object.object_id)) {
            check_relation(parent, "inherit from");
        }
    }
}

void Recorder::judge_created(const ObjectAddressKey& object) {
    const ObjectFacts facts = pg::look_up(object);
    switch (facts.nature) {
    case Nature::gone:
    case Nature::internal:
        return;
    case Nature::temporary:
        if (refuses_temporary_) {
            refuse_temporary(object);
        }
        return;
    default:
        break;
    }
    fence_.check_name(object, facts);
    judge_relations_of(object, facts);
    if (facts.is_recorded && created_set_.insert(object).second) {
        created_.push_back(object);
    }
}

void Recorder::finish_statement() {
    // Judging may not be interrupted by new events: it runs nothing.
    const auto created = std::exchange(new_, {});
    const auto before = std::exchange(before_, {});
    for (const ObjectAddressKey& object : created) {
        pg::check_interrupts();
        judge_created(object);
    }
    for (const auto& [object, old_facts] : before) {
        const ObjectFacts facts = pg::look_up(object);
        if (facts.nature == Nature::gone || facts.nature == Nature::internal) {
            continue;
        }
        if (facts.name != old_facts.name || facts.schema != old_facts.schema) {
            has_renamed_ = true;
            fence_.check_name(object, facts);
        }
        judge_relations_of(object, facts);
    }
    if (has_renamed_) {
        fence_.forget_schema_names();
    }
}

std::vector<ObjectRow> Recorder::created_rows(const std::vector<ObjectRow>& deleted,
                                              const std::optional<std::string>& revision) const {
    std::vector<ObjectRow> rows;
    for (const ObjectAddressKey& object : created_) {
        const ObjectFacts facts = pg::look_up(object);
        if (facts.nature == Nature::gone || !facts.is_recorded) {
            continue;
        }
        // A constraint or column of a table that is recorded itself goes without saying.
        const bool is_part =
            facts.nature == Nature::dependent && (object.sub_id > 0 || pg::is_constraint(object));
        if (is_part && created_set_.count(pg::relation_address(facts.relation)) > 0) {
            continue;
        }
        auto name = pg::name_of(object);
        if (!name) {
            continue;
        }
        ObjectRow row{std::move(*name), revision, object, {}, true};
        // Dropped and made again under the same name (also by a table rewrite, which
        // rebuilds indexes): still the work of the revision that first made it.
        const auto same = std::find_if(deleted.begin(), deleted.end(), [&](const ObjectRow& old) {
            return old.name.type == row.name.type && old.name.identity == row.name.identity;
        });
        if (same != deleted.end()) {
            row.revision = same->revision;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

void Recorder::append_labels(std::vector<ObjectRow>& rows,
                             const std::optional<std::string>& revision) const {
    if (!revision) {
        return;
    }
    for (const Label& label : labels_) {
        const auto type = pg::name_of(pg::type_address(label.type));
        const ObjectFacts facts = pg::look_up(pg::type_address(label.type));
        if (!type || facts.nature != Nature::named) {
            continue;
        }
        pg::ObjectName name{"enum label",
                            type->identity + " " + label.label,
                            {pg::schema_name(facts.schema), facts.name},
                            {label.label}};
        rows.push_back({std::move(name), revision, {enum_class, label.type, 0}, {}, true});
    }
}

void Recorder::write(const std::string& prefix, const std::optional<std::string>& revision) {
    // A subtransaction that was rolled back has undone some of the drops.
    std::vector<ObjectAddressKey> gone;
    std::copy_if(dropped_.begin(), dropped_.end(), std::back_inserter(gone),
                 [](const auto& object) { return pg::look_up(object).nature == Nature::gone; });
    const auto deleted = registry::delete_objects(prefix, gone);
    if (has_renamed_) {
        const auto renamed = registry::renamed_objects(prefix);
        std::vector<pg::ObjectName> old_names;
        std::vector<ObjectRow> rows;
        for (const auto& [row, old_name] : renamed) {
            old_names.push_back(old_name);
            rows.push_back(row);
        }
        // All old names first: objects may have swapped theirs.
        registry::delete_object_names(prefix, old_names);
        registry::insert_objects(prefix, rows);
    }
    auto rows = created_rows(deleted, revision);
    for (const ObjectRow& row : rows) {
        fence_.add(row.address, row.revision);
    }
    append_labels(rows, revision);
    registry::insert_objects(prefix, rows);
}

} // namespace migrate::engine
