// migrate_owner_of: which prefix and which revision made an object.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

struct Provenance {
    std::string object; // kind and name
    std::string prefix;
    std::optional<std::string> revision; // nothing: the name is reserved, or nobody knows
};

/// Whose `name` is: a relation, type, function or column, on the search_path or qualified, or
/// a function with the types of its arguments.  One for each thing of that name that is
/// somebody's.  Throws Failure(undefined_object) when there is no such thing.
std::vector<Provenance> owner_of_object(const std::string& name);

} // namespace migrate::engine
