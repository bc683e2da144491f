#include "pg/hooks/refused_functions.hpp"

#include "pg/wall/postgres.hpp"

namespace migrate::pg {

std::string_view instead_of(ObjectId function) noexcept {
    switch (function) {
    // Descriptors belong to the transaction: the caller's own are open under small numbers, and
    // who reads through one is not asked for rights.
    case F_LO_OPEN:
    case F_LO_CLOSE:
    case F_LOREAD:
    case F_LOWRITE:
    case F_LO_LSEEK:
    case F_LO_LSEEK64:
    case F_LO_TELL:
    case F_LO_TELL64:
    case F_LO_TRUNCATE:
    case F_LO_TRUNCATE64:
        return "Use lo_get, lo_put and lo_from_bytea, which need no descriptor.";
    // Locks of the session: the caller's would be released, the text's would stay.
    case F_PG_ADVISORY_LOCK_INT8:
    case F_PG_ADVISORY_LOCK_INT4_INT4:
    case F_PG_ADVISORY_LOCK_SHARED_INT8:
    case F_PG_ADVISORY_LOCK_SHARED_INT4_INT4:
    case F_PG_TRY_ADVISORY_LOCK_INT8:
    case F_PG_TRY_ADVISORY_LOCK_INT4_INT4:
    case F_PG_TRY_ADVISORY_LOCK_SHARED_INT8:
    case F_PG_TRY_ADVISORY_LOCK_SHARED_INT4_INT4:
    case F_PG_ADVISORY_UNLOCK_INT8:
    case F_PG_ADVISORY_UNLOCK_INT4_INT4:
    case F_PG_ADVISORY_UNLOCK_SHARED_INT8:
    case F_PG_ADVISORY_UNLOCK_SHARED_INT4_INT4:
    case F_PG_ADVISORY_UNLOCK_ALL:
        return "Use pg_advisory_xact_lock, whose locks end with the transaction.";
    // Where the session's changes are said to come from; whoever may call these by itself.
    case F_PG_REPLICATION_ORIGIN_SESSION_SETUP:
    case F_PG_REPLICATION_ORIGIN_SESSION_RESET:
    case F_PG_REPLICATION_ORIGIN_XACT_SETUP:
    case F_PG_REPLICATION_ORIGIN_XACT_RESET:
        return "Set the origin up in the session that calls.";
    default:
        return {};
    }
}

} // namespace migrate::pg
