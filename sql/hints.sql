-- Hints name the history that they are about, and what they suggest works when it is typed: each
-- mistake is made on the default and on a named prefix, and every statement of its hint is run.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
CREATE FUNCTION hint(statement text) RETURNS TABLE (code text, message text, hint text, tried text)
LANGUAGE plpgsql AS $$
DECLARE
    suggested text;
BEGIN
    BEGIN
        EXECUTE statement;
        message := 'it worked';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
        code := SQLSTATE;
        message := SQLERRM;
    END;
    tried := '';
    FOR suggested IN
        SELECT m[1] FROM regexp_matches(hint, '(SELECT (?:\* FROM )?migrate_\w+\([^()]*\))', 'g') m
    LOOP
        BEGIN
            EXECUTE suggested;
            RAISE EXCEPTION 'undone' USING ERRCODE = 'XX999';
        EXCEPTION WHEN SQLSTATE 'XX999' THEN
            tried := tried || 'ok ';
        WHEN OTHERS THEN
            tried := tried || SQLERRM || ' ';
        END;
    END LOOP;
    RETURN NEXT;
END $$;
CREATE FUNCTION two_lines(prefix text) RETURNS bigint
LANGUAGE sql AS $$
    SELECT count(migrate_register(id, '', '', '', parents, needs, labels, prefix))
    FROM (VALUES
        ('c1', '{}'::text[], '{}'::text[], '{core}'::text[]),
        ('c2', '{c1}', '{}', '{}'),
        ('p1', '{}', '{}', '{plug}'),
        ('p2', '{p1}', '{c2}', '{}')) v (id, parents, needs, labels) $$;
