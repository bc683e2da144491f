\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- The tables live in the schema migrate, the functions where the extension was created.
SELECT extname, extrelocatable, nspname
FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
WHERE extname = 'migrate';
SELECT p.oid::regprocedure AS function, pg_get_function_result(p.oid) AS result
FROM pg_proc p
JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
WHERE e.extname = 'migrate' ORDER BY p.proname COLLATE "C";
SELECT relname, relkind FROM pg_class
WHERE relnamespace = 'migrate'::regnamespace AND relkind <> 'i'
ORDER BY relkind, relname COLLATE "C";
-- A prefix can be left out of every function that has one, and so can what comes behind it, which calls name.
SELECT proname FROM pg_proc p
WHERE proname LIKE 'migrate\_%' AND 'prefix' = ANY (proargnames)
  AND array_position(proargnames, 'prefix') <= pronargs - pronargdefaults
ORDER BY proname;
-- Every object of the extension is a member of it and has a comment, columns of tables too.
SELECT pg_describe_object(d.classid, d.objid, 0) AS without_comment
FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'migrate'
  AND obj_description(d.objid, d.classid::regclass::text) IS NULL
  -- From 17 on the types of rows and arrays, which come by themselves, are members as well.
  AND NOT (d.classid = 'pg_type'::regclass
           AND EXISTS (SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
                       WHERE t.oid = d.objid AND (t.typcategory = 'A' OR c.relkind = 'r')))
ORDER BY 1;
SELECT attrelid::regclass AS "table", attname AS column_without_comment
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'migrate'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
  AND col_description(attrelid, attnum) IS NULL
ORDER BY 1, 2;
SELECT obj_description(oid, 'pg_extension') IS NOT NULL AS extension_has_comment
FROM pg_extension WHERE extname = 'migrate';
SELECT pg_describe_object('pg_class'::regclass, c.oid, 0) AS not_a_member
FROM pg_class c
WHERE relnamespace = 'migrate'::regnamespace AND relkind IN ('r', 'v', 'S')
  AND NOT EXISTS (SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
                  WHERE d.refclassid = 'pg_extension'::regclass AND e.extname = 'migrate'
                    AND d.deptype = 'e' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid)
ORDER BY 1;
-- Functions are VOLATILE and PARALLEL UNSAFE, run as the caller, and answer NULL themselves.
SELECT provolatile, proparallel, prosecdef, proleakproof, proisstrict, proconfig
FROM pg_proc WHERE proname LIKE 'migrate\_%'
GROUP BY 1, 2, 3, 4, 5, 6;
-- A dump holds the rows of every table.
SELECT c.relname, extconfig IS NOT NULL AS is_dumped, condition
FROM pg_class c
LEFT JOIN (SELECT unnest(extconfig) AS extconfig, unnest(extcondition) AS condition
           FROM pg_extension WHERE extname = 'migrate') e ON e.extconfig = c.oid
WHERE c.relnamespace = 'migrate'::regnamespace AND c.relkind = 'r' ORDER BY c.relname COLLATE "C";
-- No sequence, row security, reg* column or reference to itself hinders a restore; the guards judge
-- what plain roles insert.
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'migrate'::regnamespace
  AND (c.relkind = 'S' OR c.relrowsecurity
       OR EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal
                  AND tgfoid::regproc::text NOT LIKE 'migrate.guard\_%')
       OR EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND confrelid = c.oid)
       OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
                  AND atttypid::regtype::text LIKE 'reg%'))
ORDER BY 1;
-- Everybody may look, nobody may write, and texts, addresses and error texts are not shown.
SELECT c.relname, string_agg(p, ', ' ORDER BY p) AS public_may
FROM pg_class c
CROSS JOIN unnest(string_to_array('SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER', ' '))
    AS p
WHERE c.relnamespace = 'migrate'::regnamespace AND c.relkind = 'r'
  AND has_table_privilege('public', c.oid, p)
GROUP BY 1 ORDER BY 1;
SELECT a.attrelid::regclass AS "table", string_agg(attname, ', ' ORDER BY attnum) AS hidden
FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
WHERE c.relnamespace = 'migrate'::regnamespace AND c.relkind = 'r' AND attnum > 0
  AND NOT has_column_privilege('public', attrelid, attnum, 'SELECT')
