#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

KindText policy_query() {
    const std::string name = "CASE i WHEN 0 THEN 'public' ELSE"
                             " quote_ident(pg_get_userbyid(i)::text) END";
    return {.rule = core::policy_rule,
            .kind = "policy",
            .subject = RowSubject::on_whole,
            .traits = "rp",
            .catalog = "pg_policy",
            .from = "pg_policy AS p ON p.polrelid = r.id::oid",
            .object_catalog = "pg_policy",
            .object = "p.oid",
            .name = "quote_ident(p.polname)",
            .properties = {{"command",
                            "CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w'"
                            " THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END"},
                           {"restrictive", "CASE WHEN NOT p.polpermissive THEN 'yes' END"},
                           {"roles", "SELECT string_agg(" + name + ", ', ' ORDER BY " + name +
                                         " COLLATE \"C\") FROM unnest(p.polroles) AS i"},
                           {"using", "pg_get_expr(p.polqual, p.polrelid)"},
                           {"with check", "pg_get_expr(p.polwithcheck, p.polrelid)"},
                           {"comment", comment_on("pg_policy", "p.oid")}}};
}

} // namespace migrate::engine
