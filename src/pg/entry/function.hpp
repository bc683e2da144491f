// SQL functions in C++: their arguments and results, and the macro that defines their
// entry.  Included by functions.cpp only.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pg/entry/extension_version.hpp"
#include "pg/wall/boundary.hpp"

#include "pg/wall/postgres.hpp"

namespace migrate::pg {

/// The arguments of a call, by position from 0.
class Arguments {
  public:
    explicit Arguments(FunctionCallInfo info) : info_(info) {}

    std::optional<std::string> text(int index) const;
    std::optional<std::vector<std::string>> text_array(int index, const char* name) const;
    bool boolean(int index) const;

    // These throw Failure(null_argument), naming the parameter, for NULL.
    std::string required_text(int index, const char* name) const;
    std::vector<std::string> required_text_array(int index, const char* name) const;

    /// Throws Failure(invalid_transaction) unless this is a CALL that may commit.
    /// `command` names it for the message.
    void require_own_transactions(const char* command) const;

  private:
    FunctionCallInfo info_;
};

/// A length of time and a point in time, in microseconds, as the server counts them.
struct Interval {
    std::int64_t microseconds;
};
struct Timestamp {
    std::int64_t microseconds;
};

using Cell = std::variant<std::monostate, bool, std::int64_t, std::string, std::string_view,
                          std::vector<std::string>, Interval, Timestamp>;

/// Whether a function returns SETOF a scalar type, or rows of columns.
enum class RowShape { composite, scalar };

/// The rows that a set-returning function returns, all at once.
class ResultSet {
  public:
    explicit ResultSet(FunctionCallInfo info, RowShape shape = RowShape::composite);
    void add(std::initializer_list<Cell> cells);

  private:
    FunctionCallInfo info_;
    // Of one row at a time.
    MemoryContext scratch_;
    std::vector<Datum> values_;
    std::unique_ptr<bool[]> nulls_;
};

/// A text as the result of a function.
Datum text_result(const std::string& text);

} // namespace migrate::pg

/// Defines the SQL function `name`: the block that follows gets `arguments` and
/// `fcinfo` and returns a Datum; its exceptions become ERRORs.
#define MIGRATE_FUNCTION(name)                                                                     \
    static Datum name##_body(FunctionCallInfo fcinfo, const migrate::pg::Arguments& arguments);    \
    extern "C" {                                                                                   \
    PGDLLEXPORT Datum name(PG_FUNCTION_ARGS);                                                      \
    PG_FUNCTION_INFO_V1(name);                                                                     \
    Datum name(PG_FUNCTION_ARGS) {                                                                 \
        return migrate::pg::boundary([fcinfo] {                                                    \
            migrate::pg::require_own_version(fcinfo->flinfo->fn_oid);                              \
            return name##_body(fcinfo, migrate::pg::Arguments(fcinfo));                            \
        });                                                                                        \
    }                                                                                              \
    }                                                                                              \
    static Datum name##_body([[maybe_unused]] FunctionCallInfo fcinfo,                             \
                             [[maybe_unused]] const migrate::pg::Arguments& arguments)
