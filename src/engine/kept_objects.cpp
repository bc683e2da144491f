#include "engine/kept_objects.hpp"

#include "core/failure.hpp"
#include "pg/attempt.hpp"
#include "pg/execute.hpp"
#include "pg/object_access.hpp"
#include "pg/session.hpp"

#include <algorithm>
#include <optional>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::in_quotes;

namespace {

/// Where the object of a row is now; nothing when it is gone.
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

/// What the statement that creates a type would make, told by its definition.  It runs under
/// another name, and is taken back.
std::string definition_by(const pg::Script& script, const pg::TypeCreation& creation,
                          const std::string& origin) {
    static const std::string trial_name = "migrate_trial";
    const pg::ParsedStatement& statement = script.statements()[creation.statement];
    const std::string text = script.text().substr(std::size_t(statement.location),
                                                  std::size_t(statement.length));
    std::string definition;
    const pg::ObservationPause pause;
    pg::rehearse([&] {
        pg::Script trial(text, origin);
        trial.rename_created_type(trial_name);
        pg::Place place;
        pg::Execution(trial, origin, place).run(0);
        const auto type = pg::find_type(creation.schema, trial_name);
        definition = type ? registry::type_definition(*type, {}) : std::string();
    });
    return definition;
}

} // namespace

std::map<std::size_t, ObjectRow> statements_to_pass_over(const pg::Script& script,
                                                         const std::vector<ObjectRow>& kept,
                                                         const std::string& origin) {
    std::map<std::size_t, ObjectRow> result;
    const auto creations = script.created_types();
    const auto additions = script.added_labels();
    for (const ObjectRow& row : kept) {
        const auto type = type_of(row);
        if (!type) {
            continue;
        }
        if (row.name.type == registry::label_kind) {
            const std::string& label = row.name.arguments.at(0);
            for (const pg::LabelAddition& addition : additions) {
                if (addition.label == label &&
                    pg::find_type(addition.schema, addition.type) == type &&
                    !registry::present_labels(row.name.names.at(0), row.name.names.at(1),
                                              std::vector{label})
                         .empty()) {
                    ObjectRow found = row;
                    found.address.object_id = *type;
                    result.emplace(addition.statement, std::move(found));
                }
            }
            continue;
        }
        const auto creation =
            std::find_if(creations.begin(), creations.end(), [&](const pg::TypeCreation& other) {
                const std::string schema = other.schema.empty() ? pg::current_schema().value_or("")
                                                                : other.schema;
                return pg::find_type(schema, other.name) == type;
            });
        if (creation == creations.end()) {
            continue;
        }
        // Labels that later revisions added cannot have gone with them.
        std::vector<std::string> later;
        for (const ObjectRow& label : registry::labels_of_prefix(row.prefix)) {
            if (label.address.object_id == *type) {
                later.push_back(label.name.arguments.at(0));
            }
        }
        const std::string there = registry::type_definition(*type, later);
        const std::string wanted = definition_by(script, *creation, origin);
        if (there != wanted) {
            throw Failure(FailureCode::not_in_prerequisite_state,
                          "type " + row.name.identity + " is there already, and is not what the " +
                              origin + " makes",
                          "The downgrade of the revision had to leave it. It is: " + there +
                              ". It would be: " + wanted + ".",
                          "Alter the type by hand until both are the same, or drop it when nothing "
                          "needs it any more.");
        }
        ObjectRow found = row;
        found.address = pg::type_address(*type);
        result.emplace(creation->statement, std::move(found));
    }
    return result;
}

} // namespace migrate::engine
