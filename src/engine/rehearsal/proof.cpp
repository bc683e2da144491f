#include "engine/rehearsal/proof.hpp"

#include "core/failure.hpp"
#include "core/schema/model.hpp"
#include "core/sql/calls.hpp"
#include "core/text.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/rehearsal/copy_of_prefix.hpp"
#include "engine/rehearsal/replay.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/schema/reader.hpp"
#include "engine/tables/object.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/messages.hpp"
#include "pg/wall/subtransaction.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using core::SchemaDifference;
using core::SchemaModel;
using Change = SchemaDifference::Change;

namespace {

/// As many as somebody reads.
constexpr std::size_t most_listed = 20;

std::string listed_lines(const std::vector<std::string>& lines) {
    std::string text;
    for (std::size_t i = 0; i < std::min(lines.size(), most_listed); i++) {
        text += (i == 0 ? "" : "\n") + lines[i];
    }
    if (lines.size() > most_listed) {
        text += "\nand " + std::to_string(lines.size() - most_listed) + " more";
    }
    return text;
}

std::string name_of(const core::SchemaIdentity& object) {
    return object.kind + " " + object.name;
}

/// `from` is what the texts make, `to` what is there.
std::string described(const SchemaDifference& difference) {
    const std::string name = name_of(difference.object);
    switch (difference.change) {
    case Change::added:
        return name + ": only the schema has it";
    case Change::removed:
        return name + ": only the texts make it";
    default:
        return name + ": " + difference.property + " is " + difference.to.value_or("none") +
               " in the schema, " + difference.from.value_or("none") + " by the texts";
    }
}

/// Whether a text may be about an object: it holds the name, as a part of whatever.
class NamedByTexts {
  public:
    explicit NamedByTexts(const std::vector<std::string>& texts) {
        for (const std::string& text : texts) {
            all_ += core::lower_case(text) + "\n";
        }
    }

    bool contains(const core::SchemaIdentity& object) const {
        // Without arguments, schema and quotes.
        std::string name = object.name.substr(0, object.name.find('('));
        name = name.substr(name.rfind('.') + 1);
        std::erase(name, '"');
        return all_.find(core::lower_case(name)) != std::string::npos;
    }

  private:
    std::string all_;
};

/// Whether the model of the prefix would hold an object without its record: then it is found by
/// its schema.
bool is_found_without_record(const Prefix& prefix, const ObjectRow& row) {
    return (pg::is_relation(row.address) || pg::is_type(row.address) ||
            pg::is_function(row.address)) &&
           !row.name.names.empty() && row.name.names.front() == prefix.schema;
}

/// The schema as it is, looked at as if the texts had made it: of what they make elsewhere than in
/// the prefix's own schema only records tell.
SchemaReading read_live(const Prefix& prefix, const std::vector<ObjectRow>& recorded) {
    SchemaReading reading;
    pg::rehearse([&] {
        std::vector<ObjectRow> rows;
        for (const ObjectRow& row : recorded) {
            if (is_found_without_record(prefix, row)) {
                continue;
            }
            if (const auto address = tables::find_address(row.name)) {
                rows.push_back(row);
                rows.back().address = *address;
            }
        }
        tables::insert_objects(prefix.name, rows);
        reading = read_schema(prefix, SchemaExtent::own);
    });
    return reading;
}

[[noreturn]] void not_proved(const Prefix& prefix, std::string detail, std::string hint) {
    throw Failure(FailureCode::not_proved,
                  "the schema of " + described_prefix(prefix.name) +
                      " is not proved to be what its texts make",
                  std::move(detail), std::move(hint));
}

void announce_unrelated(const std::vector<std::string>& unrelated) {
    if (!unrelated.empty()) {
        pg::notice("objects of nobody, which no text names, were left aside",
                   listed_lines(unrelated));
    }
}

} // namespace

void prove_schema(const Prefix& prefix, const core::Graph& graph,
                  std::span<const core::Index> rows) {
    require_run_rights(prefix, core::Direction::upgrade);
    const ReplayedHistory history = history_of(prefix, graph, rows);
    std::optional<ReplayError> error;
    SchemaModel made;
    std::vector<ObjectRow> recorded;
    in_empty_copy_of(prefix, history.texts, pg::CopyWay::cheapest, [&](pg::EmptyCopy& copy) {
        error = replay(prefix, history, copy);
        if (!error) {
            recorded = recorded_of(prefix, graph, history);
            made = read_schema(prefix, SchemaExtent::own).model;
        }
    });
    if (error) {
        not_proved(prefix, "From nothing, the texts do not run: " + error->detail,
                   "Correct the text, or stamp without verify and look for yourself.");
    }
    const SchemaReading live = read_live(prefix, recorded);
    const NamedByTexts named(history.texts);
    std::vector<std::string> differences;
    std::vector<std::string> unrelated;
    for (const SchemaDifference& difference :
         core::without_parts(core::compare(made, live.model))) {
        if (difference.change == Change::added && live.not_owned.contains(difference.object) &&
            !named.contains(difference.object)) {
            unrelated.push_back(name_of(difference.object));
        } else {
            differences.push_back(described(difference));
        }
    }
    if (!differences.empty()) {
        not_proved(prefix, listed_lines(differences),
                   "Bring the schema to what the texts make, or stamp revisions whose texts make "
                   "it as it is.");
    }
    announce_unrelated(unrelated);
}

} // namespace migrate::engine
