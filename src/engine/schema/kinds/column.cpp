#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

KindText column_query() {
    return {
        .rule = core::column_rule,
        .kind = {},
        .subject = RowSubject::column,
        .traits = "rpfvmc",
        .catalog = {},
        .from =
            "pg_attribute AS a ON a.attrelid = r.id::oid AND a.attnum > 0 AND NOT a.attisdropped"
            " JOIN pg_type AS t ON t.oid = a.atttypid"
            " LEFT JOIN pg_attrdef AS d ON a.atthasdef AND d.adrelid = a.attrelid"
            " AND d.adnum = a.attnum",
        .object_catalog = "pg_class",
        .object = "a.attrelid",
        .sub_id = "a.attnum",
        .name = "quote_ident(a.attname)",
        .properties = {
            {"type", "format_type(a.atttypid, a.atttypmod)"},
            {"collation", "CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0 THEN"
                          " a.attcollation::regcollation END"},
            // A default names no column.
            {"default", "CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, 0) END"},
            {"generated", "CASE WHEN a.attgenerated <> '' THEN CASE a.attgenerated WHEN 's' THEN"
                          " 'stored ' ELSE 'virtual ' END || pg_get_expr(d.adbin, d.adrelid) END"},
            {"identity",
             "CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END"},
            {"not null", "CASE WHEN a.attnotnull THEN 'yes' END"},
            {"storage", "CASE WHEN a.attlen < 0 AND a.attstorage <> t.typstorage THEN CASE"
                        " a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN"
                        " 'main' ELSE 'extended' END END"},
            {"compression", "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END",
             PropertyForm::text, 14},
            {"statistics", "NULLIF(a.attstattarget, -1)"},
            {"options", "a.attoptions", PropertyForm::list},
            {"foreign options", "a.attfdwoptions", PropertyForm::list},
            {"inherited", inherited("a.attinhcount", "a.attislocal")},
            {"privileges", "a.attacl", PropertyForm::list},
            {"comment", comment_on("pg_class", "a.attrelid", "a.attnum")}}};
}

} // namespace migrate::engine
