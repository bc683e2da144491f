// What the catalogs say about an object: what it is, where it belongs, how it is named.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pg/wall/types.hpp"

namespace migrate::pg {

/// How an object stands to others, for the questions "whose is it" and "is it to be
/// recorded".
enum class Nature {
    gone,      // does not exist (any more)
    internal,  // part of another object that the server made with it: never looked at
    temporary, // of this session only
    dependent, // index, constraint, trigger, policy …: belongs where its relation belongs
    named,     // has a name in a schema of its own right
    global     // neither: an extension, a cast, a schema …
};

struct ObjectFacts {
    Nature nature = Nature::gone;
    bool is_recorded = false;              // worth a row of migrate.object
    ObjectId relation = invalid_object_id; // dependent: of which relation
    ObjectId schema = invalid_object_id;   // named
    std::string name;                      // its own, unqualified; empty for classes without
    ObjectId referenced_relation = invalid_object_id; // foreign key constraints
    bool is_schema = false;
    bool is_partition = false; // a relation
};

enum class LookUp {
    by_catalogs,
    /// For what this session has just created: the server has its relations at hand, and a catalog
    /// is not read for them.  A unique index that makes a constraint hold may count as recorded.
    created_here
};

/// Looks `object` up.  Throws Error only for a broken catalog.
ObjectFacts look_up(const ObjectAddressKey& object, LookUp how = LookUp::by_catalogs);

/// The type of the rows of a relation that this session has just created; invalid_object_id where
/// there is none, and for a composite type, whose own it is.
ObjectId row_type_of_new(ObjectId relation);

/// The object that people know for one that they do not: the type of a composite type's
/// relation, the view of its rule, the domain of its constraint, the column of a default.
/// Any other object is its own.
ObjectAddressKey subject_of(const ObjectAddressKey& object);

/// An address as pg_identify_object_as_address gives it, and a readable identity.
struct ObjectName {
    std::string type;
    std::string identity;
    std::vector<std::string> names;
    std::vector<std::string> arguments;
};

/// Nothing when the object does not exist.
std::optional<ObjectName> name_of(const ObjectAddressKey& object);

/// The extension `name`; its object_id is invalid when there is none.
ObjectAddressKey extension_address(const char* name);
bool is_extension_member(const ObjectAddressKey& object);
bool is_constraint(const ObjectAddressKey& object);
/// A relation, or a column of one.
bool is_relation(const ObjectAddressKey& object);
bool is_type(const ObjectAddressKey& object);
bool is_function(const ObjectAddressKey& object);
bool is_operator(const ObjectAddressKey& object);
/// Whether a relation is one of the server's own: its oid was given before any database was made.
bool is_catalog(ObjectId relation);
ObjectAddressKey relation_address(ObjectId relation);
ObjectAddressKey type_address(ObjectId type);
ObjectAddressKey function_address(ObjectId function);
ObjectAddressKey schema_address(ObjectId schema);

std::optional<ObjectId> find_schema(const std::string& name);
/// Whether the server keeps schemas of this name for itself.
bool is_system_schema(std::string_view name);
/// Empty for one that is gone.
std::string schema_name(ObjectId schema);
/// That of a relation, type or function; invalid_object_id for others, and for one that is gone.
ObjectId schema_of(const ObjectAddressKey& object);
/// The oid of a catalog of that name, which is known to exist.
ObjectId catalog_oid(std::string_view name);
/// The oid of pg_extension.
ObjectId extension_catalog();

/// The relation `schema`.`name`, nothing when there is none.
std::optional<ObjectId> find_relation(const std::string& schema, const std::string& name);
/// The type `name`: in `schema`, or on the search_path when `schema` is empty.
std::optional<ObjectId> find_type(const std::string& schema, const std::string& name);
/// The role that owns relation `relation`.
ObjectId relation_owner(ObjectId relation);
/// The relations that `relation` inherits from or is a partition of.
std::vector<ObjectId> inherited_relations(ObjectId relation);
/// The types that `object`, which is about to be dropped, and its columns depend on, most of the
/// server's own aside; the element type for an array.
std::vector<ObjectId> referenced_types(const ObjectAddressKey& object);

} // namespace migrate::pg
