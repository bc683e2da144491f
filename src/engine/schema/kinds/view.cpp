#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

KindText view_query() {
    return {
        .rule = core::view_rule,
        .kind = {},
        .subject = RowSubject::whole,
        .traits = "vm",
        .catalog = {},
        .from = "pg_class AS c ON c.oid = r.id::oid",
        .object_catalog = "pg_class",
        .object = "c.oid",
        .properties = {
            {"definition", "pg_get_viewdef(c.oid)"},
            {"owner", role("c.relowner")},
            {"options", "c.reloptions", PropertyForm::list},
            {"toast options", toast_options(), PropertyForm::list},
            {"access method", "SELECT quote_ident(a.amname) FROM pg_am AS a WHERE a.oid ="
                              " c.relam AND a.amname <> 'heap'"},
            {"tablespace", tablespace("c.reltablespace")},
            {"populated", "CASE WHEN NOT c.relispopulated THEN 'no' END"},
            {"replica identity", "CASE WHEN c.relkind = 'm' THEN " + replica_identity() + " END"},
            {"depends on extension", depends_on_extension("pg_class", "c.oid")},
            privileges("c.relacl", "r", "c.relowner"),
            {"comment", comment_on("pg_class", "c.oid")}}};
}

} // namespace migrate::engine
