#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

KindText statistics_query() {
    return {.rule = core::statistics_rule,
            .kind = "statistics object",
            .subject = RowSubject::in_schema,
            .traits = "rpmf",
            .catalog = "pg_statistic_ext",
            .from =
                "pg_statistic_ext AS s ON s.stxrelid = r.id::oid JOIN pg_namespace AS n ON n.oid"
                " = s.stxnamespace",
            .object_catalog = "pg_statistic_ext",
            .object = "s.oid",
            .name = "quote_ident(n.nspname) || '.' || quote_ident(s.stxname)",
            .properties = {{"definition", "pg_get_statisticsobjdef(s.oid)"},
                           {"owner", role("s.stxowner")},
                           {"statistics", "NULLIF(s.stxstattarget, -1)"},
                           {"comment", comment_on("pg_statistic_ext", "s.oid")}}};
}

} // namespace migrate::engine
