#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

namespace {

RareKind publications() {
    const std::string start =
        "'publish ' || concat_ws(' ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN"
        " p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN"
        " p.pubtruncate THEN 'truncate' END) || CASE WHEN p.puballtables THEN ', all tables' ELSE"
        " '' END || CASE WHEN p.pubviaroot THEN ', via root' ELSE '' END";
    const std::string of_tables = "SELECT string_agg(e.text, ', ' ORDER BY e.text COLLATE \"C\")"
                                  " FROM (SELECT t.prrelid::regclass::text";
    const std::string end = " AS text FROM pg_publication_rel AS t WHERE t.prpubid = p.oid) AS e";
    return rare_kind(
        core::database_rule, "pg_publication", "pg_publication AS p ON p.oid = r.id::oid", "p.oid",
        {{"owner", role("p.pubowner")},
         {"definition", start, PropertyForm::text, 0, 18},
         {"definition",
          start + " || CASE p.pubgencols WHEN 's' THEN ', generated columns stored' ELSE"
                  " '' END",
          PropertyForm::text, 18},
         {"tables", of_tables + end, PropertyForm::text, 0, 15},
         {"tables",
          of_tables +
              " || COALESCE(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER"
              " BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = t.prrelid AND"
              " a.attnum = ANY (t.prattrs)) || ')', '') || COALESCE(' where ' ||"
              " pg_get_expr(t.prqual, t.prrelid), '')" +
              end,
          PropertyForm::text, 15},
         {"schemas",
          "SELECT string_agg(quote_ident(n.nspname), ', ' ORDER BY n.nspname) FROM"
          " pg_publication_namespace AS s JOIN pg_namespace AS n ON n.oid = s.pnnspid"
          " WHERE s.pnpubid = p.oid",
          PropertyForm::text, 15}});
}

RareKind event_triggers() {
    return rare_kind(
        core::database_rule, "pg_event_trigger", "pg_event_trigger AS e ON e.oid = r.id::oid",
        "e.oid",
        {{"owner", role("e.evtowner")},
         {"definition", "'on ' || e.evtevent || COALESCE(' when tag in ' || (SELECT string_agg("
                        "quote_literal(t), ', ' ORDER BY t COLLATE \"C\") FROM unnest(e.evttags) AS"
                        " t), '') || ' execute ' || e.evtfoid::regproc"},
         {"enabled", enabled("e.evtenabled")}});
}

RareKind wrappers() {
    return rare_kind(core::database_rule, "pg_foreign_data_wrapper",
                     "pg_foreign_data_wrapper AS w ON w.oid = r.id::oid", "w.oid",
                     {{"owner", role("w.fdwowner")},
                      {"definition", "'handler ' || w.fdwhandler::regproc || ', validator ' ||"
                                     " w.fdwvalidator::regproc"},
                      {"options", "w.fdwoptions", PropertyForm::list},
                      privileges("w.fdwacl", "F", "w.fdwowner")});
}

RareKind servers() {
    return rare_kind(core::database_rule, "pg_foreign_server",
                     "pg_foreign_server AS s ON s.oid = r.id::oid JOIN pg_foreign_data_wrapper AS"
                     " w ON w.oid = s.srvfdw",
                     "s.oid",
                     {{"owner", role("s.srvowner")},
                      {"definition", "'wrapper ' || quote_ident(w.fdwname) || COALESCE(', type ' ||"
                                     " quote_literal(s.srvtype), '') || COALESCE(', version ' ||"
                                     " quote_literal(s.srvversion), '')"},
                      {"options", "s.srvoptions", PropertyForm::list},
                      privileges("s.srvacl", "S", "s.srvowner")});
}

// Without their options: these hold passwords, and only the users themselves may see them.
RareKind user_mappings() {
    return {"pg_foreign_server",
            {.rule = core::database_rule,
             .kind = "user mapping",
             .subject = RowSubject::in_schema,
             .traits = {},
             .catalog = {},
             .from = "pg_user_mappings AS u ON u.srvid = r.id::oid",
             .object_catalog = "pg_user_mapping",
             .object = "u.umid",
             .name = "quote_ident(u.usename) || ' on server ' || quote_ident(u.srvname)",
             .properties = {}}};
}

RareKind languages() {
    return rare_kind(
        core::database_rule, "pg_language", "pg_language AS l ON l.oid = r.id::oid", "l.oid",
        {{"owner", role("l.lanowner")},
         {"definition", "CASE WHEN l.lanpltrusted THEN 'trusted, ' ELSE '' END || 'handler ' ||"
                        " l.lanplcallfoid::regproc || ', inline ' || l.laninline::regproc ||"
                        " ', validator ' || l.lanvalidator::regproc"},
         privileges("l.lanacl", "l", "l.lanowner")});
}

// Without the connection string: it may hold a password.
RareKind subscriptions() {
    return rare_kind(
        core::database_rule, "pg_subscription", "pg_subscription AS s ON s.oid = r.id::oid",
        "s.oid",
        {{"owner", role("s.subowner")},
         {"definition", "'publications ' || (SELECT string_agg(quote_ident(p), ', ' ORDER BY p"
                        " COLLATE \"C\") FROM unnest(s.subpublications) AS p) || COALESCE(', slot '"
                        " || quote_literal(s.subslotname), '') || ', synchronous_commit ' ||"
                        " quote_literal(s.subsynccommit)"},
         {"enabled", "CASE WHEN NOT s.subenabled THEN 'no' END"}});
}

} // namespace

std::vector<RareKind> database_queries() {
    return {publications(),  event_triggers(), wrappers(),     servers(),
            user_mappings(), languages(),      subscriptions()};
}

} // namespace migrate::engine
