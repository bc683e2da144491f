// The registry's statements on migrate.run, and what they ask the catalogs of indexes and
// partitions that a run may have left behind.
#include "engine/tables/registry.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "pg/sql/key_lookup.hpp"
#include "pg/sql/statement.hpp"

#include <charconv>

namespace migrate::engine::registry {

namespace {

using pg::Row;
using pg::Statement;
using pg::Type;

Statement select_run(
    "SELECT r.direction, r.revision, r.outcome, r.started_at, r.role, r.statements, r.statement,"
    " r.relation_oid, r.index_oids::pg_catalog.text[], r.origin OPERATOR(pg_catalog.=) $2"
    " FROM migrate.run AS r WHERE r.prefix OPERATOR(pg_catalog.=) $1",
    Type::text, Type::text);
Statement
    select_partial_runs("SELECT r.prefix FROM migrate.run AS r"
                        " JOIN migrate.prefix AS p ON p.name OPERATOR(pg_catalog.=) r.prefix"
                        " WHERE COALESCE(p.template, p.name) OPERATOR(pg_catalog.=) $1"
                        " AND r.revision OPERATOR(pg_catalog.=) $2"
                        " AND (r.statements OPERATOR(pg_catalog.>) 0 OR r.statement IS NOT NULL)"
                        " ORDER BY r.prefix",
                        Type::text, Type::text);
Statement insert_run("INSERT INTO migrate.run (prefix, direction, revision, role, origin)"
                     " VALUES ($1, $2, $3, $4, $5)",
                     Type::text, Type::text, Type::text, Type::text, Type::text);
// In place of the row of the revision before, which went the same way: the row stays where it is,
// no index grows, and no column is set whose domain would have to be asked.
Statement replace_run("UPDATE migrate.run SET revision = $3, role = $4, origin = $5,"
                      " started_at = DEFAULT, statements = DEFAULT, checksum = DEFAULT,"
                      " statement = DEFAULT, relation_oid = DEFAULT, index_oids = DEFAULT"
                      " WHERE prefix OPERATOR(pg_catalog.=) $1"
                      " AND direction OPERATOR(pg_catalog.=) $2"
                      " AND outcome OPERATOR(pg_catalog.=) 'running'",
                      Type::text, Type::text, Type::text, Type::text, Type::text);
Statement
    update_outcome("UPDATE migrate.run SET outcome = $2 WHERE prefix OPERATOR(pg_catalog.=) $1",
                   Type::text, Type::text);
Statement delete_run_row("DELETE FROM migrate.run WHERE prefix OPERATOR(pg_catalog.=) $1",
                         Type::text);
Statement update_statement("UPDATE migrate.run SET statement = $2, relation_oid = $3,"
                           " index_oids = '{}', origin = $4"
                           " WHERE prefix OPERATOR(pg_catalog.=) $1",
                           Type::text, Type::bigint, Type::bigint, Type::text);
Statement append_index("UPDATE migrate.run SET index_oids = index_oids OPERATOR(pg_catalog.||) $2"
                       " WHERE prefix OPERATOR(pg_catalog.=) $1",
                       Type::text, Type::bigint);
Statement update_done("UPDATE migrate.run SET statements = $2,"
                      " checksum = $3, statement = NULL, relation_oid = NULL, index_oids = '{}'"
                      " WHERE prefix OPERATOR(pg_catalog.=) $1",
                      Type::text, Type::bigint, Type::bytea);
Statement select_is_text("SELECT 1 FROM migrate.run AS r"
                         " WHERE r.prefix OPERATOR(pg_catalog.=) $1"
                         " AND (r.checksum IS NULL OR r.checksum OPERATOR(pg_catalog.=) $2)",
                         Type::text, Type::bytea);

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
pg::ObjectId oid_of(const std::string& text) {
    pg::ObjectId oid = pg::invalid_object_id;
    std::from_chars(text.data(), text.data() + text.size(), oid);
    return oid;
}

RunRow read_run(const Row& row) {
    RunRow run;
    run.direction = row.text(0);
    run.revision = row.text(1);
    run.outcome = row.text(2);
    run.started_at = row.timestamp(3);
    run.role = row.text(4);
    run.statements = row.bigint(5);
    if (!row.is_null(6)) {
        run.statement = row.bigint(6);
    }
    if (!row.is_null(7)) {
        run.relation = pg::ObjectId(row.bigint(7));
    }
    run.is_here = row.boolean(9);
    if (run.is_here) {
        for (const std::string& index : row.text_array(8)) {
            run.indexes.push_back(oid_of(index));
        }
    }
    return run;
}

std::vector<IndexState> select_index_states(Statement& statement,
                                            std::span<const pg::ObjectId> indexes) {
    const std::vector<std::int64_t> oids(indexes.begin(), indexes.end());
    const RegistryScope scope;
    std::vector<IndexState> result;
    statement.run({std::span<const std::int64_t>(oids)}, [&](const Row& row) {
        result.push_back({pg::ObjectId(row.bigint(0)), row.text(1), row.text(2), row.boolean(3)});
    });
    return result;
}

} // namespace

std::optional<RunRow> find_run(std::string_view prefix) {
    const std::string here = origin();
    const RegistryScope scope;
    std::optional<RunRow> result;
    select_run.run({prefix, std::string_view(here)},
                   [&](const Row& row) { result = read_run(row); });
    return result;
}

std::vector<std::string> partial_runs_of(std::string_view source, std::string_view revision) {
    const RegistryScope scope;
    std::vector<std::string> result;
    select_partial_runs.run({source, revision},
                            [&](const Row& row) { result.push_back(row.text(0)); });
    return result;
}

void begin_run(std::string_view prefix, std::string_view direction, std::string_view revision) {
    const std::string role = pg::role_name(pg::current_role());
    const std::string here = origin();
    const RegistryScope scope;
    const std::initializer_list<pg::Value> values = {
        prefix, direction, revision, std::string_view(role), std::string_view(here)};
    if (replace_run.run(values) == 0) {
        delete_run_row.run({prefix});
        insert_run.run(values);
    }
}

void resume_run(std::string_view prefix) {
    const RegistryScope scope;
    update_outcome.run({prefix, std::string_view("running")});
}

void fail_run(std::string_view prefix) {
    const RegistryScope scope;
    update_outcome.run({prefix, std::string_view("failed")});
}

void delete_run(std::string_view prefix) {
    const RegistryScope scope;
    delete_run_row.run({prefix});
}

void begin_run_statement(std::string_view prefix, std::int64_t statement,
                         std::optional<pg::ObjectId> relation) {
    const std::string here = origin();
    const RegistryScope scope;
    update_statement.run({prefix, statement,
                          relation ? pg::Value(std::int64_t(*relation)) : pg::Value(),
                          std::string_view(here)});
}

void add_run_index(std::string_view prefix, pg::ObjectId index) {
    const RegistryScope scope;
    append_index.run({prefix, std::int64_t(index)});
}

void advance_run(std::string_view prefix, std::int64_t statements, std::string_view text_done) {
    const std::string checksum = pg::text_checksum(text_done);
    const RegistryScope scope;
    update_done.run({prefix, statements, std::string_view(checksum)});
}

bool is_run_text(std::string_view prefix, std::string_view text_done) {
    const std::string checksum = pg::text_checksum(text_done);
    const RegistryScope scope;
    return select_is_text.run({prefix, std::string_view(checksum)}) > 0;
}

std::vector<IndexState> index_states(std::span<const pg::ObjectId> indexes) {
    return select_index_states(select_indexes, indexes);
}

std::vector<IndexState> old_copies(std::span<const pg::ObjectId> indexes) {
    return select_index_states(select_old_copies, indexes);
}

std::optional<DetachState> detach_state(pg::ObjectId partition) {
    const RegistryScope scope;
    std::optional<DetachState> result;
    select_detach.run({std::int64_t(partition)}, [&](const Row& row) {
        result = DetachState{row.text(0), row.text(1), row.boolean(2)};
    });
    return result;
}

std::int64_t generation_of_others(std::string_view prefix) {
    std::int64_t result = 0;
    pg::look_up_rows(prefix_table(), nullptr, {}, {"name", "generation"}, [&](const Row& row) {
        result += row.view(0) == prefix ? 0 : 1 + row.bigint(1);
    });
    return result;
}

} // namespace migrate::engine::registry
