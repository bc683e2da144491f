// Every difference between the supported servers (15 to 18), each with its reason.
#pragma once

#include "pg/wall/postgres.hpp"

namespace migrate::pg::compat {

/// 17 can ask for stronger modes as well.
inline bool is_lock_held(const LOCKTAG* tag, LOCKMODE mode) {
#if PG_VERSION_NUM >= 170000
    return LockHeldByMe(tag, mode, false);
#else
    return LockHeldByMe(tag, mode);
#endif
}

/// 16 asks the SET option of a membership, which 15 does not know.
inline bool can_set_role(Oid member, Oid role) {
#if PG_VERSION_NUM >= 160000
    return member_can_set_role(member, role);
#else
    return is_member_of_role(member, role);
#endif
}

/// 18 dropped run_once.
inline void portal_run(Portal portal, QueryCompletion* completion) {
#if PG_VERSION_NUM >= 180000
    PortalRun(portal, FETCH_ALL, false, None_Receiver, None_Receiver, completion);
#else
    PortalRun(portal, FETCH_ALL, false, true, None_Receiver, None_Receiver, completion);
#endif
}

/// 18 has it count what it reads.
inline IndexScanDesc index_beginscan(Relation table, Relation index, Snapshot snapshot, int keys) {
#if PG_VERSION_NUM >= 180000
    return ::index_beginscan(table, index, snapshot, nullptr, keys, 0);
#else
    return ::index_beginscan(table, index, snapshot, keys, 0);
#endif
}

/// 16 replaced the check functions per kind of object by one.
inline bool may_create_in_schema(Oid schema, Oid role) {
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(NamespaceRelationId, schema, role, ACL_CREATE) == ACLCHECK_OK;
#else
    return pg_namespace_aclcheck(schema, role, ACL_CREATE) == ACLCHECK_OK;
#endif
}

/// 16 moved the permissions out of the range table into a list of their own.
#if PG_VERSION_NUM >= 160000
using PermissionInfo = RTEPermissionInfo;
#else
using PermissionInfo = RangeTblEntry;
#endif

/// 17 opens the range table's relations by a macro that 15 lacks: what an entry
/// of the permission list is about, InvalidOid for what is no relation.
inline Oid relation_of(const PermissionInfo* info) {
#if PG_VERSION_NUM < 160000
    if (info->rtekind != RTE_RELATION) {
        return InvalidOid;
    }
#endif
    return info->relid;
}

/// Each has its own series of pgaudit: the first of it that lets statements run at top level within
/// a CALL.
#if PG_VERSION_NUM >= 180000
inline constexpr const char* fit_pgaudit = "18.0";
#elif PG_VERSION_NUM >= 170000
inline constexpr const char* fit_pgaudit = "17.1";
#elif PG_VERSION_NUM >= 160000
inline constexpr const char* fit_pgaudit = "16.1";
#else
inline constexpr const char* fit_pgaudit = "1.7.1";
#endif

} // namespace migrate::pg::compat
