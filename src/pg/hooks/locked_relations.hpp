// The relations that a utility statement would lock, as far as its tree names them, and the
// statements that reach beyond the schemas that they name.  Included by src/pg only.
#pragma once

#include "pg/hooks/copy_watch.hpp"

#include "pg/wall/postgres.hpp"

namespace migrate::pg {

/// Has `watch` judge what `statement` names, before it runs and locks that; throws core::Failure
/// for statements of which no part is for a copy: those on roles, databases, tablespaces,
/// subscriptions, and on all that somebody owns.
void judge_in_copy(Node* statement, CopyWatch& watch);

} // namespace migrate::pg
