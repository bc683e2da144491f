#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

namespace {

// NOT NULL is a property of its column or domain.  Where it is a constraint as well (of tables
// from 18 on), it is told of only if the column does not say all: it has a name of its own
// choice, is NOT VALID or NO INHERIT, or has a comment.  A child has its name from its parent.
constexpr std::string_view is_plain_not_null =
    "k.convalidated AND NOT k.connoinherit AND NOT EXISTS (SELECT FROM pg_description AS m WHERE"
    " m.classoid = 'pg_constraint'::regclass AND m.objoid = k.oid)";

std::string constraint_condition() {
    return "k.contype <> 't'"
           // The foreign keys of partitions are said by those of their parents.
           " AND (k.contype <> 'f' OR k.conparentid = 0)"
           " AND (k.contype <> 'n' OR k.conislocal AND NOT (" +
           std::string(is_plain_not_null) +
           " AND k.conname = (SELECT o.relname || '_' || a.attname || '_not_null' FROM pg_class AS"
           " o JOIN pg_attribute AS a ON a.attrelid = o.oid AND a.attnum = k.conkey[1] WHERE o.oid"
           " = k.conrelid)))";
}

} // namespace

KindText constraint_query() {
    return {.rule = core::constraint_rule,
            .kind = "table constraint",
            .subject = RowSubject::on_whole,
            .traits = "rpf",
            .catalog = {},
            .from =
                "pg_constraint AS k ON k.conrelid = r.id::oid AND " + constraint_condition() +
                " LEFT JOIN pg_class AS c ON k.contype IN ('p', 'u', 'x') AND c.oid = k.conindid"
                " LEFT JOIN pg_index AS i ON i.indexrelid = c.oid",
            .object_catalog = "pg_constraint",
            .object = "k.oid",
            .name = "quote_ident(k.conname)",
            .properties = {
                {"definition", "pg_get_constraintdef(k.oid)"},
                {"inherited", inherited("k.coninhcount", "k.conislocal")},
                {"valid", "CASE WHEN NOT i.indisvalid THEN 'no' END"},
                // The definition of an exclusion has them.
                {"options", "CASE WHEN k.contype <> 'x' THEN c.reloptions END", PropertyForm::list},
                {"statistics", column_statistics("i", "c.oid")},
                {"tablespace", tablespace("c.reltablespace")},
                {"clustered", "CASE WHEN i.indisclustered THEN 'yes' END"},
                {"index comment", comment_on("pg_class", "c.oid")},
                {"comment", comment_on("pg_constraint", "k.oid")}}};
}

KindText domain_constraint_query() {
    return {.rule = core::constraint_rule,
            .kind = "domain constraint",
            .subject = RowSubject::on_whole,
            .traits = "d",
            .catalog = {},
            .from =
                "pg_type AS t ON t.oid = r.id::oid JOIN pg_constraint AS k ON k.contypid = t.oid"
                " AND (k.contype <> 'n' OR NOT (" +
                std::string(is_plain_not_null) + " AND k.conname = t.typname || '_not_null'))",
            .object_catalog = "pg_constraint",
            .object = "k.oid",
            .name = "quote_ident(k.conname)",
            .properties = {{"definition", "pg_get_constraintdef(k.oid)"},
                           {"comment", comment_on("pg_constraint", "k.oid")}}};
}

} // namespace migrate::engine
