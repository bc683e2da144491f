// How a schema becomes empty without anybody else noticing: by rows of the catalogs alone, in a
// subtransaction that is rolled back.
#pragma once

#include "pg/copy/schema_rows.hpp"
#include "pg/wall/types.hpp"

#include <optional>
#include <span>

namespace migrate::pg {

/// `schema` gets another name, and a new one takes its place, with its owner, privileges, comment
/// and labels; `strangers` are carried over to that.  Returns the new one.  Throws Error.
ObjectId trade_places(ObjectId schema, std::span<const SchemaRow> strangers);

/// `schema` gets another name, and nothing takes its place.  Throws Error.
void hide_schema(ObjectId schema);

/// `own` rows leave `schema` for one that only we know.  Throws Error.
void step_aside(ObjectId schema, std::span<const SchemaRow> own);

/// An object of the database as a whole gets another name: a publication, a foreign data wrapper or
/// server, an event trigger, a language.  Throws Error.
void hide_global(const ObjectAddressKey& object);

} // namespace migrate::pg
