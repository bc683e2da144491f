// Statements that refuse to run in a transaction, run as the server runs those of a client.
// Only for CALL outside of a transaction block, in a transaction that has done nothing yet:
// from within a SELECT they crash the server.
#pragma once

#include "core/plan/run_states.hpp"
#include "pg/script/parse.hpp"
#include "pg/wall/scope.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace migrate::pg {

/// What the statement can leave when it is cut off.
core::Interruption interruption_of(const Script& script, std::size_t index);

/// Whether others can go on reading and writing while a statement waits for its locks.
enum class Waiting { blocks_others, blocks_nobody };
Waiting waiting_of(const Script& script, std::size_t index);

/// The relation that an interruption of the statement leaves: the index that is named, the
/// partition.  Nothing when it names none or it does not exist.  Throws Error.
std::optional<ObjectId> interrupted_relation(const Script& script, std::size_t index);

/// Whether the statement is a CREATE INDEX … IF NOT EXISTS.
bool tolerates_existing(const Script& script, std::size_t index);

/// Acts as another role for one statement at top level.  No confinement can live through the
/// statement's own commits, so it lasts until the first of them.  By then the server has
/// parsed, folded and checked all that the statement names, which runs what the role has put
/// into domains and partition keys.  What comes later, such as index expressions, the server
/// confines itself.
class TopLevelRole {
  public:
    TopLevelRole(ObjectId role, Confinement confinement);
    ~TopLevelRole();
    TopLevelRole(const TopLevelRole&) = delete;
    TopLevelRole& operator=(const TopLevelRole&) = delete;

  private:
    RoleScope role_;
};

/// What pgaudit says against statements at top level within this CALL; nothing when it lets them
/// run, or is not loaded.  A statement that does nothing asks it: a module does not tell its
/// version.  Throws Error for a cancel.
std::optional<std::string> objection_to_top_level();

/// The first pgaudit for this server that lets them run, such as "1.7.1".
const char* fit_pgaudit() noexcept;

/// Runs statement `index`, which commits as it likes.  The snapshots of the running
/// transaction are gone afterwards.  Throws Error.
void run_at_top_level(const Script& script, std::size_t index, const std::string& origin,
                      Place& place);

} // namespace migrate::pg
