#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

KindText sequence_query() {
    return {.rule = core::sequence_rule,
            .kind = {},
            .subject = RowSubject::whole,
            .traits = "S",
            .catalog = {},
            .from =
                "pg_class AS c ON c.oid = r.id::oid JOIN pg_sequence AS s ON s.seqrelid = c.oid",
            .object_catalog = "pg_class",
            .object = "c.oid",
            .properties = {{"owner", role("c.relowner")},
                           {"persistence", "CASE c.relpersistence WHEN 'u' THEN 'unlogged' END"},
                           {"type", "format_type(s.seqtypid, NULL)"},
                           {"start", "s.seqstart"},
                           {"increment", "s.seqincrement"},
                           {"minimum", "s.seqmin"},
                           {"maximum", "s.seqmax"},
                           {"cache", "NULLIF(s.seqcache, 1)"},
                           {"cycle", "CASE WHEN s.seqcycle THEN 'yes' END"},
                           {"owned by",
                            "SELECT d.refobjid::regclass || '.' || quote_ident(a.attname) FROM"
                            " pg_depend AS d JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND"
                            " a.attnum = d.refobjsubid WHERE d.classid = 'pg_class'::regclass AND"
                            " d.objid = c.oid AND d.objsubid = 0 AND d.refclassid ="
                            " 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a',"
                            " 'i') LIMIT 1"},
                           privileges("c.relacl", "s", "c.relowner"),
                           {"comment", comment_on("pg_class", "c.oid")}}};
}

} // namespace migrate::engine
