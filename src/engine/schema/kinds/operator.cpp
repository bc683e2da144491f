#include "engine/schema/kinds/kind_query.hpp"

namespace migrate::engine {

namespace {

std::string clause(const std::string& word, const std::string& column, const std::string& type) {
    return " || CASE WHEN " + column + "::oid <> 0 THEN ', " + word + " ' || " + column +
           "::" + type + " ELSE '' END";
}

RareKind operators() {
    return rare_kind(
        core::operator_rule, "pg_operator", "pg_operator AS o ON o.oid = r.id::oid", "o.oid",
        {{"owner", role("o.oprowner")},
         {"definition", "'function ' || o.oprcode::regprocedure" +
                            clause("commutator", "o.oprcom", "regoperator") +
                            clause("negator", "o.oprnegate", "regoperator") +
                            clause("restrict", "o.oprrest", "regproc") +
                            clause("join", "o.oprjoin", "regproc") +
                            " || CASE WHEN o.oprcanhash THEN ', hashes' ELSE '' END || CASE"
                            " WHEN o.oprcanmerge THEN ', merges' ELSE '' END"}});
}

/// The members of family `f` that came with class `c`, or without one where that is NULL.
std::string members(const std::string& condition) {
    const auto of_class = [&condition](const char* catalog, const char* object) {
        return std::string("(SELECT d.refobjid FROM pg_depend AS d WHERE d.classid = '") + catalog +
               "'::regclass AND d.objid = " + object +
               " AND d.refclassid = 'pg_opclass'::regclass AND d.deptype = 'i' LIMIT 1)" +
               condition;
    };
    return "SELECT string_agg(e.text, ', ' ORDER BY e.text COLLATE \"C\") FROM (SELECT 'operator '"
           " || m.amopstrategy || ' ' || m.amopopr::regoperator || CASE WHEN m.amopsortfamily <> 0"
           " THEN ' for order by ' || (SELECT quote_ident(n.nspname) || '.' || "
           "quote_ident(s.opfname)"
           " FROM pg_opfamily AS s JOIN pg_namespace AS n ON n.oid = s.opfnamespace WHERE s.oid ="
           " m.amopsortfamily) ELSE '' END AS text FROM pg_amop AS m WHERE m.amopfamily = f.oid "
           "AND " +
           of_class("pg_amop", "m.oid") +
           " UNION ALL SELECT 'function ' || m.amprocnum || ' (' || format_type(m.amproclefttype,"
           " NULL) || ', ' || format_type(m.amprocrighttype, NULL) || ') ' ||"
           " m.amproc::regprocedure FROM pg_amproc AS m WHERE m.amprocfamily = f.oid AND " +
           of_class("pg_amproc", "m.oid") + ") AS e";
}

RareKind classes() {
    return rare_kind(
        core::operator_rule, "pg_opclass",
        "pg_opclass AS c ON c.oid = r.id::oid JOIN pg_opfamily AS f ON f.oid ="
        " c.opcfamily JOIN pg_namespace AS n ON n.oid = f.opfnamespace",
        "c.oid",
        {{"owner", role("c.opcowner")},
         {"definition", "'for type ' || format_type(c.opcintype, NULL) || CASE WHEN"
                        " c.opcdefault THEN ' default' ELSE '' END || ', family ' ||"
                        " quote_ident(n.nspname) || '.' || quote_ident(f.opfname) || CASE WHEN"
                        " c.opckeytype <> 0 THEN ', storage ' || format_type(c.opckeytype,"
                        " NULL) ELSE '' END"},
         {"members", members(" = c.oid")}});
}

RareKind families() {
    return rare_kind(core::operator_rule, "pg_opfamily", "pg_opfamily AS f ON f.oid = r.id::oid",
                     "f.oid", {{"owner", role("f.opfowner")}, {"members", members(" IS NULL")}});
}

RareKind casts() {
    return rare_kind(
        core::operator_rule, "pg_cast", "pg_cast AS c ON c.oid = r.id::oid", "c.oid",
        {{"definition", "CASE c.castmethod WHEN 'f' THEN 'with function ' ||"
                        " c.castfunc::regprocedure WHEN 'i' THEN 'with inout' ELSE 'without"
                        " function' END || CASE c.castcontext WHEN 'i' THEN ' as implicit'"
                        " WHEN 'a' THEN ' as assignment' ELSE '' END"}});
}

RareKind collations() {
    const std::string start =
        "'provider ' || CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN"
        " 'builtin' ELSE 'default' END || CASE WHEN NOT c.collisdeterministic THEN"
        " ', nondeterministic' ELSE '' END || CASE WHEN c.collencoding <> -1 THEN ', encoding ' ||"
        " pg_encoding_to_char(c.collencoding) ELSE '' END || COALESCE(', collate ' ||"
        " quote_literal(c.collcollate::text) || ', ctype ' || quote_literal(c.collctype::text), "
        "'')";
    const auto locale = [](const std::string& column) {
        return " || COALESCE(', locale ' || quote_literal(c." + column + "), '')";
    };
    const std::string rules = " || COALESCE(', rules ' || quote_literal(c.collicurules), '')";
    return rare_kind(
        core::operator_rule, "pg_collation", "pg_collation AS c ON c.oid = r.id::oid", "c.oid",
        {{"owner", role("c.collowner")},
         {"definition", start, PropertyForm::text, 0, 15},
         {"definition", start + locale("colliculocale"), PropertyForm::text, 15, 16},
         {"definition", start + locale("colliculocale") + rules, PropertyForm::text, 16, 17},
         {"definition", start + locale("colllocale") + rules, PropertyForm::text, 17}});
}

RareKind conversions() {
    return rare_kind(
        core::operator_rule, "pg_conversion", "pg_conversion AS c ON c.oid = r.id::oid", "c.oid",
        {{"owner", role("c.conowner")},
         {"definition", "'from ' || quote_literal(pg_encoding_to_char(c.conforencoding)) ||"
                        " ' to ' || quote_literal(pg_encoding_to_char(c.contoencoding)) ||"
                        " ', function ' || c.conproc::text || CASE WHEN c.condefault THEN"
                        " ', default' ELSE '' END"}});
}

RareKind transforms() {
    return rare_kind(core::operator_rule, "pg_transform", "pg_transform AS f ON f.oid = r.id::oid",
                     "f.oid",
                     {{"definition", "'from SQL ' || f.trffromsql::regprocedure || ', to SQL '"
                                     " || f.trftosql::regprocedure"}});
}

RareKind access_methods() {
    return rare_kind(core::operator_rule, "pg_am", "pg_am AS a ON a.oid = r.id::oid", "a.oid",
                     {{"definition", "CASE a.amtype WHEN 't' THEN 'table' ELSE 'index' END ||"
                                     " ' handler ' || a.amhandler::text"}});
}

} // namespace

std::vector<RareKind> operator_queries() {
    return {operators(),  classes(),     families(),   casts(),
            collations(), conversions(), transforms(), access_methods()};
}

} // namespace migrate::engine