SELECT migrate_create_prefix('named', naming => 'any');
SELECT two_lines(''), two_lines('named');
-- c2 is a head that p2 depends on.  A call is written for the prefix that is in its %s.
CREATE TABLE mistake (n int, rows text[], statement text);
INSERT INTO mistake VALUES
    (1, '{}', 'SELECT migrate_upgrade(''head''%s)'),
    (2, '{}', 'SELECT migrate_upgrade(''+1''%s)'),
    (3, '{}', 'SELECT migrate_upgrade(''-1''%s)'),
    (4, '{}', 'SELECT migrate_upgrade(''c3''%s)'),
    (5, '{}', 'SELECT migrate_upgrade(''nothing''%s)'),
    (6, '{}', 'SELECT migrate_upgrade(''plug@c2''%s)'),
    (7, '{}', 'SELECT migrate_upgrade(''core@+7''%s)'),
    (8, '{c2,p1}', 'SELECT migrate_upgrade(''+1''%s)'),
    (9, '{c2,p1}', 'SELECT migrate_downgrade(%s)'),
    (10, '{c2,p1}', 'SELECT migrate_downgrade(''base+9''%s)'),
    (11, '{c2,p1}', 'SELECT migrate_downgrade(''base+1''%s)'),
    (12, '{c2,p1}', 'SELECT migrate_downgrade(''p2''%s)'),
    (13, '{c2,p1}', 'SELECT migrate_downgrade(''head''%s)'),
    (14, '{c2,p1}', 'SELECT migrate_downgrade(''c2-7''%s)'),
    (15, '{c2,p1}', 'SELECT migrate_downgrade(''plug@c1''%s)'),
    (16, '{p2}', 'SELECT migrate_downgrade(''c2''%s)'),
    (17, '{}', 'SELECT migrate_stamp(''{head}''%s)'),
    (18, '{}', 'SELECT migrate_stamp(''{+0}''%s)'),
    (19, '{}', 'SELECT migrate_merge(''{c2}''%s)'),
    (20, '{}', 'SELECT migrate_merge(''{c1,c2,p2}''%s)'),
    (21, '{}', 'SELECT migrate_check(%s)'),
    (22, '{c2,p1}', 'SELECT migrate_check(%s)'),
    (23, '{}', 'SELECT migrate_create(''x''%s)'),
    (24, '{}', 'SELECT migrate_plan(''head''%s)'),
    (25, '{gone}', 'SELECT migrate_upgrade(''heads''%s)'),
    (26, '{gone}', 'SELECT migrate_check(%s)'),
    (27, '{}', 'SELECT migrate_register(''x'', '''', down_revision => ''{x}''%s)'),
    (28, '{}', 'SELECT migrate_register(''x'', '''', down_revision => ''{plug}''%s)'),
    (29, '{}', 'SELECT migrate_register(''x'', '''', down_revision => ''{c2}'', depends_on => ''{x}''%s)'),
    (30, '{}', 'SELECT migrate_register('''', '''', down_revision => ''{}''%s)'),
    (31, '{}', 'SELECT migrate_register(repeat(''x'', 256), '''', down_revision => ''{}''%s)'),
    (32, '{}', 'SELECT migrate_adopt(''''%s)'),
    (33, '{}', 'SELECT migrate_downgrade(''-1''%s)');
CREATE FUNCTION make_mistakes(prefix text)
RETURNS TABLE (n int, code text, message text, hint text, tried text)
LANGUAGE plpgsql AS $$
DECLARE
    m mistake;
    argument text := CASE WHEN prefix <> '' THEN 'prefix => ' || quote_literal(prefix) ELSE '' END;
BEGIN
    FOR m IN SELECT * FROM mistake ORDER BY mistake.n LOOP
        DELETE FROM migrate.version v WHERE v.prefix = make_mistakes.prefix;
        INSERT INTO migrate.version SELECT make_mistakes.prefix, unnest(m.rows);
        n := m.n;
        SELECT h.code, h.message, h.hint, h.tried INTO code, message, hint, tried
        FROM hint(replace(format(m.statement, CASE WHEN argument <> '' THEN ', ' || argument END),
                          '(, ', '(')) h;
        RETURN NEXT;
    END LOOP;
    DELETE FROM migrate.version v WHERE v.prefix = make_mistakes.prefix;
END $$;
\pset tuples_only on
\pset fieldsep '\n    '
SELECT * FROM make_mistakes('');
SELECT * FROM make_mistakes('named');
-- A suggestion must not act on the prefix that the setting names, where another was meant.
SET migrate.prefix = 'named';
SELECT * FROM hint($$SELECT migrate_upgrade('head', prefix => '')$$);
SELECT * FROM hint($$SELECT migrate_upgrade('head')$$);
RESET migrate.prefix;
-- An instance: its rows are its own, its revisions the template's.
SELECT migrate_create_prefix('model', naming => 'any');
SELECT migrate_create_prefix('instance', template => 'model');
SELECT two_lines('model');
SELECT * FROM hint($$SELECT migrate_upgrade('head', prefix => 'instance')$$);
SELECT * FROM hint($$SELECT migrate_register('x', '', prefix => 'instance')$$);
-- An irreversible revision is itself where a downgrade can go to; at it nothing is left to try.
SELECT migrate_create_prefix('oneway');
SELECT migrate_register('r1', '', '', prefix => 'oneway'),
       migrate_register('r2', '', NULL, prefix => 'oneway'),
       migrate_register('r3', '', '', prefix => 'oneway');
SELECT count(*) FROM migrate_upgrade('head', 'oneway');
SELECT * FROM hint($$SELECT migrate_downgrade('base', prefix => 'oneway')$$);
SELECT revision FROM migrate_downgrade('r2', 'oneway');
SELECT * FROM hint($$SELECT migrate_downgrade('base', prefix => 'oneway')$$);
-- A stamp says what it forgets of other lines, and how to tell it again.
SELECT revision FROM migrate_stamp('{p2}', prefix => 'named');
SELECT revision FROM migrate_stamp('{plug@base}', prefix => 'named');
SELECT revision FROM migrate_stamp(ARRAY['c2'], prefix => 'named');
-- Without a direction a plan goes back to what is applied, however it is named.
SELECT revision FROM migrate_stamp('{r3}', prefix => 'oneway');
SELECT t.target, p.direction, p.revision
FROM unnest(ARRAY['r1', 'r3-1', 'head-1', 'head-2', 'base+1', 'base+2', 'head', 'heads', 'base+3'])
         WITH ORDINALITY AS t (target, n)
LEFT JOIN LATERAL migrate_plan(t.target, prefix => 'oneway') p ON true
ORDER BY t.n;
-- NULL takes every option back to its default.
CREATE SCHEMA first_schema;
SELECT migrate_set_option('search_path', 'first_schema', 'oneway'),
       migrate_set_option('isolation', 'off', 'oneway'),
       migrate_set_option('lock_timeout', '1s', 'oneway');
SELECT search_path, isolation, settings FROM migrate.prefix WHERE name = 'oneway';
SELECT migrate_set_option('search_path', NULL, 'oneway'),
       migrate_set_option('isolation', NULL, 'oneway'),
       migrate_set_option('lock_timeout', NULL, 'oneway');
SELECT search_path, isolation, settings FROM migrate.prefix WHERE name = 'oneway';
SET search_path TO public, first_schema;
SELECT migrate_set_option('search_path', NULL, 'oneway');
SELECT search_path FROM migrate.prefix WHERE name = 'oneway';
RESET search_path;
SELECT migrate_set_option('serch_path', NULL, 'oneway');
\echo :LAST_ERROR_SQLSTATE
DROP SCHEMA first_schema;
DROP TABLE mistake;
DROP FUNCTION hint, make_mistakes, two_lines;
DROP EXTENSION migrate;
