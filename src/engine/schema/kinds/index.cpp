#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

KindText index_query() {
    return {.rule = core::index_rule,
            .kind = "index",
            .subject = RowSubject::in_schema,
            .traits = "rpm",
            .catalog = {},
            .from =
                "pg_index AS i ON i.indrelid = r.id::oid JOIN pg_class AS c ON c.oid = i.indexrelid"
                " JOIN pg_namespace AS n ON n.oid = c.relnamespace AND NOT EXISTS (SELECT FROM"
                " pg_constraint AS k WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid"
                " AND k.contype IN ('p', 'u', 'x'))",
            .object_catalog = "pg_class",
            .object = "c.oid",
            .name = "quote_ident(n.nspname) || '.' || quote_ident(c.relname)",
            .properties = {{"definition", "pg_get_indexdef(i.indexrelid)"},
                           {"valid", "CASE WHEN NOT i.indisvalid THEN 'no' END"},
                           {"clustered", "CASE WHEN i.indisclustered THEN 'yes' END"},
                           {"tablespace", tablespace("c.reltablespace")},
                           {"attached to",
                            "CASE WHEN c.relispartition THEN (SELECT h.inhparent::regclass FROM"
                            " pg_inherits AS h WHERE h.inhrelid = c.oid LIMIT 1) END"},
                           {"statistics", column_statistics("i", "c.oid")},
                           {"depends on extension", depends_on_extension("pg_class", "c.oid")},
                           {"comment", comment_on("pg_class", "c.oid")}}};
}

} // namespace migrate::engine
