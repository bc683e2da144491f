// A tokenizer for SQL that needs no server: names, literals, symbols.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace migrate::core {

struct SqlToken {
    enum class Kind {
        word,   // a name or key word, in lower case
        quoted, // a name in double quotes
        string, // a literal of any kind, dollar quotes included: its content, escapes as they are
        number,
        symbol // one character; `::` and `:=` count as one
    };
    Kind kind;
    std::string text;

    bool is_name() const { return kind == Kind::word || kind == Kind::quoted; }
    bool is_word(std::string_view word) const { return kind == Kind::word && text == word; }
    bool is_symbol(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
};

/// What quotes and comments mean in a text.
enum class SqlQuoting {
    sql,  // as in SQL
    none, // nothing: a text in another language, with SQL inside of its literals
};

/// The tokens of `text`, comments left out.  Never fails: what is not closed goes to the end.
std::vector<SqlToken> sql_tokens(std::string_view text, SqlQuoting quoting);

} // namespace migrate::core

#include "core/no_postgres.hpp"
