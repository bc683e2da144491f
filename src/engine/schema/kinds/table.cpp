#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

KindText table_query() {
    return {
        .rule = core::table_rule,
        .kind = {},
        .subject = RowSubject::whole,
        .traits = "rpf",
        .catalog = {},
        .from = "pg_class AS c ON c.oid = r.id::oid LEFT JOIN pg_foreign_table AS f ON c.relkind ="
                " 'f' AND f.ftrelid = c.oid",
        .object_catalog = "pg_class",
        .object = "c.oid",
        .properties = {
            {"owner", role("c.relowner")},
            {"persistence", "CASE c.relpersistence WHEN 'u' THEN 'unlogged' END"},
            // A partitioned table has one only where somebody has set it, for its partitions.
            {"access method", "SELECT quote_ident(a.amname) FROM pg_am AS a WHERE a.oid = c.relam"
                              " AND (a.amname <> 'heap' OR c.relkind = 'p')"},
            {"options", "c.reloptions", PropertyForm::list},
            {"toast options", toast_options(), PropertyForm::list},
            {"tablespace", tablespace("c.reltablespace")},
            {"inherits",
             "SELECT string_agg(h.inhparent::regclass::text || CASE WHEN"
             " h.inhdetachpending THEN ' (being detached)' ELSE '' END, ', ' ORDER BY"
             " h.inhseqno) FROM pg_inherits AS h WHERE h.inhrelid = c.oid",
             PropertyForm::text, 14},
            {"inherits",
             "SELECT string_agg(h.inhparent::regclass::text, ', ' ORDER BY"
             " h.inhseqno) FROM pg_inherits AS h WHERE h.inhrelid = c.oid",
             PropertyForm::text, 0, 14},
            {"of type", "CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype END"},
            {"partition key", "CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END"},
            // It names no column: without the relation the server need not look at that.
            {"partition", "CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, 0) END"},
            {"replica identity", replica_identity()},
            {"row security", "CASE WHEN c.relrowsecurity THEN 'enabled' END"},
            {"force row security", "CASE WHEN c.relforcerowsecurity THEN 'yes' END"},
            {"server", "CASE WHEN f.ftserver IS NOT NULL THEN (SELECT quote_ident(s.srvname) FROM"
                       " pg_foreign_server AS s WHERE s.oid = f.ftserver) END"},
            {"foreign options", "f.ftoptions", PropertyForm::list},
            privileges("c.relacl", "r", "c.relowner"),
            {"comment", comment_on("pg_class", "c.oid")}}};
}

} // namespace migrate::engine
