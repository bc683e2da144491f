// The statements that messages suggest, written so that they act on the history
// that the message is about when they are typed as they stand.
#pragma once

#include "core/direction.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::core {

/// How a history is named by the prefix argument of a call; nullopt where the
/// argument can be left out, because its default means that history anyway.
struct Address {
    std::optional<std::string> prefix; ///< whose rows are meant
    std::optional<std::string> source; ///< whose revisions: the template, for an instance
};

/// How a failure shows the way out.
enum class Hints {
    statements, ///< as a statement that runs it
    calls,      ///< the same for a deploy: as a CALL
    targets,    ///< as another target, for those who only look
    none        ///< not at all: nobody will read it
};

/// `SELECT function(arguments…)`, with `prefix => '…'` behind them if there is one.
/// The arguments are SQL already.
std::string select_call(std::string_view function, const std::vector<std::string>& arguments,
                        const std::optional<std::string>& prefix);
/// The same with `CALL`, for procedures.
std::string procedure_call(std::string_view procedure, const std::vector<std::string>& arguments,
                           const std::optional<std::string>& prefix);
/// The statement that upgrades or downgrades to `target`: a SELECT, or
/// where `hints` are calls a CALL.
std::string run_statement(Direction direction, std::string_view target, Hints hints,
                          const std::optional<std::string>& prefix);
/// The same with `SELECT * FROM`, for functions that return rows to look at.
std::string select_rows_of(std::string_view function, const std::vector<std::string>& arguments,
                           const std::optional<std::string>& prefix);

/// `text` as a literal of SQL.
std::string sql_literal(std::string_view text);
/// `ARRAY['a', 'b']`.
std::string sql_array(std::span<const std::string> texts);
/// `{"a","b"}`: the value of an array of text, as the server reads it.
std::string array_literal(std::span<const std::string> texts);

/// How messages name a prefix: `prefix "x"` or `the default prefix`.
std::string described_prefix(std::string_view name);
/// ` of prefix "x"`, to go behind a noun; empty where the prefix need not be named.
/// `preposition` stands in the place of "of".
std::string of_prefix(const std::optional<std::string>& prefix,
                      std::string_view preposition = "of");

} // namespace migrate::core

#include "core/no_postgres.hpp"
