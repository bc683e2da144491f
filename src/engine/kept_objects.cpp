#include "engine/kept_objects.hpp"

#include "core/failure.hpp"
#include "pg/attempt.hpp"
#include "pg/execute.hpp"
#include "pg/object_access.hpp"
#include "pg/session.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;

namespace {

/// Where the type of a row, or of the label that it is about, is now; nothing when it is gone.
std::optional<pg::ObjectId> type_of(const ObjectRow& row) {
    if (row.name.type == registry::label_kind) {
        return pg::find_type(row.name.names.at(0), row.name.names.at(1));
    }
    if (row.is_here) {
        return pg::look_up(row.address).nature == pg::Nature::named
                   ? std::optional(row.address.object_id)
                   : std::nullopt;
    }
    const auto address = registry::address_of(row.name);
    return address ? std::optional(address->object_id) : std::nullopt;
}

/// Whether the label that a row is about is there.
bool has_label(const ObjectRow& row) {
    return !registry::present_labels(row.name.names.at(0), row.name.names.at(1),
                                     std::span(row.name.arguments).first(1))
                .empty();
}

/// The type that a text calls so, where the text would make it.
std::optional<pg::ObjectId> type_named(const std::string& schema, const std::string& name) {
    return pg::find_type(schema.empty() ? pg::current_schema().value_or("") : schema, name);
}

/// It is no fault of the text: another session, the server, the user.
bool is_of_circumstances(const pg::Error& error) {
    const std::string code_class = error.report().sqlstate_text().substr(0, 2);
    return code_class == "40" || code_class == "53" || code_class == "55" || code_class == "57" ||
           code_class == "58" || code_class == "XX";
}

/// A type as `statements` of `script` would make it, told by its definition; what is wrong, when
/// they cannot.  They make it under another name, and that is taken back.
std::string definition_by(const pg::Script& script, const std::vector<std::size_t>& statements,
                          const std::string& schema, const std::string& origin) {
    static const std::string trial_name = "migrate_trial";
    std::string definition;
    const auto error = pg::attempt([&] {
        const pg::ObservationPause pause;
        pg::rehearse([&] {
            for (const std::size_t index : statements) {
                const pg::ParsedStatement& statement = script.statements()[index];
                pg::Script trial(script.text().substr(std::size_t(statement.location),
                                                      std::size_t(statement.length)),
                                 origin);
                trial.change_type(trial_name);
                pg::Place place;
                pg::Execution(trial, origin, place).run(0);
            }
            const auto type = type_named(schema, trial_name);
            definition = type ? registry::type_definition(*type, {}) : std::string();
        });
    });
    if (error && is_of_circumstances(*error)) {
        throw *error;
    }
    return error ? "an error (" + error->report().message + ")" : definition;
}

/// Labels of `type` that other revisions than `keeper` added: they cannot have gone with them.
std::vector<std::string> labels_of_others(pg::ObjectId type, const ObjectRow& row) {
    std::vector<std::string> result;
    for (const ObjectRow& label : registry::labels_of_prefix(row.prefix)) {
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
          alterations_(script.altered_types()), additions_(script.added_labels()) {}

    void add(const ObjectRow& row) {
        if (const auto type = type_of(row)) {
            row.name.type == registry::label_kind ? add_label(row, *type) : add_type(row, *type);
        }
    }

    PassedOver result() { return std::move(result_); }

  private:
    void add_label(ObjectRow row, pg::ObjectId type) {
        const auto addition = std::find_if(
            additions_.begin(), additions_.end(), [&](const pg::LabelAddition& other) {
                return other.label == row.name.arguments.at(0) &&
                       pg::find_type(other.schema, other.type) == type;
            });
        if (addition != additions_.end() && has_label(row)) {
            row.address.object_id = type;
            result_[addition->statement] = std::move(row);
        }
    }

    void add_type(ObjectRow row, pg::ObjectId type) {
        const auto creation = std::find_if(creations_.begin(), creations_.end(),
                                           [&](const pg::TypeCreation& other) {
                                               return type_named(other.schema, other.name) == type;
                                           });
        if (creation == creations_.end()) {
            return;
        }
        std::vector<std::size_t> statements = {creation->statement};
        for (const pg::TypeAlteration& alteration : alterations_) {
            if (alteration.name == creation->name && alteration.statement > creation->statement) {
                statements.push_back(alteration.statement);
                result_.try_emplace(alteration.statement);
            }
        }
        require_same(row, type, definition_by(script_, statements, creation->schema, origin_));
        row.address = pg::type_address(type);
        result_[creation->statement] = std::move(row);
    }

    void require_same(const ObjectRow& row, pg::ObjectId type, const std::string& wanted) const {
        const std::string there = registry::type_definition(type, labels_of_others(type, row));
        if (there != wanted) {
            throw Failure(FailureCode::not_in_prerequisite_state,
                          "type " + row.name.identity + " is there already, and is not what the " +
                              origin_ + " makes",
                          "A downgrade had to leave it. It is: " + there +
                              ". It would be: " + wanted + ".",
                          "Alter the type by hand until both are the same, drop it when nothing needs "
                          "it any more, or register the revision again with the type as it is.");
        }
    }

    const pg::Script& script_;
    const std::string& origin_;
    std::vector<pg::TypeCreation> creations_;
    std::vector<pg::TypeAlteration> alterations_;
    std::vector<pg::LabelAddition> additions_;
    PassedOver result_;
};

} // namespace

bool is_there(const ObjectRow& row) {
    return type_of(row) && (row.name.type != registry::label_kind || has_label(row));
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
