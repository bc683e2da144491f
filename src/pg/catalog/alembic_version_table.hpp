// Reads Alembic's version table.
#pragma once

#include <string>
#include <vector>

namespace migrate::pg {

/// The values of column version_num of `table`, a name as SQL writes it, in order.  Read
/// with the rights in force; runs no code of whoever made the table.  Throws Error, Failure.
std::vector<std::string> read_version_table(const std::string& table);

} // namespace migrate::pg
