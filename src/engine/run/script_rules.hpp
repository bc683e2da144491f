// Rules for a revision's text: which statements it may contain, judged from its parse tree.
#pragma once

#include "pg/script/parse.hpp"

#include <string>

namespace migrate::engine {

/// Throws Failure(refused_statement) for a statement that no revision may contain, naming
/// it by number and line.  `origin` is the text's name, such as `up text of revision "x"`.
void check_script(const pg::Script& script, const std::string& origin);

/// Whether no statement refuses to run in a transaction.
bool is_transactional(const pg::Script& script);

/// Throws Failure(refuses_transaction), naming the first statement that does; `hint` tells
/// the way out.
void require_transactional(const pg::Script& script, const std::string& origin,
                           const std::string& hint);

/// Whether the text brackets its statements by BEGIN and COMMIT, which have no effect.
bool has_transaction_blocks(const pg::Script& script);

/// Whether statement `kind` is run: BEGIN and COMMIT are not.
bool is_run(pg::StatementKind kind);

} // namespace migrate::engine
