#include "engine/tables/installation.hpp"

#include "core/failure.hpp"
#include "engine/tables/as_table_owner.hpp"
#include "pg/catalog/objects.hpp"
#include "pg/session/session.hpp"
#include "pg/sql/statement.hpp"

namespace migrate::engine::tables {

namespace {

using pg::Row;
using pg::Statement;

Statement select_extension_schema(
    "SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_extension AS e"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace"
    " WHERE e.extname OPERATOR(pg_catalog.=) 'migrate'");

Statement select_extension("SELECT e.oid::pg_catalog.int8 FROM pg_catalog.pg_extension AS e"
                           " WHERE e.extname OPERATOR(pg_catalog.=) 'migrate'");

pg::ObjectId table_named(const char* name) {
    const auto table = pg::find_relation("migrate", name);
    if (!table) {
        throw core::Failure(core::FailureCode::undefined_object,
                            "extension \"migrate\" is not installed in this database", {},
                            "Install it with CREATE EXTENSION migrate.");
    }
    return *table;
}

} // namespace

pg::ObjectId prefix_table() {
    return table_named("prefix");
}

pg::ObjectId run_table() {
    return table_named("run");
}

pg::ObjectId version_table() {
    return table_named("version");
}

pg::ObjectId revision_table() {
    return table_named("revision");
}

pg::ObjectId object_table() {
    return table_named("object");
}

pg::ObjectId extension() {
    std::int64_t oid = 0;
    const AsTableOwner scope;
    select_extension.run({}, [&](const Row& row) { oid = row.bigint(0); });
    return pg::ObjectId(oid);
}

std::string extension_schema() {
    std::string name;
    const AsTableOwner scope;
    select_extension_schema.run({}, [&](const Row& row) { name = row.text(0); });
    return name;
}

std::string origin() {
    return pg::database_identity() + "/" + std::to_string(prefix_table());
}

} // namespace migrate::engine::tables
