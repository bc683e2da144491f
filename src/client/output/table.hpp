// Tables as psql prints them, also where characters take two columns or none, made narrower
// where the terminal is too narrow for them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace migrate::client {

struct Column {
    std::string title;
    bool is_number = false;  ///< stands at the right
    bool may_shrink = false; ///< may be cut where the table is too wide
};

/// With a line that counts the rows at its end.  `width` is that of the terminal, 0 for any.
/// Cells are put on one line each.
std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows, std::size_t width);

} // namespace migrate::client
