#include "core/failure.hpp"

#include <utility>

namespace migrate::core {

std::string_view sqlstate(FailureCode code) noexcept {
    switch (code) {
    case FailureCode::undefined_object:
        return "42704";
    case FailureCode::duplicate_object:
        return "42710";
    case FailureCode::ambiguous_target:
        return "42P08";
    case FailureCode::invalid_target:
    case FailureCode::invalid_argument:
        return "22023";
    case FailureCode::invalid_name:
        return "42602";
    case FailureCode::null_argument:
        return "22004";
    case FailureCode::not_in_prerequisite_state:
        return "55000";
    case FailureCode::insufficient_privilege:
        return "42501";
    case FailureCode::object_in_use:
        return "55006";
    case FailureCode::invalid_transaction:
        return "2D000";
    case FailureCode::serialization_failure:
        return "40001";
    case FailureCode::several_heads:
        return "MG001";
    case FailureCode::several_rows:
        return "MG002";
    case FailureCode::ambiguous_walk:
        return "MG003";
    case FailureCode::walk_past_end:
        return "MG004";
    case FailureCode::not_on_branch:
        return "MG005";
    case FailureCode::not_applied:
        return "MG006";
    case FailureCode::irreversible:
        return "MG007";
    case FailureCode::stale_row:
        return "MG008";
    case FailureCode::foreign_object:
        return "MG009";
    case FailureCode::name_not_allowed:
        return "MG010";
    case FailureCode::refuses_transaction:
        return "MG011";
    case FailureCode::refused_statement:
        return "MG012";
    case FailureCode::already_applied:
        return "MG013";
    case FailureCode::nested_call:
        return "MG014";
    case FailureCode::pending:
        return "MG015";
    case FailureCode::not_proved:
        return "MG020";
    }
    return "MG000";
}

Failure::Failure(FailureCode code, std::string message, std::string detail, std::string hint)
    : code_(code), message_(std::move(message)), detail_(std::move(detail)),
      hint_(std::move(hint)) {}

} // namespace migrate::core
