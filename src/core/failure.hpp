// What core and engine throw when a request cannot be met: a code, which stands
// for an SQLSTATE, and the three texts that PostgreSQL shows (message, DETAIL,
// HINT).  The one list of our own SQLSTATEs (class MG) is in failure.cpp.
#pragma once

#include "core/text.hpp"

#include <exception>
#include <string>
#include <string_view>

namespace migrate::core {

enum class FailureCode {
    // PostgreSQL's own codes, where one says it
    undefined_object,
    duplicate_object,
    ambiguous_target,
    invalid_target,
    invalid_name,
    invalid_argument,
    null_argument,
    not_in_prerequisite_state,
    insufficient_privilege,
    object_in_use,
    invalid_transaction,
    serialization_failure,
    // class MG: what only this extension knows
    several_heads,
    several_rows,
    ambiguous_walk,
    walk_past_end,
    not_on_branch,
    not_applied,
    irreversible,
    stale_row,
    foreign_object,
    name_not_allowed,
    refuses_transaction,
    refused_statement,
    already_applied,
    nested_call,
    pending,
    not_proved,
};

/// The five characters of the SQLSTATE that `code` stands for.
std::string_view sqlstate(FailureCode code) noexcept;

class Failure : public std::exception {
  public:
    /// `message`: lower-case start, no full stop.  `detail` and `hint`: whole
    /// sentences, or empty for none.
    Failure(FailureCode code, std::string message, std::string detail = {}, std::string hint = {});

    const char* what() const noexcept override { return message_.c_str(); }
    FailureCode code() const noexcept { return code_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& detail() const noexcept { return detail_; }
    const std::string& hint() const noexcept { return hint_; }

  private:
    FailureCode code_;
    std::string message_;
    std::string detail_;
    std::string hint_;
};

} // namespace migrate::core

#include "core/no_postgres.hpp"
