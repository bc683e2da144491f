#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

namespace {

/// The qualified name of an object of a text search catalog, by its oid.
std::string name_in(const char* catalog, const char* prefix, const char* oid) {
    return std::string("(SELECT quote_ident(n.nspname) || '.' || quote_ident(x.") + prefix +
           "name) FROM " + catalog + " AS x JOIN pg_namespace AS n ON n.oid = x." + prefix +
           "namespace WHERE x.oid = " + oid + ")";
}

} // namespace

std::vector<RareKind> text_search_queries() {
    return {
        rare_kind(core::text_search_rule, "pg_ts_parser", "pg_ts_parser AS p ON p.oid = r.id::oid",
                  "p.oid",
                  {{"definition",
                    "'start ' || p.prsstart || ', token ' || p.prstoken || ', end ' || p.prsend ||"
                    " ', lextypes ' || p.prslextype || CASE WHEN p.prsheadline::oid <> 0 THEN"
                    " ', headline ' || p.prsheadline ELSE '' END"}}),
        rare_kind(core::text_search_rule, "pg_ts_template",
                  "pg_ts_template AS t ON t.oid = r.id::oid", "t.oid",
                  {{"definition", "CASE WHEN t.tmplinit::oid <> 0 THEN 'init ' || t.tmplinit ||"
                                  " ', ' ELSE '' END || 'lexize ' || t.tmpllexize"}}),
        rare_kind(core::text_search_rule, "pg_ts_dict", "pg_ts_dict AS d ON d.oid = r.id::oid",
                  "d.oid",
                  {{"owner", role("d.dictowner")},
                   {"definition",
                    "'template ' || " + name_in("pg_ts_template", "tmpl", "d.dicttemplate")},
                   {"options", "d.dictinitoption"}}),
        rare_kind(core::text_search_rule, "pg_ts_config", "pg_ts_config AS c ON c.oid = r.id::oid",
                  "c.oid",
                  {{"owner", role("c.cfgowner")},
                   {"definition", "'parser ' || " + name_in("pg_ts_parser", "prs", "c.cfgparser")},
                   {"mappings",
                    "SELECT string_agg(e.alias || ': ' || e.dictionaries, '; ' ORDER BY e.alias"
                    " COLLATE \"C\") FROM (SELECT k.alias, string_agg(m.mapdict::regdictionary"
                    "::text, ', ' ORDER BY m.mapseqno) AS dictionaries FROM pg_ts_config_map AS m"
                    " JOIN ts_token_type(c.cfgparser) AS k ON k.tokid = m.maptokentype WHERE"
                    " m.mapcfg = c.oid GROUP BY k.alias) AS e"}})};
}

} // namespace migrate::engine
