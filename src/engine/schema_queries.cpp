// These run with a search_path of pg_catalog alone, which is what their unqualified names
// mean, and which makes the server qualify all others in what it prints.
#include "engine/schema_queries.hpp"

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
// Few have any but the server's own, and a subquery for each column is dear.
#define OPTIONS(options)                                                                           \
    "CASE WHEN (" options ")[2] IS NOT NULL OR NOT starts_with((" options ")[1], 'pg_attver=')"    \
    " THEN (SELECT string_agg(o, ', ' ORDER BY o COLLATE \"C\") FROM unnest(" options ") AS o"     \
    " WHERE o !~ '^pg_attver=') END"
#define TABLESPACE(relation)                                                                       \
    "CASE WHEN " relation ".reltablespace <> 0 THEN (SELECT s.spcname::text"                       \
    " FROM pg_tablespace AS s WHERE s.oid = " relation ".reltablespace) END"
#define DEFAULT_TEXT                                                                               \
    "CASE WHEN a.atthasdef THEN (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef AS d"      \
    " WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END"
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

// --- relations and their parts ---------------------------------------------------------------

SchemaQuery relation_reading[] = {
    {Statement(
        "SELECT c.oid::int8, NULL, NULL, pg_get_userbyid(c.relowner)::text,"
        " CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,"
        // 2 is heap.
        " CASE WHEN c.relam NOT IN (0, 2) THEN (SELECT a.amname::text FROM pg_am AS a"
        "  WHERE a.oid = c.relam AND a.amtype = 't') END, "
        OPTIONS("c.reloptions") ", CASE WHEN c.reltoastrelid <> 0 THEN (SELECT "
        OPTIONS("t.reloptions") "  FROM pg_class AS t WHERE t.oid = c.reltoastrelid) END,"
        " " TABLESPACE("c") ","
        " CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,"
        " CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,"
        " (SELECT string_agg(i.inhparent::regclass::text   || CASE WHEN i.inhdetachpending"
        " THEN ' (being detached)' ELSE '' END, ', '   ORDER BY i.inhseqno) FROM pg_inherits AS i"
        " WHERE i.inhrelid = c.oid),"
        " CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,"
        " CASE WHEN c.relkind NOT IN ('r', 'p', 'm') THEN NULL ELSE CASE c.relreplident "
        " WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' WHEN 'i' THEN 'index '  ||"
        " COALESCE((SELECT x.indexrelid::regclass::text FROM pg_index AS x  "
        " WHERE x.indrelid = c.oid AND x.indisreplident), '(dropped)') END END,"
        " CASE WHEN c.relrowsecurity THEN 'enabled' END,"
        " CASE WHEN c.relforcerowsecurity THEN 'yes' END,"
        " CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,"
        " CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 'no' END,"
        " (SELECT v.srvname || COALESCE(' ' || " OPTIONS("f.ftoptions")
        ", '')  FROM pg_foreign_table AS f JOIN pg_foreign_server AS v ON v.oid = f.ftserver "
        " WHERE c.relkind = 'f' AND f.ftrelid = c.oid), CASE c.relkind WHEN 'S' THEN "
        PRIVILEGES("c.relacl", "s", "c.relowner") "  ELSE "
        PRIVILEGES("c.relacl", "r", "c.relowner") " END, " COMMENT("pg_class", "c.oid", "0")
        OIDS("pg_class AS c") "c.oid = r.id::oid",
        Type::bigint_array),
     PartNaming::whole, "",
     {"owner", "persistence", "access method", "options", "toast options", "tablespace",
      "partition key", "partition", "inherits", "of type", "replica identity", "row security",
      "force row security", "definition", "populated", "server", "privileges", "comment"},
     "rpvmfS"},
    {Statement(
        "SELECT c.oid::int8, NULL, NULL, pg_get_userbyid(t.typowner)::text, 'composite', "
        PRIVILEGES("t.typacl", "T", "t.typowner") ", " COMMENT("pg_type", "t.oid", "0")
        OIDS("pg_class AS c")
        "c.oid = r.id::oid JOIN pg_type AS t ON t.oid = c.reltype",
        Type::bigint_array),
     PartNaming::whole, "",
     {"owner", "sort", "privileges", "comment"},
     "c"},
    {Statement(
        "SELECT s.seqrelid::int8, NULL,"
        " NULL, format_type(s.seqtypid, NULL), s.seqstart::text, s.seqincrement::text,"
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
        "SELECT a.attrelid::int8,"
        " quote_ident(a.attname), a.attnum::int8, format_type(a.atttypid, a.atttypmod),"
        // The type is asked for its own collation and storage where these can be others: fixed
        // lengths are stored plain, and text, char(n) and varchar (25, 1042, 1043) have the
        // default collation (100) and extended storage.
        " CASE WHEN a.attcollation <> 0"
        "  AND NOT (a.attcollation = 100 AND a.atttypid IN (25, 1042, 1043)) THEN"
        "  (SELECT a.attcollation::regcollation::text FROM pg_type AS t"
        "   WHERE t.oid = a.atttypid AND t.typcollation <> a.attcollation) END,"
        " CASE WHEN a.attgenerated = '' THEN " DEFAULT_TEXT " END,"
        " CASE WHEN a.attgenerated <> '' THEN CASE a.attgenerated WHEN 's' THEN 'stored '"
        "  WHEN 'v' THEN 'virtual ' END || " DEFAULT_TEXT " END,"
        " CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,"
        " CASE WHEN a.attnotnull THEN 'yes' END,"
        " CASE WHEN a.attlen < 0 AND NOT (a.attstorage = 'x' AND a.atttypid IN (25, 1042, 1043)) THEN"
        "  (SELECT CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN"
        "    'main' ELSE 'extended' END FROM pg_type AS t"
        "   WHERE t.oid = a.atttypid AND t.typstorage <> a.attstorage) END,"
        " CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,"
        " NULLIF(a.attstattarget, -1)::text, " OPTIONS("a.attoptions") ", "
        OPTIONS("a.attfdwoptions") ","
        " CASE WHEN a.attinhcount > 0 THEN CASE WHEN a.attislocal THEN 'and defined here' "
        " ELSE 'yes' END END, CASE WHEN a.attacl IS NOT NULL THEN NULLIF(" ACL_TEXT("a.attacl")
        ", 'none') END, CASE WHEN c.has_comments THEN "
        COMMENT("pg_class", "a.attrelid", "a.attnum") " END"
        // Whether any column has a comment is asked once for a relation (OFFSET keeps it so).
        " FROM (SELECT c.oid, (SELECT true FROM pg_description AS m"
        "   WHERE m.classoid = 'pg_catalog.pg_class'::regclass AND m.objoid = c.oid"
        "   AND m.objsubid > 0 LIMIT 1) AS has_comments"
        "  FROM unnest($1) AS r (id) JOIN pg_class AS c ON c.oid = r.id::oid OFFSET 0) AS c"
        " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped",
        Type::bigint_array),
     PartNaming::dotted, "",
     {"type", "collation", "default", "generated", "identity", "not null", "storage",
      "compression", "statistics", "options", "foreign options", "inherited", "privileges",
      "comment"},
     "rpvmfc"},
    // NOT NULL is a property of its column, but for the forms that only 18 has.
    {Statement(
        "SELECT k.conrelid::int8, quote_ident(k.conname), NULL, pg_get_constraintdef(k.oid),"
        " CASE WHEN k.coninhcount > 0 THEN CASE WHEN k.conislocal THEN 'and defined here' "
        " ELSE 'yes' END END, " OPTIONS("i.reloptions")
        ", " TABLESPACE("i") ","
        " CASE WHEN x.indisclustered THEN 'yes' END, " COMMENT("pg_constraint", "k.oid", "0")
        OIDS("pg_constraint AS k")
        "k.conrelid = r.id::oid AND k.contype <> 't'  AND NOT (k.contype = 'f'"
        " AND k.conparentid <> 0)  AND (k.contype <> 'n' OR NOT k.convalidated OR k.connoinherit)"
        " LEFT JOIN pg_class AS i ON k.contype IN ('p', 'u', 'x') AND i.oid = k.conindid"
        " LEFT JOIN pg_index AS x ON x.indexrelid = i.oid",
        Type::bigint_array),
     PartNaming::on_parent, "table constraint",
     {"definition", "inherited", "options", "tablespace", "clustered", "comment"},
     "rpf"},
    // The index of a constraint is said by that one.  Only expressions can have statistics.
    {Statement(
        "SELECT x.indrelid::int8, quote_ident(n.nspname) || '.' || quote_ident(i.relname), NULL,"
        " i.oid::int8, CASE WHEN NOT x.indisvalid THEN 'no' END,"
        " CASE WHEN x.indisclustered THEN 'yes' END, " TABLESPACE("i") ","
        " CASE WHEN i.relispartition THEN (SELECT h.inhparent::regclass::text"
        "  FROM pg_inherits AS h WHERE h.inhrelid = i.oid) END,"
        " CASE WHEN x.indexprs IS NOT NULL THEN"
        "  (SELECT string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY a.attnum) "
        "  FROM pg_attribute AS a WHERE a.attrelid = i.oid AND a.attstattarget >= 0) END, "
        COMMENT("pg_class", "i.oid", "0")
        OIDS("pg_index AS x") "x.indrelid = r.id::oid"
        " AND CASE WHEN x.indisprimary OR x.indisexclusion THEN false WHEN x.indisunique THEN"
        "  (SELECT true FROM pg_depend AS d WHERE d.classid = 'pg_catalog.pg_class'::regclass "
        "  AND d.objid = x.indexrelid AND d.objsubid = 0 AND d.deptype = 'i'"
        // By the index on the depending object, not on this.
        "  AND d.refclassid::int8 = 'pg_catalog.pg_constraint'::regclass::oid::int8"
        "  LIMIT 1) IS NULL ELSE true END"
        " JOIN pg_class AS i ON i.oid = x.indexrelid"
        " JOIN pg_namespace AS n ON n.oid = i.relnamespace",
        Type::bigint_array),
     PartNaming::qualified, "index",
     {"definition", "valid", "clustered", "tablespace", "attached to", "statistics", "comment"},
     "rpm",
     pg::invalid_object_id,
     Definition::of_index},
    {Statement(
        "SELECT g.tgrelid::int8, quote_ident(g.tgname), NULL, pg_get_triggerdef(g.oid),"
        " CASE g.tgenabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica'  WHEN 'A' THEN"
        " 'always' END, " COMMENT("pg_trigger", "g.oid", "0")
        OIDS("pg_trigger AS g")
        "g.tgrelid = r.id::oid AND NOT g.tgisinternal AND g.tgparentid = 0",
        Type::bigint_array),
     PartNaming::on_parent, "trigger",
     {"definition", "enabled", "comment"},
     "T"},
    {Statement(
        "SELECT w.ev_class::int8, quote_ident(w.rulename), NULL, pg_get_ruledef(w.oid),"
        " CASE w.ev_enabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica'  WHEN 'A' THEN"
        " 'always' END, " COMMENT("pg_rewrite", "w.oid", "0")
        OIDS("pg_rewrite AS w") "w.ev_class = r.id::oid AND w.rulename <> '_RETURN'",
        Type::bigint_array),
     PartNaming::on_parent, "rule",
     {"definition", "enabled", "comment"},
     "R"},
    {Statement(
        "SELECT p.polrelid::int8, quote_ident(p.polname), NULL,"
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
        "SELECT s.stxrelid::int8, quote_ident(n.nspname) || '.' || quote_ident(s.stxname), NULL,"
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
// --- types -------------------------------------------------------------------------------------

SchemaQuery type_reading[] = {
    {Statement(
        "SELECT t.oid::int8, NULL, NULL, pg_get_userbyid(t.typowner)::text,"
        " CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' "
        " ELSE 'base' END, (SELECT string_agg(quote_literal(e.enumlabel), ', '"
        " ORDER BY e.enumsortorder)  FROM pg_enum AS e WHERE e.enumtypid = t.oid),"
        " CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END,"
        " CASE t.typtype WHEN 'd' THEN pg_get_expr(t.typdefaultbin, 0) END,"
        " CASE WHEN t.typtype = 'd' AND t.typnotnull THEN 'yes' END, CASE WHEN t.typtype = 'd'"
        " AND t.typcollation <> (SELECT b.typcollation  FROM pg_type AS b"
        " WHERE b.oid = t.typbasetype)  THEN t.typcollation::regcollation::text END,"
        " (SELECT format_type(g.rngsubtype, NULL) || ', multirange '   ||"
        " format_type(g.rngmultitypid, NULL) || ', operator class '   ||"
        " quote_ident(o.opcname)   || CASE g.rngcollation WHEN 0 THEN '' ELSE ', collation '"
        "    || g.rngcollation::regcollation END   || CASE g.rngcanonical WHEN 0 THEN ''"
        " ELSE ', canonical '    || g.rngcanonical::regproc END   || CASE g.rngsubdiff WHEN"
        " 0 THEN '' ELSE ', subtype difference '    || g.rngsubdiff::regproc END "
        " FROM pg_range AS g JOIN pg_opclass AS o ON o.oid = g.rngsubopc "
        " WHERE g.rngtypid = t.oid), " PRIVILEGES("t.typacl", "T", "t.typowner") ", "
        COMMENT("pg_type", "t.oid", "0")
        OIDS("pg_type AS t") "t.oid = r.id::oid",
        Type::bigint_array),
     PartNaming::whole, "",
     {"owner", "sort", "labels", "type", "default", "not null", "collation", "range of",
      "privileges", "comment"}},
    {Statement(
        "SELECT k.contypid::int8, quote_ident(k.conname), NULL, pg_get_constraintdef(k.oid), "
        COMMENT("pg_constraint", "k.oid", "0")
        OIDS("pg_constraint AS k") "k.contypid = r.id::oid AND k.contype <> 'n'",
        Type::bigint_array),
     PartNaming::on_parent, "domain constraint",
     {"definition", "comment"}},
};
// --- functions ---------------------------------------------------------------------------------

SchemaQuery function_reading[] = {
    {Statement(
        "SELECT p.oid::int8, NULL, NULL, pg_get_userbyid(p.proowner)::text,"
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
#undef DEFAULT_TEXT
#undef TABLESPACE
#undef OPTIONS
#undef COMMENT
#undef PRIVILEGES
#undef ACL_TEXT

} // namespace

std::span<SchemaQuery> relation_queries() {
    return relation_reading;
}
std::span<SchemaQuery> type_queries() {
    return type_reading;
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
