#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

KindText trigger_query() {
    return {.rule = core::trigger_rule,
            .kind = "trigger",
            .subject = RowSubject::on_whole,
            .traits = "T",
            .catalog = {},
            // Those of partitions come with the parent's, unless they fire otherwise.
            .from = "pg_trigger AS g ON g.tgrelid = r.id::oid LEFT JOIN pg_trigger AS p ON p.oid ="
                    " g.tgparentid WHERE CASE WHEN g.tgparentid = 0 THEN NOT g.tgisinternal ELSE"
                    " p.tgenabled <> g.tgenabled AND NOT p.tgisinternal END",
            .object_catalog = "pg_trigger",
            .object = "g.oid",
            .name = "quote_ident(g.tgname)",
            .properties = {{"definition", "pg_get_triggerdef(g.oid)"},
                           {"enabled", enabled("g.tgenabled")},
                           {"depends on extension", depends_on_extension("pg_trigger", "g.oid")},
                           {"comment", comment_on("pg_trigger", "g.oid")}}};
}

} // namespace migrate::engine
