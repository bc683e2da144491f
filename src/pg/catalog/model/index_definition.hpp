// The statements that would make indexes again, and the columns of those that make constraints
// hold.  Included by src/pg only.
#pragma once

#include "pg/wall/postgres.hpp"

#include <optional>
#include <span>
#include <string>
#include <unordered_map>

namespace migrate::pg {

/// A column of the table that an index is on; the name is quoted.
struct TableColumn {
    AttrNumber number;
    Oid type;
    Oid collation;
    const std::string& name;
};

/// An index as the catalogs have it, by copies of their rows.
struct IndexRows {
    HeapTuple index;    // of pg_index
    HeapTuple relation; // of pg_class; null when it is gone

    const FormData_pg_index& form() const {
        return *reinterpret_cast<const FormData_pg_index*>(GETSTRUCT(index));
    }
    const FormData_pg_class& relation_form() const {
        return *reinterpret_cast<const FormData_pg_class*>(GETSTRUCT(relation));
    }
};

/// `a, b`: what the words PRIMARY KEY or UNIQUE would be followed by, for a btree index with
/// nothing but columns.  Nothing where more would have to be said.
std::optional<std::string> plain_key(const IndexRows& index, std::span<const TableColumn> columns);

/// What pg_get_indexdef says, for many indexes.  The server looks for the default operator class
/// of each column among all that there are, which is most of its work; for plain indexes (btree,
/// on columns, with nothing but defaults) this asks once for a type.  For as long as no operator
/// class comes or goes.
class IndexDefinitions {
  public:
    /// Of an index on the table of that qualified name.  Nothing for one that is gone.
    std::optional<std::string> of(const IndexRows& index, const std::string& table,
                                  std::span<const TableColumn> columns);

  private:
    bool has_defaults_only(const IndexRows& index, std::span<const TableColumn> columns);
    bool has_default_class(Oid type, Oid operator_class);

    std::unordered_map<Oid, Oid> default_classes_; // of btree, without parameters, by type
};

} // namespace migrate::pg
