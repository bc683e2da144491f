#include "engine/objects/kept_types.hpp"

#include "core/failure.hpp"
#include "engine/catalog/types.hpp"
#include "engine/tables/object.hpp"
#include "pg/hooks/observer.hpp"
#include "pg/script/execute.hpp"
#include "pg/session/random_and_hash.hpp"
#include "pg/session/session.hpp"
#include "pg/wall/subtransaction.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;

namespace {

/// Where the type of a row, or of the label that it is about, is now; nothing when it is gone.
std::optional<pg::ObjectId> type_of(const ObjectRow& row) {
    if (row.is_here && row.name.type != tables::label_kind) {
        return pg::look_up(row.address).nature == pg::Nature::named
                   ? std::optional(row.address.object_id)
                   : std::nullopt;
    }
    const auto address = tables::find_address(row.name);
    return address ? std::optional(address->object_id) : std::nullopt;
}

/// Whether the label that a row is about is there.
bool has_label(const ObjectRow& row) {
    return !catalog::present_labels(row.name.names.at(0), row.name.names.at(1),
                                    std::span(row.name.arguments).first(1))
                .empty();
}

/// A type as `statements` of `script` would make it, told by its definition; what is wrong, when
/// they cannot.  They make it under another name, and that is taken back.
std::string definition_by(const pg::Script& script, const std::vector<std::size_t>& statements,
                          const std::string& schema, const std::string& origin) {
    const std::string trial_name = "migrate_trial_" + pg::random_hex(8);
    std::string definition;
    const auto error = pg::attempt([&] {
        const pg::ObservationPause pause;
        pg::rehearse([&] {
            for (const std::size_t index : statements) {
                pg::Script trial(script.statement_text(index), origin);
                trial.change_type(trial_name);
                pg::Place place;
                pg::Execution(trial, origin, place).run(0);
            }
            const auto type = type_named({schema, trial_name});
            definition = type ? catalog::type_definition(*type, {}) : std::string();
        });
    });
    if (error && error->report().is_of_circumstances()) {
        throw *error;
    }
    return error ? "an error (" + error->report().message + ")" : definition;
}

/// Labels of `type` that other revisions than `keeper` added: they cannot have gone with them.
std::vector<std::string> labels_of_others(pg::ObjectId type, const ObjectRow& row) {
    std::vector<std::string> result;
    for (const ObjectRow& label : tables::labels_of_prefix(row.prefix)) {
        if (label.address.object_id == type && label.kept != row.kept) {
            result.push_back(label.name.arguments.at(0));
        }
    }
    return result;
}

class TakeOver {
  public:
    TakeOver(const pg::Script& script, const std::string& origin)
        : script_(script), origin_(origin), creations_(script.created_types()),
          alterations_(script.altered_types()), renamings_(script.renamed_types()),
          additions_(script.added_labels()) {}

    void add(const ObjectRow& row) {
        if (const auto type = type_of(row)) {
            row.name.type == tables::label_kind ? add_label(row, *type) : add_type(row, *type);
        }
    }

    PassedOver result() { return std::move(result_); }

  private:
    void add_label(ObjectRow row, pg::ObjectId type) {
        const auto addition =
            std::find_if(additions_.begin(), additions_.end(), [&](const pg::LabelAddition& other) {
                return other.label == row.name.arguments.at(0) &&
                       pg::find_type(other.schema, other.type) == type;
            });
        if (addition != additions_.end() && has_label(row)) {
            row.address.object_id = type;
            result_[addition->statement] = std::move(row);
        }
    }

    /// How a text makes a type: the statement that creates it, those that then alter it, and those
    /// that give it another name.
    struct Making {
        std::size_t creation;
        std::vector<std::size_t> alterations;
        std::vector<std::size_t> renamings;
        std::string schema; // as the statement that creates it has it
        core::NamedType last_name;
    };

    static bool is_same_name(const core::NamedType& name, const std::string& schema,
                             const std::string& type) {
        return name.name == type && (name.schema == schema || schema.empty());
    }

