#include "core/sql/calls.hpp"

#include "core/failure.hpp"
#include "core/text.hpp"

namespace migrate::core {

namespace {

std::string call(std::string_view function, const std::vector<std::string>& arguments,
                 const std::optional<std::string>& prefix) {
    std::string list = joined(arguments);
    if (prefix) {
        append_item(list, "prefix => " + sql_literal(*prefix));
    }
    return std::string(function) + "(" + list + ")";
}

} // namespace

std::string select_call(std::string_view function, const std::vector<std::string>& arguments,
                        const std::optional<std::string>& prefix) {
    return "SELECT " + call(function, arguments, prefix);
}

std::string procedure_call(std::string_view procedure, const std::vector<std::string>& arguments,
                           const std::optional<std::string>& prefix) {
    return "CALL " + call(procedure, arguments, prefix);
}

std::string run_statement(Direction direction, std::string_view target, Hints hints,
                          const std::optional<std::string>& prefix) {
    const bool is_up = direction == Direction::upgrade;
    if (hints == Hints::calls) {
        return procedure_call(is_up ? "migrate_deploy" : "migrate_revert", {sql_literal(target)},
                              prefix);
    }
    return select_call(is_up ? "migrate_upgrade" : "migrate_downgrade", {sql_literal(target)},
                       prefix);
}

std::string select_rows_of(std::string_view function, const std::vector<std::string>& arguments,
                           const std::optional<std::string>& prefix) {
    return "SELECT * FROM " + call(function, arguments, prefix);
}

std::string sql_literal(std::string_view text) {
    std::string result = "'";
    bool is_escaped = false;
    for (const char c : text) {
        result.append(c == '\'' || c == '\\' ? 2 : 1, c);
        is_escaped = is_escaped || c == '\\';
    }
    // Where standard_conforming_strings is off a backslash means something without the E, too.
    return (is_escaped ? "E" : "") + result + "'";
}

std::string sql_array(std::span<const std::string> texts) {
    std::string list;
    for (const std::string& text : texts) {
        append_item(list, sql_literal(text));
    }
    return "ARRAY[" + list + "]";
}

std::string array_literal(std::span<const std::string> texts) {
    std::string literal = "{";
    for (const std::string& text : texts) {
        literal += literal.size() > 1 ? ",\"" : "\"";
        for (const char c : text) {
            if (c == '"' || c == '\\') {
                literal += '\\';
            }
            literal += c;
        }
        literal += '"';
    }
    return literal + "}";
}

std::string described_prefix(std::string_view name) {
    return name.empty() ? "the default prefix" : "prefix " + in_quotes(name);
}

std::string of_prefix(const std::optional<std::string>& prefix, std::string_view preposition) {
    return prefix ? " " + std::string(preposition) + " " + described_prefix(*prefix)
                  : std::string();
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
