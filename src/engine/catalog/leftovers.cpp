#include "engine/catalog/leftovers.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "pg/sql/statement.hpp"

namespace migrate::engine::catalog {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

#define MIGRATE_INDEX_COLUMNS                                                                      \
    "SELECT c.oid::pg_catalog.int8, n.nspname::pg_catalog.text, c.relname::pg_catalog.text,"       \
    " i.indisvalid FROM pg_catalog.pg_index AS i"                                                  \
    " JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid"                  \
    " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"

Statement select_indexes(MIGRATE_INDEX_COLUMNS " WHERE c.oid::pg_catalog.int8"
                                               " OPERATOR(pg_catalog.=) ANY ($1)",
                         Type::bigint_array);

// Names that REINDEX CONCURRENTLY gives, with a number when they are taken: for the new index
// before the swap, for the old one after it.  A build that is under way has invalid ones too.
// No regular expression: up to 15 it hears a cancel in a pg::CancelPause too.
Statement select_old_copies(
    MIGRATE_INDEX_COLUMNS
    " WHERE NOT i.indisvalid"
    " AND pg_catalog.right(pg_catalog.rtrim(c.relname::pg_catalog.text, '0123456789'), 6)"
    "  OPERATOR(pg_catalog.=) ANY (ARRAY['_ccnew', '_ccold'])"
    " AND NOT c.oid::pg_catalog.int8 OPERATOR(pg_catalog.=) ANY ($1)"
    " AND i.indrelid OPERATOR(pg_catalog.=) ANY (ARRAY(SELECT o.indrelid"
    "  FROM pg_catalog.pg_index AS o"
    "  WHERE o.indexrelid::pg_catalog.int8 OPERATOR(pg_catalog.=) ANY ($1)))"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index AS b"
    "  WHERE b.index_relid OPERATOR(pg_catalog.=) c.oid)",
    Type::bigint_array);
#undef MIGRATE_INDEX_COLUMNS

Statement select_detach(
    "SELECT pg_catalog.format('%I.%I', pn.nspname, p.relname),"
    " pg_catalog.format('%I.%I', cn.nspname, c.relname), i.inhdetachpending"
    " FROM pg_catalog.pg_inherits AS i"
    " JOIN pg_catalog.pg_class AS p ON p.oid OPERATOR(pg_catalog.=) i.inhparent"
    " JOIN pg_catalog.pg_namespace AS pn ON pn.oid OPERATOR(pg_catalog.=) p.relnamespace"
    " JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) i.inhrelid"
    " JOIN pg_catalog.pg_namespace AS cn ON cn.oid OPERATOR(pg_catalog.=) c.relnamespace"
    " WHERE i.inhrelid::pg_catalog.int8 OPERATOR(pg_catalog.=) $1",
    Type::bigint);

std::vector<IndexState> select_index_states(Statement& statement,
                                            std::span<const pg::ObjectId> indexes) {
    const std::vector<std::int64_t> oids(indexes.begin(), indexes.end());
    const AsTableOwner scope;
    std::vector<IndexState> result;
    statement.run({std::span<const std::int64_t>(oids)}, [&](const Row& row) {
        result.push_back({pg::ObjectId(row.bigint(0)), row.text(1), row.text(2), row.boolean(3)});
    });
    return result;
}

} // namespace

std::vector<IndexState> index_states(std::span<const pg::ObjectId> indexes) {
    return select_index_states(select_indexes, indexes);
}

std::vector<IndexState> old_copies(std::span<const pg::ObjectId> indexes) {
    return select_index_states(select_old_copies, indexes);
}

std::optional<DetachState> detach_state(pg::ObjectId partition) {
    const AsTableOwner scope;
    std::optional<DetachState> result;
    select_detach.run({std::int64_t(partition)}, [&](const Row& row) {
        result = DetachState{row.text(0), row.text(1), row.boolean(2)};
    });
    return result;
}

} // namespace migrate::engine::catalog
