// The objects that a utility statement names: what the object access hook does not see
// (COMMENT, GRANT …), or sees only when other objects have been dropped before.
// Included by src/pg only.
#pragma once

#include "pg/hooks/observer.hpp"

#include "pg/wall/postgres.hpp"

namespace migrate::pg {

/// Tells `observer` of each, before the statement runs.  Names that resolve to nothing are
/// left to the statement itself.
void tell_targets(Node* statement, ObjectObserver& observer);

} // namespace migrate::pg