    Making making_of(const pg::TypeCreation& creation) const {
        Making making{
            creation.statement, {}, {}, creation.schema, {creation.schema, creation.name}};
        for (std::size_t i = creation.statement + 1; i < script_.statements().size(); i++) {
            for (const pg::TypeAlteration& alteration : alterations_) {
                if (alteration.statement == i &&
                    is_same_name(making.last_name, alteration.schema, alteration.name)) {
                    making.alterations.push_back(i);
                }
            }
            for (const pg::TypeRenaming& renaming : renamings_) {
                if (renaming.statement == i &&
                    is_same_name(making.last_name, renaming.schema, renaming.name)) {
                    making.renamings.push_back(i);
                    making.last_name.name = renaming.new_name;
                    if (!renaming.new_schema.empty()) {
                        making.last_name.schema = renaming.new_schema;
                    }
                }
            }
        }
        return making;
    }

    void add_type(ObjectRow row, pg::ObjectId type) {
        const auto identity = catalog::type_identity(type);
        std::optional<Making> making;
        for (const pg::TypeCreation& creation : creations_) {
            const Making candidate = making_of(creation);
            if (type_named(candidate.last_name) == type) {
                making = candidate;
            }
        }
        // One that the text drops first is not in its way.
        if (!making || !identity ||
            (making->renamings.empty() && !takes_name_first(type_changes_of(script_), *identity))) {
            return;
        }
        std::vector<std::size_t> statements = making->alterations;
        statements.insert(statements.begin(), making->creation);
        require_same(row, type, definition_by(script_, statements, making->schema, origin_));
        for (const auto& others : {making->alterations, making->renamings}) {
            for (const std::size_t statement : others) {
                result_.try_emplace(statement);
            }
        }
        row.address = pg::type_address(type);
        result_[making->creation] = std::move(row);
    }

    void require_same(const ObjectRow& row, pg::ObjectId type, const std::string& wanted) const {
        const std::string there = catalog::type_definition(type, {});
        // With the labels that others have added since, where the text does not have them by now.
        if (there != wanted &&
            catalog::type_definition(type, labels_of_others(type, row)) != wanted) {
            throw Failure(
                FailureCode::not_in_prerequisite_state,
                "type " + row.name.identity + " is there already, and is not what the " + origin_ +
                    " makes",
                "A downgrade had to leave it. It is: " + there + ". It would be: " + wanted + ".",
                "Alter the type by hand until both are the same, drop it when nothing needs "
                "it any more, or register the revision again with the type as it is.");
        }
    }

    const pg::Script& script_;
    const std::string& origin_;
    std::vector<pg::TypeCreation> creations_;
    std::vector<pg::TypeAlteration> alterations_;
    std::vector<pg::TypeRenaming> renamings_;
    std::vector<pg::LabelAddition> additions_;
    PassedOver result_;
};

} // namespace

bool is_called(const core::NamedType& type, const catalog::TypeIdentity& identity) {
    return type.name == identity.name && (type.schema.empty() || type.schema == identity.schema);
}

std::optional<pg::ObjectId> type_named(const core::NamedType& type) {
    return pg::find_type(type.schema.empty() ? pg::current_schema().value_or("") : type.schema,
                         type.name);
}

std::vector<core::TypeChange> type_changes_of(const pg::Script& script) {
    std::vector<core::TypeChange> result;
    for (const pg::ParsedStatement& statement : script.statements()) {
        if (statement.command == "CREATE FUNCTION" || statement.command == "CREATE PROCEDURE") {
            continue;
        }
        const auto text =
            std::string_view(script.text())
                .substr(std::size_t(statement.location), std::size_t(statement.length));
        const auto changes = core::type_changes(text);
        result.insert(result.end(), changes.begin(), changes.end());
    }
    return result;
}

bool takes_name_first(const std::vector<core::TypeChange>& changes,
                      const catalog::TypeIdentity& type) {
    const auto first =
        std::find_if(changes.begin(), changes.end(), [&type](const core::TypeChange& change) {
            return is_called(change.type, type);
        });
    return first != changes.end() && first->kind == core::TypeChange::Kind::created;
}

bool is_there(const ObjectRow& row) {
    return type_of(row) && (row.name.type != tables::label_kind || has_label(row));
}

PassedOver statements_to_pass_over(const pg::Script& script, const std::vector<ObjectRow>& kept,
                                   const std::string& origin) {
    TakeOver take_over(script, origin);
    for (const ObjectRow& row : kept) {
        take_over.add(row);
    }
    return take_over.result();
}

} // namespace migrate::engine
