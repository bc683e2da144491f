// SQL statements of our own, prepared once per session, with C++ values in and out.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pg/wall/types.hpp"

namespace migrate::pg {

enum class Type {
    text,
    text_array,
    bytea,
    uuid, // 16 bytes
    bigint,
    bigint_array,
    boolean,
    interval_microseconds,
    timestamp_microseconds // of a timestamptz, as the server counts them
};

/// A parameter: NULL, or a value of the type that the statement declares.
using Value =
    std::variant<std::monostate, bool, std::int64_t, std::string_view, std::span<const std::string>,
                 std::span<const std::int64_t>, std::span<const std::optional<std::string>>>;

/// `text`, or NULL.
inline Value value_of(const std::optional<std::string>& text) {
    return text ? Value(std::string_view(*text)) : Value();
}
inline Value value_of(std::optional<std::int64_t> number) {
    return number ? Value(*number) : Value();
}

/// One row of a result; valid during the callback that it was passed to.  Reading a column as
/// what it is not throws Error: somebody has altered our tables.
class Row {
  public:
    /// `types`: the oid of each column's type.
    Row(const std::uintptr_t* values, const bool* nulls, const std::uint32_t* types)
        : values_(values), nulls_(nulls), types_(types) {}

    bool is_null(int column) const { return nulls_[column]; }
    std::string text(int column) const;
    /// The same without a copy, as long as the row.
    std::string_view view(int column) const;
    std::optional<std::string> optional_text(int column) const;
    /// The bytes that a text takes where it is stored, packed as it is there; 0 for NULL.
    std::size_t stored_size(int column) const;
    std::vector<std::string> text_array(int column) const;
    std::int64_t bigint(int column) const;
    bool boolean(int column) const;
    /// A timestamptz or (without days and months) an interval, in microseconds.
    std::int64_t timestamp(int column) const { return bigint(column); }
    std::int64_t interval(int column) const;

  private:
    void require_type(int column, Type type) const;

    // The server's Datum of each column, whether it is NULL, and its type.
    const std::uintptr_t* values_;
    const bool* nulls_;
    const std::uint32_t* types_;
};

/// A statement of fixed text with typed parameters.  Instances have static storage:
/// the plan is prepared at first use and kept for the session.
class Statement {
  public:
    template <typename... Types>
    constexpr explicit Statement(const char* sql, Types... types)
        : sql_(sql), types_{types...}, count_(sizeof...(types)) {}

    /// Runs it, calls `on_row` for each row (columns count from 0), returns the
    /// number of rows processed.  Throws Error.
    std::uint64_t run(std::initializer_list<Value> values,
                      const std::function<void(const Row&)>& on_row = {});

    /// The same, for results of any size: no row is kept, `on_row` sees each as the server makes
    /// it, and may run no statement.
    void stream(std::initializer_list<Value> values, const std::function<void(const Row&)>& on_row);

  private:
    struct Parameters;

    /// Has `use` run the plan.
    void with_plan(std::initializer_list<Value> values,
                   const std::function<void(const Parameters&)>& use);
    void prepare();

    static constexpr std::size_t most_parameters = 24;

    const char* sql_;
    std::array<Type, most_parameters> types_;
    std::size_t count_;
    void* plan_ = nullptr;
    bool is_planned_ = false;
};

} // namespace migrate::pg
