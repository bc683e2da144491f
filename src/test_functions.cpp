// Functions that no script declares: tests do, as superusers, to see what users cannot.
#include "core/failure.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/rehearsal/trial.hpp"
#include "engine/schema/reader.hpp"
#include "pg/sql/statement.hpp"

#include "pg/entry/function.hpp"

using namespace migrate;

namespace {

pg::Statement wait_for_key("SELECT pg_catalog.pg_advisory_xact_lock_shared($1)", pg::Type::bigint);

pg::CopyWay way_of(const std::string& word) {
    if (word == "trade places") {
        return pg::CopyWay::trade_places;
    }
    return word == "step aside" ? pg::CopyWay::step_aside : pg::CopyWay::cheapest;
}

} // namespace

// migrate_test_copy(prefix text, sql text, way text, key text) RETURNS text
//
// The model of what `sql` makes in an empty copy of the schemas of `prefix`; `way` is "trade
// places", "step aside" or anything else, for the cheapest.  With a `key`, a number, it waits
// within the copy until nobody holds the advisory lock of that key.
MIGRATE_FUNCTION(migrate_test_copy) {
    const auto key = arguments.text(3);
    return pg::text_result(
        engine::model_of_text(engine::require_prefix(arguments.required_text(0, "prefix")),
                              arguments.required_text(1, "sql"),
                              way_of(arguments.required_text(2, "way")),
                              [&key] {
                                  if (key) {
                                      wait_for_key.run({std::int64_t(std::stoll(*key))});
                                  }
                              })
            .to_text());
}

// migrate_test_dependencies(prefix text) RETURNS text
//
// What needs what in the model of the schema of `prefix`: a line each, `object <- needed`.
MIGRATE_FUNCTION(migrate_test_dependencies) {
    std::string text;
    for (const auto& [object, needs] :
         engine::read_schema(engine::require_prefix(arguments.required_text(0, "prefix")),
                             engine::SchemaExtent::own, engine::SchemaDetail::dependencies)
             .dependencies) {
        text += object.kind + " " + object.name + " <- " + needs.kind + " " + needs.name + "\n";
    }
    return pg::text_result(text);
}
