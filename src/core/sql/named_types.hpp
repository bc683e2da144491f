// The types that the body of a function names.  The server knows of no dependency there: a body
// is a text until it runs.
#pragma once

#include "core/sql/tokens.hpp"

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

/// What a text does with the name of a type.
struct TypeChange {
    enum class Kind {
        created, // CREATE TYPE, CREATE DOMAIN
        freed    // DROP TYPE, DROP DOMAIN, or renamed
    };
    Kind kind;
    NamedType type;

    friend bool operator==(const TypeChange&, const TypeChange&) = default;
};

/// What the commands in `text` do with the names of types, in their order; also those in its
/// literals, which may be run.
std::vector<TypeChange> type_changes(std::string_view text);

} // namespace migrate::core

#include "core/no_postgres.hpp"
