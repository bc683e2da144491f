#include "core/graph/edge_errors.hpp"

namespace migrate::core {

Failure missing_parent(std::string_view id, std::string_view parent,
                       const std::optional<std::string>& carrier) {
    return Failure(
        FailureCode::undefined_object, "revision " + in_quotes(parent) + " does not exist",
        "It is named as parent of " + in_quotes(id) + ".",
        carrier ? "It is a branch label, and parents are named by id: " + in_quotes(*carrier) +
                      " carries it."
                : "Register it first, or correct the parent.");
}

Failure missing_dependency(std::string_view id, std::string_view need) {
    return Failure(FailureCode::undefined_object,
                   "revision or branch label " + in_quotes(need) + " does not exist",
                   "Revision " + in_quotes(id) + " depends on it.",
                   "Register it first, or correct depends_on, which takes whole ids and branch "
                   "labels.");
}

Failure own_parent(std::string_view id) {
    return Failure(FailureCode::invalid_argument,
                   "revision " + in_quotes(id) + " cannot be its own parent", {},
                   "Name the revision that it follows in down_revision, or '{}' for a new base.");
}

Failure own_dependency(std::string_view id, const std::optional<std::string>& label) {
    return Failure(FailureCode::invalid_argument,
                   "revision " + in_quotes(id) + " cannot depend on itself",
                   label ? "It carries the branch label " + in_quotes(*label) + " itself." : "",
                   "Leave it, and the branch labels that it carries, out of depends_on.");
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
