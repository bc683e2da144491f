// Security labels of objects and columns.
#pragma once

#include "pg/wall/types.hpp"

#include <functional>
#include <string>

namespace migrate::engine {

/// Whether anything in the database has one: most have none.  Throws Error.
bool has_security_labels();

/// Calls `visit` for each object that has any, with all that it has.  Throws Error.
void for_each_security_label(
    const std::function<void(const pg::ObjectAddressKey& object, std::string labels)>& visit);

} // namespace migrate::engine
