// These run with a search_path of pg_catalog alone, which is what their unqualified names
// mean, and which makes the server qualify all others in what it prints.
#include "engine/schema/queries.hpp"

namespace migrate::engine {

namespace {

using pg::Statement;
using pg::Type;

// Sorted, so that two ways to the same privileges look the same; nothing when they are what
// an object of kind `kind` has from the start.
#define ACL_TEXT(acl)                                                                              \
    "COALESCE((SELECT string_agg(i::text, ', ' ORDER BY i::text COLLATE \"C\") FROM unnest(" acl   \
    ") AS i), 'none')"
#define PRIVILEGES(acl, kind, owner)                                                               \
    "CASE WHEN " acl " IS NOT NULL THEN NULLIF(" ACL_TEXT(acl) ", " ACL_TEXT(                      \
        "acldefault('" kind "', " owner ")") ") END"
#define COMMENT(catalog, object, column)                                                           \
    "(SELECT m.description FROM pg_description AS m WHERE m.classoid = 'pg_catalog." catalog       \
    "'::regclass AND m.objoid = " object " AND m.objsubid = " column ")"
#define OIDS(catalog) " FROM unnest($1) AS r (id) JOIN " catalog " ON "

// It would take these texts apart.
// clang-format off
Statement select_others(
    "SELECT i.type, i.identity, NULL, NULL, NULL, (SELECT m.description"
    " FROM pg_description AS m WHERE m.classoid = r.class_id::oid "
    " AND m.objoid = r.object_id::oid AND m.objsubid = 0) FROM ROWS"
    " FROM (unnest($1), unnest($2)) AS r (class_id, object_id), LATERAL"
    " pg_identify_object(r.class_id::oid, r.object_id::oid, 0) AS i WHERE i.identity IS NOT NULL"
    " AND r.class_id::oid NOT IN ('pg_catalog.pg_constraint'::regclass,"
    " 'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_rewrite'::regclass,"
    " 'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_statistic_ext'::regclass,"
    " 'pg_catalog.pg_extension'::regclass)",
    Type::bigint_array, Type::bigint_array);
Statement select_schemas(
    "SELECT 'schema', quote_ident(n.nspname), NULL, pg_get_userbyid(n.nspowner)::text, "
    PRIVILEGES("n.nspacl", "n", "n.nspowner") ", " COMMENT("pg_namespace", "n.oid", "0")
    " FROM pg_namespace AS n WHERE n.oid::int8 = ANY ($1) UNION ALL SELECT 'default privileges',"
    " quote_ident(pg_get_userbyid(d.defaclrole)::text)  || ' in schema ' ||"
    " quote_ident(n.nspname) || ' on '  || CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN"
    " 'S' THEN 'sequences'   WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' ELSE"
    " d.defaclobjtype::text END,  NULL, NULL, " ACL_TEXT("d.defaclacl")
    ", NULL FROM pg_default_acl AS d JOIN pg_namespace AS n ON n.oid = d.defaclnamespace"
    " WHERE n.oid::int8 = ANY ($1)",
    Type::bigint_array);
Statement select_extensions(
    "SELECT 'extension',"
    " quote_ident(e.extname), 'version ' || e.extversion || ', schema ' ||"
    " quote_ident(n.nspname), pg_get_userbyid(e.extowner)::text, NULL, "
    COMMENT("pg_extension", "e.oid", "0")
    " FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace"
    " WHERE e.extname NOT IN ('migrate', 'plpgsql')");

// --- relations: what pg::CatalogReader does not say of them --------------------------------------

SchemaQuery relation_reading[] = {
    {Statement(
        "SELECT s.seqrelid::int8, NULL, format_type(s.seqtypid, NULL), s.seqstart::text,"
        " s.seqincrement::text,"
        " s.seqmin::text, s.seqmax::text, NULLIF(s.seqcache, 1)::text,"
        " CASE WHEN s.seqcycle THEN 'yes' END,"
        " (SELECT d.refobjid::regclass::text || '.' || quote_ident(a.attname) "
        " FROM pg_depend AS d JOIN pg_attribute AS a ON a.attrelid = d.refobjid  "
        " AND a.attnum = d.refobjsubid  WHERE d.classid = 'pg_catalog.pg_class'::regclass"
        " AND d.objid = s.seqrelid  AND d.objsubid = 0"
        " AND d.refclassid = 'pg_catalog.pg_class'::regclass  AND d.refobjsubid > 0"
        " AND d.deptype IN ('a', 'i') LIMIT 1)"
        OIDS("pg_sequence AS s") "s.seqrelid = r.id::oid",
        Type::bigint_array),
     PartNaming::whole, "",
     {"type", "start", "increment", "minimum", "maximum", "cache", "cycle", "owned by"},
     "S"},
    {Statement(
        "SELECT g.tgrelid::int8, quote_ident(g.tgname), pg_get_triggerdef(g.oid),"
        " CASE g.tgenabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica'  WHEN 'A' THEN"
        " 'always' END, " COMMENT("pg_trigger", "g.oid", "0")
        OIDS("pg_trigger AS g")
        "g.tgrelid = r.id::oid AND NOT g.tgisinternal AND g.tgparentid = 0",
        Type::bigint_array),
     PartNaming::on_parent, "trigger",
     {"definition", "enabled", "comment"},
     "T"},
    {Statement(
        "SELECT w.ev_class::int8, quote_ident(w.rulename), pg_get_ruledef(w.oid),"
        " CASE w.ev_enabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica'  WHEN 'A' THEN"
        " 'always' END, " COMMENT("pg_rewrite", "w.oid", "0")
        OIDS("pg_rewrite AS w") "w.ev_class = r.id::oid AND w.rulename <> '_RETURN'",
        Type::bigint_array),
     PartNaming::on_parent, "rule",
     {"definition", "enabled", "comment"},
     "R"},
    {Statement(
        "SELECT p.polrelid::int8, quote_ident(p.polname),"
        " CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert'  WHEN 'w' THEN"
        " 'update' WHEN 'd' THEN 'delete' ELSE 'all' END,"
        " CASE WHEN NOT p.polpermissive THEN 'yes' END,"
        " (SELECT string_agg(CASE i WHEN 0 THEN 'public'   ELSE"
        " quote_ident(pg_get_userbyid(i)::text) END, ', '"
        " ORDER BY CASE i WHEN 0   THEN 'public' ELSE quote_ident(pg_get_userbyid(i)::text)"
        " END COLLATE \"C\")  FROM unnest(p.polroles) AS i), pg_get_expr(p.polqual, p.polrelid),"
        " pg_get_expr(p.polwithcheck, p.polrelid), " COMMENT("pg_policy", "p.oid", "0")
        OIDS("pg_policy AS p") "p.polrelid = r.id::oid",
        Type::bigint_array),
     PartNaming::on_parent, "policy",
     {"command", "restrictive", "roles", "using", "with check", "comment"},
     "rp",
     3256 /* pg_policy */},
    {Statement(
        "SELECT s.stxrelid::int8, quote_ident(n.nspname) || '.' || quote_ident(s.stxname),"
        " pg_get_statisticsobjdef(s.oid), pg_get_userbyid(s.stxowner)::text,"
        " NULLIF(s.stxstattarget, -1)::text, " COMMENT("pg_statistic_ext", "s.oid", "0")
        OIDS("pg_statistic_ext AS s")
        "s.stxrelid = r.id::oid JOIN pg_namespace AS n ON n.oid = s.stxnamespace",
        Type::bigint_array),
     PartNaming::qualified, "statistics object",
     {"definition", "owner", "statistics", "comment"},
     "rpmf",
     3381 /* pg_statistic_ext */},
};
// --- functions ---------------------------------------------------------------------------------

SchemaQuery function_reading[] = {
    {Statement(
        "SELECT p.oid::int8, NULL, pg_get_userbyid(p.proowner)::text,"
        " CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END,"
        " (SELECT pg_get_function_result(p.oid) || ', transition '   ||"
        " g.aggtransfn::regprocedure || ', state ' || format_type(g.aggtranstype, NULL)   ||"
        " CASE g.aggfinalfn::oid WHEN 0 THEN '' ELSE ', final '    ||"
        " g.aggfinalfn::regprocedure || ' ' || g.aggfinalmodify::text    ||"
        " g.aggfinalextra::text END   || CASE g.aggcombinefn::oid WHEN 0 THEN '' ELSE ',"
        " combine '    || g.aggcombinefn::regprocedure END   || CASE g.aggserialfn::oid WHEN"
        " 0 THEN '' ELSE ', serialize '    || g.aggserialfn::regprocedure || ' ' ||"
        " g.aggdeserialfn::regprocedure END   || CASE g.aggmtransfn::oid WHEN 0 THEN '' ELSE"
        " ', moving '    || g.aggmtransfn::regprocedure || ' ' ||"
        " g.aggminvtransfn::regprocedure || ' '    || format_type(g.aggmtranstype, NULL) ||"
        " ' ' || g.aggmfinalfn::regprocedure END   || CASE g.aggsortop WHEN 0 THEN '' ELSE"
        " ', sorts by '    || g.aggsortop::regoperator END   || COALESCE(', initially ' ||"
        " quote_literal(g.agginitval), '')   || CASE g.aggkind WHEN 'o' THEN ', ordered set'"
        " WHEN 'h'    THEN ', hypothetical set' ELSE '' END   || CASE p.proparallel WHEN 'u'"
        " THEN '' WHEN 's' THEN ', parallel safe'    ELSE ', parallel restricted' END "
        " FROM pg_aggregate AS g WHERE p.prokind = 'a' AND g.aggfnoid = p.oid), "
        PRIVILEGES("p.proacl", "f", "p.proowner") ", " COMMENT("pg_proc", "p.oid", "0")
        OIDS("pg_proc AS p") "p.oid = r.id::oid",
        Type::bigint_array),
     PartNaming::whole, "",
     {"owner", "definition", "aggregate", "privileges", "comment"}},
};
// clang-format on

#undef OIDS
#undef COMMENT
#undef PRIVILEGES
#undef ACL_TEXT

} // namespace

std::span<SchemaQuery> relation_queries() {
    return relation_reading;
}
std::span<SchemaQuery> function_queries() {
    return function_reading;
}
pg::Statement& recorded_others() {
    return select_others;
}
pg::Statement& schemas_and_default_privileges() {
    return select_schemas;
}
pg::Statement& extensions() {
    return select_extensions;
}

} // namespace migrate::engine
