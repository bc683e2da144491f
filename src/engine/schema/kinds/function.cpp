#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

namespace {

/// `, word function` where an aggregate has that function.
std::string clause(const std::string& word, const std::string& column) {
    return " || CASE WHEN " + column + "::oid <> 0 THEN ', " + word + " ' || " + column +
           "::regprocedure ELSE '' END";
}

std::string aggregate_definition() {
    return "SELECT pg_get_function_arguments(p.oid) || ' returns ' ||"
           " pg_get_function_result(p.oid) || ', transition ' || g.aggtransfn::regprocedure ||"
           " ', state ' || format_type(g.aggtranstype, NULL) || CASE WHEN g.aggtransspace <> 0 THEN"
           " ' ' || g.aggtransspace ELSE '' END" +
           clause("final", "g.aggfinalfn") +
           " || CASE WHEN g.aggfinalfn::oid <> 0 THEN ' ' || g.aggfinalmodify::text ||"
           " CASE WHEN g.aggfinalextra THEN ' extra' ELSE '' END ELSE '' END" +
           clause("combine", "g.aggcombinefn") + clause("serialize", "g.aggserialfn") +
           clause("deserialize", "g.aggdeserialfn") + clause("moving", "g.aggmtransfn") +
           clause("inverse", "g.aggminvtransfn") +
           " || CASE WHEN g.aggmtranstype <> 0 THEN ', moving state ' ||"
           " format_type(g.aggmtranstype, NULL) || CASE WHEN g.aggmtransspace <> 0 THEN ' ' ||"
           " g.aggmtransspace ELSE '' END ELSE '' END" +
           clause("moving final", "g.aggmfinalfn") +
           " || CASE WHEN g.aggmfinalfn::oid <> 0 THEN ' ' || g.aggmfinalmodify::text ||"
           " CASE WHEN g.aggmfinalextra THEN ' extra' ELSE '' END ELSE '' END"
           " || CASE WHEN g.aggsortop <> 0 THEN ', sorts by ' || g.aggsortop::regoperator ELSE ''"
           " END || COALESCE(', initially ' || quote_literal(g.agginitval), '')"
           " || COALESCE(', moving initially ' || quote_literal(g.aggminitval), '')"
           " || CASE g.aggkind WHEN 'o' THEN ', ordered set' WHEN 'h' THEN ', hypothetical set'"
           " ELSE '' END || CASE p.proparallel WHEN 's' THEN ', parallel safe' WHEN 'r' THEN"
           " ', parallel restricted' ELSE '' END"
           " FROM pg_aggregate AS g WHERE g.aggfnoid = p.oid";
}

} // namespace

KindText function_query() {
    return {
        .rule = core::function_rule,
        .kind = {},
        .subject = RowSubject::whole,
        .traits = "F",
        .catalog = {},
        .from = "pg_proc AS p ON p.oid = r.id::oid",
        .object_catalog = "pg_proc",
        .object = "p.oid",
        .properties = {
            {"owner", role("p.proowner")},
            {"definition", "CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END"},
            {"aggregate", "CASE WHEN p.prokind = 'a' THEN (" + aggregate_definition() + ") END"},
            {"depends on extension", depends_on_extension("pg_proc", "p.oid")},
            privileges("p.proacl", "f", "p.proowner"),
            {"comment", comment_on("pg_proc", "p.oid")}}};
}

} // namespace migrate::engine
