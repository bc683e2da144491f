// Queries that read the properties of objects for the model.
#pragma once

#include "pg/sql/statement.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// How the name of what a row of a query describes comes about.
enum class PartNaming {
    whole,     // the row adds properties to an object that is there already
    on_parent, // `name on parent`
    qualified  // the row's name is complete
};

/// Answers with a row per object: the oid of the object that it describes or is part of; its
/// name, quoted; then the properties, NULL for those at their default.  Its parameter: the oids of
/// the objects to look at.
struct SchemaQuery {
    pg::Statement statement;
    PartNaming naming;
    std::string_view kind; // of parts
    std::vector<std::string_view> properties;
    /// One letter each, for those objects that it can say anything of: what has none of these
    /// need not be looked at.  The kind of a relation as pg_class says it, T what may have
    /// triggers, R rules.  Empty: all objects.
    std::string_view traits = {};
    /// The oid of the catalog of what it describes, where most databases have no row in that:
    /// planning it would take longer than looking.
    pg::ObjectId catalog = pg::invalid_object_id;
};

/// On relations, what pg::CatalogReader does not say of them; and on functions.
std::span<SchemaQuery> relation_queries();
std::span<SchemaQuery> function_queries();

/// Whole objects, without candidates: kind, name, then definition, owner, privileges and
/// comment, each or NULL.  Of recorded classes and objects that have no query of their own;
/// of the schemas listed; and what is common to a database.
pg::Statement& recorded_others();
pg::Statement& schemas_and_default_privileges();
pg::Statement& extensions();

} // namespace migrate::engine
