#include "engine/tables/run.hpp"

#include "engine/tables/as_table_owner.hpp"
#include "engine/tables/installation.hpp"
#include "pg/session/random_and_hash.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"
#include "pg/sql/statement.hpp"

#include <charconv>

namespace migrate::engine::tables {

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

pg::ObjectId oid_of(const std::string& text) {
    pg::ObjectId oid = pg::invalid_object_id;
    std::from_chars(text.data(), text.data() + text.size(), oid);
    return oid;
}

RunRow read_run(const Row& row) {
    RunRow run;
    run.direction = core::direction_named(row.text(0)).value_or(core::Direction::upgrade);
    run.revision = row.text(1);
    run.state = row.text(2) == "running" ? core::RunState::running : core::RunState::stopped;
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

} // namespace

std::optional<RunRow> find_run(std::string_view prefix) {
    const std::string here = origin();
    const AsTableOwner scope;
    std::optional<RunRow> result;
    select_run.run({prefix, std::string_view(here)},
                   [&](const Row& row) { result = read_run(row); });
    return result;
}

std::vector<std::string> partial_runs_of(std::string_view source, std::string_view revision) {
    const AsTableOwner scope;
    std::vector<std::string> result;
    select_partial_runs.run({source, revision},
                            [&](const Row& row) { result.push_back(row.text(0)); });
    return result;
}

void begin_run(std::string_view prefix, core::Direction direction, std::string_view revision) {
    const std::string role = pg::role_name(pg::current_role());
    const std::string here = origin();
    const AsTableOwner scope;
    const std::initializer_list<pg::Value> values = {
        prefix, std::string_view(core::word_of(direction)), revision, std::string_view(role),
        std::string_view(here)};
    if (replace_run.run(values) == 0) {
        delete_run_row.run({prefix});
        insert_run.run(values);
    }
}

void set_run_state(std::string_view prefix, core::RunState state) {
    const AsTableOwner scope;
    if (state == core::RunState::idle) {
        delete_run_row.run({prefix});
    } else {
        update_outcome.run(
            {prefix, std::string_view(state == core::RunState::running ? "running" : "failed")});
    }
}

void begin_run_statement(std::string_view prefix, std::int64_t statement,
                         std::optional<pg::ObjectId> relation) {
    const std::string here = origin();
    const AsTableOwner scope;
    update_statement.run({prefix, statement,
                          relation ? pg::Value(std::int64_t(*relation)) : pg::Value(),
                          std::string_view(here)});
}

void add_run_index(std::string_view prefix, pg::ObjectId index) {
    const AsTableOwner scope;
    append_index.run({prefix, std::int64_t(index)});
}

void advance_run(std::string_view prefix, std::int64_t statements, std::string_view text_done) {
    const std::string checksum = pg::text_checksum(text_done);
    const AsTableOwner scope;
    update_done.run({prefix, statements, std::string_view(checksum)});
}

bool is_run_text(std::string_view prefix, std::string_view text_done) {
    const std::string checksum = pg::text_checksum(text_done);
    const AsTableOwner scope;
    return select_is_text.run({prefix, std::string_view(checksum)}) > 0;
}

} // namespace migrate::engine::tables
