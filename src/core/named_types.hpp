// The types that the body of a function names.  The server knows of no dependency there: a body
// is a text until it runs.
#pragma once

#include "core/sql_tokens.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace migrate::core {

/// A name that stands where SQL and PL/pgSQL have a type.
struct NamedType {
    std::string schema; // empty: found on the search_path
    std::string name;
    bool is_call = false; // name(…): of a type only where no function has that name

    friend bool operator==(const NamedType&, const NamedType&) = default;
};

/// The types that `body` names in a type's position: behind `::`, in CAST, in declarations, in
/// signatures and lists of columns, in front of a literal or of `[]`, in commands about types; also
/// in the literals of the text, which may be run as SQL.  The same word elsewhere is none.  Where
/// only the meaning could tell, it counts as one.
std::vector<NamedType> named_types(std::string_view body, SqlQuoting quoting);

/// The types that the CREATE TYPE and CREATE DOMAIN commands in `body` make, as written; also
/// those in its literals.
std::vector<NamedType> types_created_in(std::string_view body);

/// The types whose names `text` frees: by DROP TYPE or DROP DOMAIN, or by renaming them.
std::vector<NamedType> types_replaced_in(std::string_view text);

} // namespace migrate::core

#include "core/no_postgres.hpp"
