#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

KindText rewrite_query() {
    return {.rule = core::rewrite_rule,
            .kind = "rule",
            .subject = RowSubject::on_whole,
            .traits = "R",
            .catalog = {},
            .from = "pg_rewrite AS w ON w.ev_class = r.id::oid AND w.rulename <> '_RETURN'",
            .object_catalog = "pg_rewrite",
            .object = "w.oid",
            .name = "quote_ident(w.rulename)",
            .properties = {{"definition", "pg_get_ruledef(w.oid)"},
                           {"enabled", enabled("w.ev_enabled")},
                           {"comment", comment_on("pg_rewrite", "w.oid")}}};
}

} // namespace migrate::engine
