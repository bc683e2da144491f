// What the catalogs say of objects and their parts, in the words of a schema's model: names
// quoted, and properties only where they are not at their defaults.  Read by indexes, without
// plans: a model asks for thousands of them, and a new session would have to plan first.
#pragma once

#include "core/schema/model.hpp"
#include "pg/wall/types.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace migrate::pg {

/// An object with a name of its own.
struct CatalogEntry {
    ObjectAddressKey address; // of a composite type that of the type
    ObjectId schema = invalid_object_id;
    std::string name;
    std::string qualified_name; // both, quoted
};

/// A row of pg_class: a table, view, sequence or composite type.
struct RelationEntry : CatalogEntry {
    ObjectId relation = invalid_object_id;
    char kind = 0; // as pg_class says it
    bool has_triggers = false;
    bool has_rules = false;
    bool is_partition = false;
};

/// A column, constraint or index.
struct CatalogPart {
    std::string name; // of an index with its schema
    std::vector<core::SchemaProperty> properties;
};

struct RelationContent {
    std::vector<core::SchemaProperty> properties; // its own
    std::vector<CatalogPart> columns;             // in their order
    std::vector<CatalogPart> constraints;
    std::vector<CatalogPart> indexes; // but for those of constraints
};

struct TypeContent {
    std::vector<core::SchemaProperty> properties;
    std::vector<CatalogPart> constraints; // of a domain
};

/// For one reading: what others do to the schema meanwhile is not seen, or is missing.
class CatalogReader {
  public:
    /// Sees what a query of this transaction would see now.  Throws Error, as all of it.
    CatalogReader();
    ~CatalogReader();
    CatalogReader(const CatalogReader&) = delete;
    CatalogReader& operator=(const CatalogReader&) = delete;

    /// Relations with names of their own in these schemas; types that have no row in pg_class;
    /// functions.
    std::vector<RelationEntry> relations_in(std::span<const ObjectId> schemas) const;
    std::vector<CatalogEntry> types_in(std::span<const ObjectId> schemas) const;
    std::vector<CatalogEntry> functions_in(std::span<const ObjectId> schemas) const;
    /// The same of one object; nothing when it is gone, or none of these.
    std::optional<RelationEntry> relation(ObjectId oid) const;
    std::optional<CatalogEntry> type(ObjectId oid) const;
    std::optional<CatalogEntry> function(ObjectId oid) const;

    /// Whether it came with an extension, or as a part of another object.
    bool is_extension_member(const ObjectAddressKey& object) const;
    bool is_internal(const ObjectAddressKey& object) const;
    /// The table whose column owns a sequence, invalid_object_id where there is none.
    ObjectId owner_of_sequence(ObjectId sequence) const;

    RelationContent content(const RelationEntry& entry);
    TypeContent content(const CatalogEntry& type);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace migrate::pg
