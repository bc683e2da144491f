// Results of a statement, and its parameters.
#pragma once

#include "client/failure.hpp"

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::client {

struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};

/// A parameter in text format; none is NULL.
using Parameter = std::optional<std::string>;

class Result {
  public:
    explicit Result(PGresult* result) : result_(result) {}

    PGresult* get() const { return result_.get(); }
    int rows() const { return PQntuples(result_.get()); }
    bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
    std::string_view text(int row, int column) const {
        return {PQgetvalue(result_.get(), row, column),
                static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
    }
    bool is_true(int row, int column) const { return text(row, column) == "t"; }

  private:
    std::unique_ptr<PGresult, ClearResult> result_;
};

/// The fields of an error or notice.
Report read_report(const PGresult* result);

} // namespace migrate::client
