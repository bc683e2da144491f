#include "engine/catalog/lock_holders.hpp"

#include "core/text.hpp"
#include "pg/sql/statement.hpp"

namespace migrate::engine::catalog {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

Statement select_lock_holders(
    "SELECT l.pid::pg_catalog.int8, COALESCE(a.usename::pg_catalog.text, '?'),"
    " COALESCE(a.application_name, ''), COALESCE(a.state, ''),"
    " pg_catalog.left(COALESCE(a.query, ''), 200),"
    " l.mode OPERATOR(pg_catalog.=) 'AccessExclusiveLock',"
    " COALESCE(a.query_start, pg_catalog.now())"
    " FROM pg_catalog.pg_locks AS l"
    " LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid OPERATOR(pg_catalog.=) l.pid"
    " WHERE l.locktype OPERATOR(pg_catalog.=) 'object' AND l.granted"
    " AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database AS d"
    "  WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())"
    " AND l.classid OPERATOR(pg_catalog.=) $1::pg_catalog.oid"
    " AND l.objid OPERATOR(pg_catalog.=) $2::pg_catalog.oid"
    " AND l.objsubid::pg_catalog.int8 OPERATOR(pg_catalog.=) $3"
    " ORDER BY l.pid",
    Type::bigint, Type::bigint, Type::bigint);

Statement select_own_pid("SELECT pg_catalog.pg_backend_pid()::pg_catalog.int8");

// Those that hold a lock of any kind on a relation or a transaction, but for ourselves.
Statement select_other_holders(
    "SELECT l.pid::pg_catalog.int8, l.mode, COALESCE(a.state, ''),"
    " pg_catalog.left(COALESCE(a.query, ''), 200)"
    " FROM pg_catalog.pg_locks AS l"
    " LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid OPERATOR(pg_catalog.=) l.pid"
    " WHERE l.granted AND l.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()"
    " AND ((l.locktype OPERATOR(pg_catalog.=) 'relation'"
    "   AND l.database::pg_catalog.int8 OPERATOR(pg_catalog.=) $1"
    "   AND l.relation::pg_catalog.int8 OPERATOR(pg_catalog.=) $2)"
    "  OR (l.locktype OPERATOR(pg_catalog.=) 'transactionid'"
    "   AND l.transactionid::pg_catalog.text OPERATOR(pg_catalog.=) $3)"
    "  OR (l.locktype OPERATOR(pg_catalog.=) 'virtualxid'"
    "   AND l.virtualxid OPERATOR(pg_catalog.=) $4))"
    " ORDER BY a.xact_start, l.pid",
    Type::bigint, Type::bigint, Type::text, Type::text);

/// What was waited for when it was no relation.
std::string awaited_thing(const std::string& type) {
    return type == "transactionid" ? "rows of another transaction"
           : type == "virtualxid"  ? "a transaction that must end first"
                                   : type;
}

Statement select_relation_name(
    "SELECT COALESCE(pg_catalog.format('%I.%I', n.nspname, c.relname), '')"
    " FROM pg_catalog.pg_class AS c"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
    " WHERE c.oid::pg_catalog.int8 OPERATOR(pg_catalog.=) $1",
    Type::bigint);

void select_holders(pg::ObjectId table, pg::LockKey key,
                    const std::function<void(const Row&)>& on_row) {
    select_lock_holders.run({std::int64_t(table), std::int64_t(key.object), std::int64_t(key.part)},
                            on_row);
}

} // namespace

std::string lock_holders(pg::ObjectId table, pg::LockKey key) {
    std::int64_t own_pid = 0;
    select_own_pid.run({}, [&](const Row& row) { own_pid = row.bigint(0); });
    std::string result;
    // As the caller: pg_stat_activity shows a query only to those who may see it.
    select_holders(table, key, [&](const Row& row) {
        if (row.is_null(0)) {
            core::append_item(result, "A prepared transaction holds it (see pg_prepared_xacts).",
                              " ");
            return;
        }
        if (row.bigint(0) == own_pid) {
            return;
        }
        std::string holder = "Process " + std::to_string(row.bigint(0)) + " (role " + row.text(1);
        if (!row.text(2).empty()) {
            holder += ", application " + row.text(2);
        }
        holder += ") holds it";
        if (!row.text(3).empty()) {
            holder += ", " + row.text(3);
        }
        holder += row.text(4).empty() ? "." : ": " + row.text(4);
        core::append_item(result, holder, " ");
    });
    return result;
}

std::string holders_of(const pg::AwaitedLock& lock) {
    std::string relation;
    if (lock.relation != pg::invalid_object_id) {
        select_relation_name.run({std::int64_t(lock.relation)},
                                 [&](const Row& row) { relation = row.text(0); });
    }
    std::string result = "It waited for " + lock.mode + " on " +
                         (relation.empty() ? awaited_thing(lock.type) : "relation " + relation) +
                         ".";
    const std::string transaction = std::to_string(lock.transaction);
    // As the caller: pg_stat_activity shows a query only to those who may see it.
    select_other_holders.run(
        {std::int64_t(lock.database), std::int64_t(lock.relation), std::string_view(transaction),
         std::string_view(lock.virtual_transaction)},
        [&](const Row& row) {
            if (!pg::is_conflict(row.text(1), lock.mode)) {
                return;
            }
            result += row.is_null(0) ? std::string(" A prepared transaction")
                                     : " Process " + std::to_string(row.bigint(0));
            result += " holds " + row.text(1);
            result += row.text(2).empty() ? "" : ", " + row.text(2);
            result += row.text(3).empty() ? "." : ": " + row.text(3);
        });
    return result;
}

std::optional<LockHolder> exclusive_lock_holder(pg::ObjectId table, pg::LockKey key) {
    std::optional<LockHolder> result;
    select_holders(table, key, [&](const Row& row) {
        if (row.boolean(5) && !row.is_null(0)) {
            result = LockHolder{row.bigint(0), row.text(4), row.timestamp(6)};
        }
    });
    return result;
}

} // namespace migrate::engine::catalog