GROUP BY a.attrelid ORDER BY a.attrelid::regclass::text;
SELECT count(*) AS columns_that_public_may_write
FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
WHERE c.relnamespace = 'migrate'::regnamespace AND c.relkind = 'r' AND attnum > 0
  AND (has_column_privilege('public', attrelid, attnum, 'INSERT')
       OR has_column_privilege('public', attrelid, attnum, 'UPDATE'));
SELECT has_schema_privilege('public', 'migrate', 'USAGE') AS usage,
       has_schema_privilege('public', 'migrate', 'CREATE') AS "create";
-- It cannot be moved, and no second schema named migrate is taken over.
ALTER EXTENSION migrate SET SCHEMA pg_catalog;
\echo :LAST_ERROR_SQLSTATE
-- DROP EXTENSION takes all of it along, but nothing that revisions made.
SELECT migrate_register('r1', 'CREATE TABLE made_by_revision ()', 'DROP TABLE made_by_revision');
SELECT prefix, revision, direction FROM migrate_upgrade();
DROP EXTENSION migrate;
SELECT count(*) AS left_behind FROM pg_proc WHERE proname LIKE 'migrate\_%';
SELECT to_regnamespace('migrate') AS schema, to_regclass('made_by_revision') AS made_by_revision;
-- A schema of that name that somebody else made stops the installation.
CREATE SCHEMA migrate;
\set SHOW_CONTEXT never
CREATE EXTENSION migrate;
\echo :LAST_ERROR_SQLSTATE
\set SHOW_CONTEXT errors
DROP SCHEMA migrate;
-- Again, in a schema of choice: the history is empty, and the functions work by their full name.
CREATE SCHEMA tools;
CREATE EXTENSION migrate SCHEMA tools;
SELECT count(*) AS prefixes FROM migrate.prefix;
SELECT tools.migrate_register('r1', 'CREATE TABLE again ()', 'DROP TABLE again');
SELECT prefix, revision, direction, statements FROM tools.migrate_upgrade();
SELECT * FROM migrate.version;
SELECT prefix, revision, direction, statements FROM tools.migrate_downgrade();
SELECT count(*) AS rows FROM migrate.version;
SELECT to_regclass('again') AS again;
-- Functions with the names of built-in ones in the caller's path do not come in its way.
CREATE SCHEMA trap;
CREATE FUNCTION trap.now() RETURNS timestamptz LANGUAGE sql
    AS $$ SELECT 1/0; SELECT NULL::timestamptz $$;
CREATE FUNCTION trap.array_length(text[], int) RETURNS int LANGUAGE sql AS $$ SELECT 1/0 $$;
CREATE FUNCTION trap.unnest(text[]) RETURNS SETOF text LANGUAGE sql AS $$ SELECT (1/0)::text $$;
CREATE FUNCTION trap.text_eq(text, text) RETURNS bool LANGUAGE sql AS $$ SELECT 1/0 = 1 $$;
CREATE OPERATOR trap.= (FUNCTION = trap.text_eq, LEFTARG = text, RIGHTARG = text);
SET search_path = trap, tools, pg_catalog, public;
SELECT migrate_register('r2', 'CREATE TABLE public.again2 ()', 'DROP TABLE public.again2');
SELECT prefix, revision, direction, statements FROM migrate_upgrade();
SELECT prefix, revision, direction, statements FROM migrate_downgrade('base');
SELECT revision, is_head FROM migrate_history();
SELECT revision FROM migrate_stamp('{r1}');
RESET search_path;
-- No index depends on the order of a language, which an upgrade of the operating system may change.
SELECT indexrelid::regclass AS index FROM pg_index JOIN pg_class AS c ON c.oid = indrelid
WHERE relnamespace = 'migrate'::regnamespace
  AND EXISTS (SELECT FROM unnest(indcollation) AS o WHERE o NOT IN (0, 'pg_catalog."C"'::regcollation));
DROP EXTENSION migrate;
DROP SCHEMA trap CASCADE;
DROP SCHEMA tools;
DROP TABLE made_by_revision;
