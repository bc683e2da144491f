// A BEFORE INSERT trigger in C++: the row that it judges, and the macro that defines its
// entry.  Included by functions.cpp only.
#pragma once

#include "pg/entry/extension_version.hpp"
#include "pg/wall/boundary.hpp"
#include "pg/wall/types.hpp"

#include <optional>
#include <string>

#include "pg/wall/postgres.hpp"

namespace migrate::pg {

/// The row that is about to be inserted.
class NewRow {
  public:
    /// Throws Error unless the function was called by a BEFORE INSERT … FOR EACH ROW trigger.
    explicit NewRow(FunctionCallInfo info);

    /// Whether the owner of the table inserts it: the functions of the extension do, row by row.
    bool is_owners() const;
    std::string table_name() const;
    /// The text in `column`, nothing when it is NULL.  Throws Error when there is no such
    /// column.
    std::optional<std::string> text(const char* column) const;
    /// What the trigger returns when the row is to be stored.
    Datum kept() const;

  private:
    void* data_;
};

} // namespace migrate::pg

/// Defines the trigger function `name`: the block that follows gets `row` and returns whether
/// it is to be stored; its exceptions become ERRORs.  What the owner of the table inserts is
/// stored.
#define MIGRATE_TRIGGER(name)                                                                      \
    static bool name##_body(const migrate::pg::NewRow& row);                                       \
    extern "C" {                                                                                   \
    PGDLLEXPORT Datum name(PG_FUNCTION_ARGS);                                                      \
    PG_FUNCTION_INFO_V1(name);                                                                     \
    Datum name(PG_FUNCTION_ARGS) {                                                                 \
        return migrate::pg::boundary([fcinfo] {                                                    \
            const migrate::pg::NewRow row(fcinfo);                                                 \
            if (row.is_owners()) {                                                                 \
                return row.kept();                                                                 \
            }                                                                                      \
            migrate::pg::require_own_version(fcinfo->flinfo->fn_oid);                              \
            return name##_body(row) ? row.kept() : Datum(0);                                       \
        });                                                                                        \
    }                                                                                              \
    }                                                                                              \
    static bool name##_body(const migrate::pg::NewRow& row)
