// Types and labels that a downgrade had to leave, and that the next upgrade of the same revision
// takes over instead of making them once more.
#pragma once

#include "engine/registry.hpp"
#include "pg/parse.hpp"

#include <map>
#include <string>
#include <vector>

namespace migrate::engine {

/// The statements of `script`, an up text, that would make what is there already, each with the row
/// of `kept` that it would make.  As the current role.  Nothing stays of what is tried for it.
/// `origin` names the text.  Throws Failure(not_in_prerequisite_state) for a type that is another
/// one than the statement would make.
std::map<std::size_t, ObjectRow> statements_to_pass_over(const pg::Script& script,
                                                         const std::vector<ObjectRow>& kept,
                                                         const std::string& origin);

} // namespace migrate::engine
