// Names as SQL writes them: quoted where they have to be, qualified, and lists of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::pg {

/// `text` as an SQL identifier, quoted when needed.
std::string quote_identifier(std::string_view text);

/// `schema`.`name`, each quoted when needed.
std::string qualified_name(std::string_view schema, std::string_view name);

/// Splits a search_path as the server would; nothing when it is not one.
std::optional<std::vector<std::string>> split_identifiers(std::string_view list);

} // namespace migrate::pg
