-- What the catalogs know of the extension, a line per fact, without oids and in one order: two
-- databases in which it is the same print the same.  Column numbers are left out, for they count
-- dropped columns; their order is not.
SET search_path = pg_catalog;
SET quote_all_identifiers = off;

CREATE TEMPORARY TABLE part AS
-- Members, and what belongs to them: indexes, constraints, triggers, types of rows, …
WITH RECURSIVE part (classid, objid) AS (
    SELECT 'pg_extension'::regclass::oid, oid FROM pg_extension WHERE extname = 'migrate'
    UNION
    SELECT d.classid, d.objid
    FROM part AS p
    JOIN pg_depend AS d ON d.refclassid = p.classid AND d.refobjid = p.objid AND d.deptype IN ('e', 'i', 'a'))
SELECT classid, objid FROM part;

CREATE TEMPORARY TABLE fact (of text, fact text);

CREATE FUNCTION pg_temp.described(class oid, object oid, part int) RETURNS text LANGUAGE sql
    AS $$ SELECT pg_catalog.regexp_replace(pg_catalog.pg_describe_object(class, object, part),
                                           'pg_toast_[0-9]+', 'pg_toast_…', 'g') $$;
-- Rights in one order; those of an owner that nobody has changed are written out.
CREATE FUNCTION pg_temp.rights(acl aclitem[], kind "char", owner oid) RETURNS text LANGUAGE sql
    AS $$ SELECT pg_catalog.string_agg(
                     CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(a.grantee) END
                     || ' ' || a.privilege_type || ' ' || a.is_grantable || ' by '
                     || pg_catalog.pg_get_userbyid(a.grantor), ', '
                     ORDER BY a.grantee::regrole::text, a.privilege_type, a.grantor)
          FROM pg_catalog.aclexplode(COALESCE(acl, pg_catalog.acldefault(kind, owner))) AS a $$;

INSERT INTO fact
SELECT pg_temp.described(classid, objid, 0), unnest(ARRAY['is there',
       'comment: ' || obj_description(objid, classid::regclass::text)])
FROM part;

INSERT INTO fact
SELECT pg_temp.described(d.classid, d.objid, d.objsubid),
       format('depends (%s) on %s', d.deptype, pg_temp.described(d.refclassid, d.refobjid, d.refobjsubid))
FROM pg_depend AS d JOIN part AS p USING (classid, objid);

INSERT INTO fact
SELECT 'extension', unnest(ARRAY['version ' || extversion, 'owner ' || pg_get_userbyid(extowner),
       'schema ' || extnamespace::regnamespace, 'relocatable ' || extrelocatable])
FROM pg_extension WHERE extname = 'migrate'
UNION ALL
SELECT 'extension', format('dumps %s WHERE %s', config::regclass, condition)
FROM pg_extension AS e, unnest(e.extconfig, e.extcondition) AS c (config, condition)
WHERE extname = 'migrate';

INSERT INTO fact
SELECT 'schema ' || nspname, unnest(ARRAY['owner ' || pg_get_userbyid(nspowner),
       'rights ' || pg_temp.rights(nspacl, 'n', nspowner)])
FROM pg_namespace WHERE nspname = 'migrate';

INSERT INTO fact
SELECT pg_temp.described(classid, objid, 0), unnest(ARRAY[
       'owner ' || pg_get_userbyid(proowner), 'rights ' || pg_temp.rights(proacl, 'f', proowner),
       pg_get_functiondef(f.oid), format('leakproof %s, cost %s, rows %s', proleakproof, procost, prorows)])
FROM part JOIN pg_proc AS f ON classid = 'pg_proc'::regclass AND f.oid = objid;

INSERT INTO fact
SELECT pg_temp.described(classid, objid, 0), unnest(ARRAY[
       'owner ' || pg_get_userbyid(typowner), 'rights ' || pg_temp.rights(typacl, 'T', typowner)])
FROM part JOIN pg_type AS t ON classid = 'pg_type'::regclass AND t.oid = objid;

INSERT INTO fact
SELECT pg_temp.described('pg_class'::regclass, c.oid, 0), unnest(ARRAY[
       'owner ' || pg_get_userbyid(relowner),
       'rights ' || pg_temp.rights(relacl, 'r', relowner),
       format('kind %s, persistence %s, replica identity %s, row security %s %s, options %s, partition %s',
              relkind, relpersistence, relreplident, relrowsecurity, relforcerowsecurity, reloptions,
              relispartition),
       'index ' || CASE WHEN relkind = 'i' THEN pg_get_indexdef(c.oid) END])
FROM pg_class AS c
WHERE relnamespace = 'migrate'::regnamespace;

INSERT INTO fact
SELECT pg_temp.described('pg_class'::regclass, c.oid, 0) || ' column ' || attname,
       unnest(ARRAY[
       'number ' || row_number() OVER (PARTITION BY c.oid ORDER BY attnum),
       format('%s not null %s, storage %s, compression %s, identity %s, generated %s, local %s, inherited %s',
              format_type(atttypid, atttypmod), attnotnull, attstorage, attcompression, attidentity,
              attgenerated, attislocal, attinhcount),
       'collation ' || NULLIF(attcollation, 0)::regcollation,
       'default ' || pg_get_expr(adbin, adrelid), 'rights ' || attacl::text,
       -- Some builds of the server keep a number of their own there.
       'options ' || (SELECT string_agg(o, ', ') FROM unnest(attoptions) AS o WHERE o NOT LIKE 'pg\_attver=%'),
       'comment: ' || col_description(c.oid, attnum)])
FROM pg_class AS c
JOIN pg_attribute AS a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
WHERE relnamespace = 'migrate'::regnamespace;

INSERT INTO fact
SELECT pg_temp.described('pg_constraint'::regclass, oid, 0),
       format('%s, validated %s, deferrable %s %s', pg_get_constraintdef(oid), convalidated, condeferrable,
              condeferred)
FROM pg_constraint WHERE connamespace = 'migrate'::regnamespace
UNION ALL
SELECT pg_temp.described('pg_trigger'::regclass, t.oid, 0), format('%s, enabled %s', pg_get_triggerdef(t.oid), tgenabled)
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = tgrelid
WHERE relnamespace = 'migrate'::regnamespace;

-- What a dump takes for the rights that come with the extension.
INSERT INTO fact
SELECT pg_temp.described(i.classoid, i.objoid, i.objsubid), format('initial rights (%s) %s', privtype,
       pg_temp.rights(initprivs, 'r', 0))
FROM pg_init_privs AS i JOIN part ON classid = classoid AND objid = objoid;

SELECT replace(of || ': ' || fact, E'\n', ' ') FROM fact WHERE fact IS NOT NULL
ORDER BY (of || ': ' || fact) COLLATE "C";
