#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

namespace {

/// ` word value` for a function of a type that need not be there; `oid` is the function's.
std::string function_clause(const std::string& word, const std::string& oid) {
    return " || CASE WHEN " + oid + "::oid <> 0 THEN ', " + word + " ' || " + oid +
           "::oid::regproc::text ELSE '' END";
}

std::string range_definition() {
    return "SELECT format_type(g.rngsubtype, NULL)"
           " || COALESCE(', multirange ' || format_type(g.rngmultitypid, NULL), '')"
           " || ', operator class ' || (SELECT quote_ident(n.nspname) || '.' ||"
           " quote_ident(o.opcname) FROM pg_opclass AS o JOIN pg_namespace AS n ON n.oid ="
           " o.opcnamespace WHERE o.oid = g.rngsubopc)"
           " || CASE WHEN g.rngcollation <> 0 THEN ', collation ' ||"
           " g.rngcollation::regcollation::text ELSE '' END" +
           function_clause("canonical", "g.rngcanonical") +
           function_clause("subtype difference", "g.rngsubdiff") +
           " FROM pg_range AS g WHERE g.rngtypid = t.oid";
}

/// `subscript`: the clause for a function that only some versions know.
std::string base_definition(const std::string& subscript) {
    return "CASE WHEN t.typtype = 'b' THEN 'input ' || t.typinput::text || ', output ' ||"
           " t.typoutput::text" +
           function_clause("receive", "t.typreceive") + function_clause("send", "t.typsend") +
           function_clause("typmod_in", "t.typmodin") +
           function_clause("typmod_out", "t.typmodout") +
           function_clause("analyze", "t.typanalyze") + subscript +
           " || ', length ' || t.typlen || CASE WHEN t.typbyval THEN ' by value' ELSE '' END ||"
           " ', alignment ' || t.typalign::text || ', storage ' || t.typstorage::text || ', "
           "category ' ||"
           " quote_literal(t.typcategory::text) || CASE WHEN t.typispreferred THEN ' preferred' "
           "ELSE ''"
           " END || ', delimiter ' || quote_literal(t.typdelim::text) || CASE WHEN t.typelem <> 0 "
           "THEN"
           " ', element ' || format_type(t.typelem, NULL) ELSE '' END || CASE WHEN t.typcollation"
           " <> 0 THEN ', collatable' ELSE '' END || COALESCE(', default ' ||"
           " quote_literal(t.typdefault), '') END";
}

} // namespace

KindText type_query() {
    return {
        .rule = core::type_rule,
        .kind = {},
        .subject = RowSubject::whole,
        .traits = "edrbcp",
        .catalog = {},
        .from = "pg_type AS t ON t.oid = r.id::oid",
        .object_catalog = "pg_type",
        .object = "t.oid",
        .properties = {
            {"owner", role("t.typowner")},
            {"sort", "CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN"
                     " 'range' WHEN 'c' THEN 'composite' WHEN 'p' THEN 'shell' ELSE 'base' END"},
            {"labels", "CASE WHEN t.typtype = 'e' THEN (SELECT string_agg(quote_literal("
                       "e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE"
                       " e.enumtypid = t.oid) END"},
            {"type", "CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END"},
            {"default", "CASE WHEN t.typtype = 'd' THEN COALESCE(pg_get_expr(t.typdefaultbin, 0),"
                        " t.typdefault) END"},
            {"not null", "CASE WHEN t.typtype = 'd' AND t.typnotnull THEN 'yes' END"},
            {"collation", "CASE WHEN t.typtype = 'd' AND t.typcollation <> (SELECT b.typcollation"
                          " FROM pg_type AS b WHERE b.oid = t.typbasetype) THEN"
                          " t.typcollation::regcollation END"},
            {"range of", "CASE WHEN t.typtype = 'r' THEN (" + range_definition() + ") END"},
            {"definition", base_definition({}), PropertyForm::text, 0, 14},
            {"definition", base_definition(function_clause("subscript", "t.typsubscript")),
             PropertyForm::text, 14},
            privileges("t.typacl", "T", "t.typowner"),
            {"comment", comment_on("pg_type", "t.oid")}}};
}

} // namespace migrate::engine
