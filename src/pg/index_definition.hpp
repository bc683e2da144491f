// The statements that would make indexes again.
#pragma once

#include "pg/types.hpp"

#include <optional>
#include <string>
#include <unordered_map>

namespace migrate::pg {

/// What pg_get_indexdef says, for many indexes.  The server looks for the default operator class
/// of each column among all that there are, which is most of its work; for plain indexes (btree,
/// on columns, with nothing but defaults) this asks once for a type.  For as long as no operator
/// class comes or goes.
class IndexDefinitions {
  public:
    /// Nothing for an index that is gone.  Throws Error.
    std::optional<std::string> of(ObjectId index);

  private:
    bool has_default_class(ObjectId type, ObjectId operator_class);

    std::unordered_map<ObjectId, ObjectId>
        default_classes_; // of btree, without parameters, by type
};

} // namespace migrate::pg
