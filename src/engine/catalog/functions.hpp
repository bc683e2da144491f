// Catalog queries on functions: their bodies, where these are texts, and their names.
#pragma once

#include "pg/wall/types.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine::catalog {

/// A function of the database whose body is a text.
struct FunctionBody {
    pg::ObjectId function = pg::invalid_object_id;
    std::string schema;
    std::string language;
    std::string body;
    std::optional<std::string> search_path; // that it sets
};
/// Of all functions, or of `functions` only; not of those that are the server's.
void for_each_body(const std::optional<std::vector<std::int64_t>>& functions,
                   const std::function<void(const FunctionBody&)>& visit);
/// Whether any function is called `name`.
bool is_function_name(const std::string& name);

} // namespace migrate::engine::catalog
