\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- Every graph of this test has a prefix of its own.  Each revision leaves a trace, so that what
-- ran, and in which order, is seen in the database itself.
CREATE TABLE trace (n int GENERATED ALWAYS AS IDENTITY, step text);
CREATE FUNCTION rev(graph text, id text, parents text[], needs text[] DEFAULT '{}',
                    labels text[] DEFAULT '{}') RETURNS text
LANGUAGE sql AS $$
    SELECT migrate_register(id, format('INSERT INTO public.trace (step) VALUES (%L)', id),
                            format('INSERT INTO public.trace (step) VALUES (%L)', id),
                            'step ' || id, parents, needs, labels, graph) $$;
CREATE TABLE example (
    n int GENERATED ALWAYS AS IDENTITY,
    graph text, start text[], direction text, target text,
    steps text,         -- the steps that are due, or the SQLSTATE that is
    rows text);
-- check_examples: stamp the rows that an example starts from, run it, and compare what the
-- function returned, what the plan said, what ran, and the rows in the end.  An example that does
-- not come out as it should is named by a WARNING.
CREATE FUNCTION check_examples(wanted text) RETURNS TABLE (example text, steps text, rows text)
LANGUAGE plpgsql AS $$
DECLARE
    e public.example;
    planned text;
    ran text;
BEGIN
    FOR e IN SELECT x.* FROM public.example x WHERE graph = wanted ORDER BY n LOOP
        PERFORM migrate_stamp(CASE WHEN e.start = '{}' THEN '{base}' ELSE e.start END,
                              purge => true, prefix => wanted);
        TRUNCATE trace;
        BEGIN
            SELECT coalesce(string_agg(p.revision, ' '), '') INTO planned
            FROM migrate_plan(e.target, e.direction, wanted) p;
        EXCEPTION WHEN OTHERS THEN
            planned := SQLSTATE;
        END;
        BEGIN
            IF e.direction = 'upgrade' THEN
                SELECT coalesce(string_agg(s.revision, ' '), '') INTO steps
                FROM migrate_upgrade(e.target, wanted) s;
            ELSE
                SELECT coalesce(string_agg(s.revision, ' '), '') INTO steps
                FROM migrate_downgrade(e.target, wanted) s;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            steps := SQLSTATE;
        END;
        example := format('%s %s %s', e.start, e.direction, e.target);
        SELECT coalesce(string_agg(v.revision, ' ' ORDER BY v.revision), '') INTO rows
        FROM migrate.version v WHERE v.prefix = wanted;
        SELECT coalesce(string_agg(t.step, ' ' ORDER BY t.n), '') INTO ran FROM trace t;
        IF steps <> e.steps OR rows <> e.rows OR planned <> e.steps
           OR ran <> (CASE WHEN e.steps ~ '^[0-9A-Z]{5}$' THEN '' ELSE e.steps END) THEN
            RAISE WARNING 'graph %, %: wanted % and rows %', wanted, example, e.steps, e.rows
            USING DETAIL = format('steps %s, plan %s, ran %s, rows %s', steps, planned, ran, rows);
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;
-- A line of four.
SELECT migrate_create_prefix('line');
SELECT rev('line', 'a1', '{}'), rev('line', 'b1', '{a1}'), rev('line', 'c1', '{b1}'),
       rev('line', 'd1', '{c1}');
INSERT INTO example (graph, start, direction, target, steps, rows) VALUES
    ('line', '{}',   'upgrade',   '+2',      'a1 b1',       'b1'),
    ('line', '{a1}', 'upgrade',   'b1+1',    'b1 c1',       'c1'),
    ('line', '{d1}', 'upgrade',   'b1',      '',            'd1'),
    ('line', '{c1}', 'upgrade',   '+5',      'MG004',       'c1'),
    ('line', '{d1}', 'downgrade', 'head-2',  'd1 c1',       'b1'),
    ('line', '{d1}', 'downgrade', 'base+1',  'd1 c1 b1',    'a1'),
    ('line', '{b1}', 'downgrade', '-2',      'b1 a1',       ''),
    ('line', '{b1}', 'downgrade', '-3',      'MG004',       'b1'),
    ('line', '{c1}', 'downgrade', 'head',    'MG006',       'c1'),
    ('line', '{d1}', 'downgrade', 'head',    '',            'd1'),
    -- every form of a target that a line allows
    ('line', '{}',   'upgrade',   'base+3',  'a1 b1 c1',    'c1'),
    ('line', '{}',   'upgrade',   'd1-3',    'a1',          'a1'),
    ('line', '{}',   'upgrade',   'head-1',  'a1 b1 c1',    'c1'),
    ('line', '{}',   'upgrade',   'heads-1', 'a1 b1 c1',    'c1'),
    ('line', '{}',   'upgrade',   'a1-1',    '',            ''),
    ('line', '{}',   'upgrade',   'a1-2',    'MG004',       ''),
    ('line', '{}',   'upgrade',   'head+1',  'MG004',       ''),
    ('line', '{}',   'upgrade',   'b',       'a1 b1',       'b1'),
    ('line', '{}',   'upgrade',   'b+1',     'a1 b1 c1',    'c1'),
    ('line', '{a1}', 'upgrade',   'base',    '',            'a1'),
    ('line', '{d1}', 'upgrade',   'head',    '',            'd1'),
    ('line', '{b1}', 'downgrade', 'b1',      '',            'b1'),
    ('line', '{}',   'downgrade', 'base',    '',            ''),
    ('line', '{d1}', 'downgrade', 'base',    'd1 c1 b1 a1', ''),
    ('line', '{d1}', 'downgrade', 'a1+1',    'd1 c1',       'b1'),
    ('line', '{d1}', 'downgrade', 'c1-1',    'd1 c1',       'b1'),
    ('line', '{d1}', 'downgrade', 'a1-1',    'd1 c1 b1 a1', ''),
    ('line', '{}',   'downgrade', 'a1',      'MG006',       ''),
    ('line', '{}',   'downgrade', '-1',      'MG004',       ''),
    ('line', '{b1}', 'upgrade',   '-1',      '22023',       'b1'),
    ('line', '{b1}', 'upgrade',   '+0',      '22023',       'b1'),
    ('line', '{b1}', 'downgrade', '+1',      '22023',       'b1'),
    ('line', '{b1}', 'downgrade', '-0',      '22023',       'b1');
SELECT * FROM check_examples('line');
-- A fork, one arm of which is labelled.
SELECT migrate_create_prefix('fork');
SELECT rev('fork', 'a1', '{}'), rev('fork', 'c1', '{a1}', labels => '{shop}'),
       rev('fork', 'c2', '{c1}'), rev('fork', 'b1', '{a1}');
INSERT INTO example (graph, start, direction, target, steps, rows) VALUES
    ('fork', '{}',      'upgrade',   'head',        'MG001',       ''),
    ('fork', '{}',      'upgrade',   'heads',       'a1 c1 c2 b1', 'b1 c2'),
    ('fork', '{}',      'upgrade',   'shop@head',   'a1 c1 c2',    'c2'),
    ('fork', '{}',      'upgrade',   'shop',        'a1 c1',       'c1'),
    ('fork', '{b1,c1}', 'upgrade',   '+1',          'MG002',       'b1 c1'),
    ('fork', '{b1,c1}', 'upgrade',   'shop@+1',     'c2',          'b1 c2'),
    ('fork', '{a1}',    'upgrade',   '+1',          'MG003',       'a1'),
    ('fork', '{b1}',    'upgrade',   'shop@+2',     'c1 c2',       'b1 c2'),
    ('fork', '{b1,c2}', 'downgrade', 'a1',          'b1 c2 c1',    'a1'),
    ('fork', '{b1,c2}', 'downgrade', 'shop@a1',     'c2 c1',       'b1'),
    ('fork', '{b1,c2}', 'downgrade', 'shop@-1',     'c2',          'b1 c1'),
    ('fork', '{b1,c2}', 'downgrade', 'shop@base',   'b1 c2 c1 a1', ''),
    -- a branch by id or by the start of one, and what it leaves of a walk
    ('fork', '{}',      'upgrade',   'c1@head',     'a1 c1 c2',    'c2'),
    ('fork', '{}',      'upgrade',   'b@head',      'a1 b1',       'b1'),
    ('fork', '{}',      'upgrade',   'a1@head',     'MG001',       ''),
    ('fork', '{}',      'upgrade',   'a1@heads',    'a1 c1 c2 b1', 'b1 c2'),
    ('fork', '{}',      'upgrade',   'shop@heads',  'a1 c1 c2',    'c2'),
    ('fork', '{}',      'upgrade',   'shop@base+2', 'a1 c1',       'c1'),
    ('fork', '{}',      'upgrade',   'base+2',      'MG003',       ''),
    ('fork', '{}',      'upgrade',   'shop@a1+2',   'a1 c1 c2',    'c2'),
    ('fork', '{}',      'upgrade',   'shop+1',      'a1 c1 c2',    'c2'),
    ('fork', '{}',      'upgrade',   'shop@head-1', 'a1 c1',       'c1'),
    ('fork', '{}',      'upgrade',   'shop@b1',     'MG005',       ''),
    ('fork', '{}',      'upgrade',   'shop@c2',     'a1 c1 c2',    'c2'),
    ('fork', '{}',      'upgrade',   'shop@b1-1',   'MG005',       ''),
    ('fork', '{b1,c2}', 'downgrade', '-1',          'MG002',       'b1 c2'),
    ('fork', '{b1,c2}', 'downgrade', 'b1@-1',       'b1',          'c2'),
    ('fork', '{c2}',    'downgrade', 'b1@-1',       'c2 c1 a1',    ''),
    ('fork', '{b1,c2}', 'downgrade', 'shop@b1',     'MG005',       'b1 c2'),
    ('fork', '{b1,c2}', 'downgrade', 'shop@c2-1',   'c2',          'b1 c1'),
    ('fork', '{b1,c2}', 'downgrade', 'shop@a1+1',   'c2',          'b1 c1'),
    ('fork', '{b1,c2}', 'downgrade', 'a1+1',        'MG003',       'b1 c2');
SELECT * FROM check_examples('fork');
-- A diamond: m1 merges b1, which is labelled, and c1; n1 is on top.
SELECT migrate_create_prefix('diamond');
SELECT rev('diamond', 'a1', '{}'), rev('diamond', 'b1', '{a1}', labels => '{shop}'),
       rev('diamond', 'c1', '{a1}'), rev('diamond', 'm1', '{b1,c1}'),
       rev('diamond', 'n1', '{m1}');
INSERT INTO example (graph, start, direction, target, steps, rows) VALUES
    ('diamond', '{b1}',    'upgrade',   'head',    'c1 m1 n1',       'n1'),
    ('diamond', '{m1}',    'downgrade', 'b1',      'm1',             'b1 c1'),
    ('diamond', '{m1}',    'downgrade', 'shop@a1', 'm1 b1',          'c1'),
    ('diamond', '{m1}',    'downgrade', '-1',      'MG003',          'm1'),
    -- the other arm, and what a merge does to walks
    ('diamond', '{m1}',    'downgrade', 'c1@a1',   'm1 c1',          'b1'),
    ('diamond', '{b1,c1}', 'upgrade',   'm1',      'm1',             'm1'),
    ('diamond', '{}',      'upgrade',   'head-1',  'a1 b1 c1 m1',    'm1'),
    ('diamond', '{}',      'upgrade',   'head-2',  'MG003',          ''),
    ('diamond', '{n1}',    'downgrade', '-1',      'n1',             'm1'),
    ('diamond', '{n1}',    'downgrade', '-2',      'MG003',          'n1'),
    ('diamond', '{n1}',    'downgrade', 'a1',      'n1 m1 c1 b1',    'a1'),
    ('diamond', '{n1}',    'downgrade', 'base',    'n1 m1 c1 b1 a1', '');
SELECT * FROM check_examples('diamond');
-- Two lines; p2 depends on c2 of the other one.
SELECT migrate_create_prefix('lines');
SELECT rev('lines', 'c1', '{}', labels => '{core}'), rev('lines', 'c2', '{c1}'),
       rev('lines', 'p1', '{}', labels => '{plug}'), rev('lines', 'p2', '{p1}', '{c2}'),
       rev('lines', 'p3', '{p2}'), rev('lines', 'c3', '{c2}');
\set SHOW_CONTEXT never
INSERT INTO example (graph, start, direction, target, steps, rows) VALUES
    ('lines', '{}',      'upgrade',   'head',      'MG001',             ''),
    ('lines', '{}',      'upgrade',   'plug@head', 'c1 c2 p1 p2 p3',    'p3'),
    ('lines', '{p3}',    'upgrade',   'core@head', 'c3',                'c3 p3'),
    ('lines', '{c3,p1}', 'upgrade',   'plug@+1',   'p2',                'c3 p2'),
    ('lines', '{c3,p3}', 'downgrade', 'plug@base', 'p3 p2 p1',          'c3'),
    ('lines', '{p3}',    'downgrade', 'plug@base', 'p3 p2 p1',          'c2'),
    ('lines', '{c3,p3}', 'downgrade', 'c1',        'c3 p3 p2 c2',       'c1 p1'),
    ('lines', '{c3,p3}', 'downgrade', 'core@base', 'c3 p3 p2 c2 c1',    'p1'),
    -- bases, tips below a row of the other line, and dependencies
    ('lines', '{}',      'upgrade',   '+1',        'MG003',             ''),
    ('lines', '{}',      'upgrade',   'plug@+1',   'p1',                'p1'),
    ('lines', '{}',      'upgrade',   'heads',     'c1 c2 p1 p2 p3 c3', 'c3 p3'),
    ('lines', '{p2}',    'upgrade',   'core@+1',   'c3',                'c3 p2'),
    ('lines', '{p2}',    'downgrade', 'core@-1',   'p2 c2',             'c1 p1'),
    ('lines', '{p3}',    'downgrade', 'c2',        '55000',             'p3'),
    ('lines', '{p3}',    'downgrade', 'p1',        'p3 p2',             'c2 p1'),
    ('lines', '{c3,p3}', 'downgrade', 'plug@c2',   'MG005',             'c3 p3'),
    ('lines', '{c3,p3}', 'downgrade', 'base',      'c3 p3 p2 p1 c2 c1', '');
SELECT * FROM check_examples('lines');
-- Two lines that need one another crosswise.
SELECT migrate_create_prefix('cross');
SELECT rev('cross', 'a1', '{}'), rev('cross', 'a2', '{a1}'), rev('cross', 'b1', '{}'),
       rev('cross', 'a3', '{a2}', '{b1}'), rev('cross', 'b2', '{b1}', '{a2}');
INSERT INTO example (graph, start, direction, target, steps, rows) VALUES
    ('cross', '{}',      'upgrade',   'heads',    'a1 a2 b1 a3 b2', 'a3 b2'),
    ('cross', '{a3,b2}', 'downgrade', 'b1',       'b2',             'a3'),
    ('cross', '{a3,b2}', 'downgrade', 'a2',       'a3',             'b2');
SELECT * FROM check_examples('cross');
-- Heads one of which needs the other: heads is the outermost only, head still counts both, and
-- the heads of a branch are its own.
SELECT migrate_create_prefix('needs');
SELECT rev('needs', 'x1', '{}'), rev('needs', 'y1', '{}', '{x1}');
INSERT INTO example (graph, start, direction, target, steps, rows) VALUES
    ('needs', '{}', 'upgrade',   'head',     'MG001', ''),
    ('needs', '{}', 'upgrade',   'heads',    'x1 y1', 'y1'),
    ('needs', '{}', 'upgrade',   'x1@head',  'x1',    'x1'),
    ('needs', '{y1}', 'downgrade', 'y1@base', 'y1',   'x1');
SELECT * FROM check_examples('needs');
-- A name may be an id, a label and the start of an id at once: the id comes first, then the
-- label; labels are never cut short.
SELECT migrate_create_prefix('names');
SELECT rev('names', 'r1', '{}'), rev('names', 'ab', '{r1}'),
       rev('names', 'abc', '{ab}', labels => '{abcd}'), rev('names', 'abcde', '{abc}'),
       rev('names', 'lé1', '{abcde}', labels => '{warehouse}');
INSERT INTO example (graph, start, direction, target, steps, rows) VALUES
    ('names', '{}', 'upgrade', 'ab',        'r1 ab',           'ab'),
    ('names', '{}', 'upgrade', 'abcd',      'r1 ab abc',       'abc'),
    ('names', '{}', 'upgrade', 'abcde',     'r1 ab abc abcde', 'abcde'),
    ('names', '{}', 'upgrade', 'a',         '42P08',           ''),
    ('names', '{}', 'upgrade', 'ware',      '42704',           ''),
    ('names', '{}', 'upgrade', 'ware@head', '42704',           ''),
    ('names', '{}', 'upgrade', 'lé',        'r1 ab abc abcde lé1', 'lé1');
SELECT * FROM check_examples('names');
-- Every example came out as it should: see that no WARNING is above.
SELECT graph, count(*) AS examples FROM example GROUP BY graph ORDER BY graph;
DROP TABLE example;
DROP FUNCTION check_examples;
-- The errors, one by one.  The rows and the log are the same after all of them.
SELECT prefix, revision FROM migrate_stamp('{b1}', true, 'fork');
SELECT prefix, revision FROM migrate_stamp('{c1}', true, 'line');
SELECT prefix, revision FROM migrate_stamp('{n1}', true, 'diamond');
SELECT migrate_register('oneway', 'SELECT 1', prefix => 'diamond');
SELECT revision FROM migrate_upgrade('head', 'diamond');
TRUNCATE trace;
SELECT md5(string_agg(v::text, ' ' ORDER BY v::text)) AS rows,
       (SELECT count(*) FROM migrate.log) AS log,
       (SELECT md5(string_agg(r::text, ' ' ORDER BY r::text)) FROM migrate.revision r) AS revisions
FROM migrate.version v \gset before_
-- unknown id, with the nearest ones
SELECT revision FROM migrate_upgrade('abcdf', 'names');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_upgrade('nothing_like_it', 'names');
\echo :LAST_ERROR_SQLSTATE
-- the start of several ids
SELECT revision FROM migrate_upgrade('a', 'names');
\echo :LAST_ERROR_SQLSTATE
-- unknown branch
SELECT revision FROM migrate_upgrade('shopp@head', 'fork');
\echo :LAST_ERROR_SQLSTATE
-- a revision that is not on that branch
SELECT revision FROM migrate_upgrade('shop@b1', 'fork');
\echo :LAST_ERROR_SQLSTATE
-- several heads
SELECT revision FROM migrate_upgrade('head', 'fork');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_upgrade('a1@head', 'fork');
\echo :LAST_ERROR_SQLSTATE
-- several rows, either way
BEGIN;
SELECT prefix, revision FROM migrate_stamp('{b1,c1}', true, 'fork');
SAVEPOINT here;
SELECT revision FROM migrate_upgrade('+1', 'fork');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO here;
SELECT revision FROM migrate_downgrade('-1', 'fork');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- an ambiguous walk: up, down, and from below the bases
SELECT revision FROM migrate_upgrade('a1+1', 'fork');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_downgrade('m1-1', 'diamond');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_upgrade('base+1', 'lines');
\echo :LAST_ERROR_SQLSTATE
-- past the end, either way
SELECT revision FROM migrate_upgrade('+5', 'line');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_downgrade('-5', 'line');
\echo :LAST_ERROR_SQLSTATE
-- a downgrade to what is not applied
SELECT revision FROM migrate_downgrade('d1', 'line');
\echo :LAST_ERROR_SQLSTATE
-- irreversible: refused before the reversible ones above it run
SELECT revision FROM migrate_downgrade('a1', 'diamond');
\echo :LAST_ERROR_SQLSTATE
-- a row that no revision has
BEGIN;
INSERT INTO migrate.version VALUES ('line', 'gone');
SELECT revision FROM migrate_upgrade('head', 'line');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- an id or a label that is taken, by an id or by a label
SELECT migrate_register('b1', 'SELECT 2', prefix => 'fork', down_revision => '{c2}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('shop', '', prefix => 'fork', down_revision => '{c2}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('z1', '', prefix => 'fork', down_revision => '{c2}',
                        branch_labels => '{shop}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('z1', '', prefix => 'fork', down_revision => '{c2}',
                        branch_labels => '{b1}');
\echo :LAST_ERROR_SQLSTATE
-- a parent that is missing, a dependency that is missing
SELECT migrate_register('z1', '', prefix => 'fork', down_revision => '{nowhere}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('z1', '', prefix => 'fork', down_revision => '{c2}',
                        depends_on => '{nowhere}');
\echo :LAST_ERROR_SQLSTATE
-- its own parent, its own dependency
SELECT migrate_register('z1', '', prefix => 'fork', down_revision => '{z1}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('z1', '', prefix => 'fork', down_revision => '{c2}',
                        depends_on => '{z1}');
\echo :LAST_ERROR_SQLSTATE
-- no single head to go on from
SELECT migrate_register('z1', '', prefix => 'fork');
\echo :LAST_ERROR_SQLSTATE
-- on a revision that has a child: allowed when it is said, and makes a branch
BEGIN;
SELECT migrate_register('z1', '', prefix => 'line', down_revision => '{c1}');
SELECT revision FROM migrate_heads('line');
SELECT revision FROM migrate_upgrade('head', 'line');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- characters that an id, a label and a target must not have
SELECT migrate_register('a+b', '', prefix => 'line');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('', '', prefix => 'line');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register(repeat('x', 256), '', prefix => 'line');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('z1', '', prefix => 'line', branch_labels => '{a@b}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('head', '', prefix => 'line');
\echo :LAST_ERROR_SQLSTATE
-- the whole text of a target must be one
CREATE FUNCTION said(target text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    PERFORM migrate_upgrade(target, 'line');
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || SQLERRM || ': ' || detail;
END $$;
SELECT said(target)
FROM unnest(ARRAY['a1+', 'a1+1x', 'a1+1+1', '@head', 'fork@', 'a@b@c', 'a1 ', 'a1:b1', 'current',
                  '', '+99999999999', 'a1-x', 'a1+ 1']) WITH ORDINALITY AS t (target, n)
ORDER BY n;
DROP FUNCTION said;
-- None of all that changed a row, wrote to the log, ran a text, or registered anything.
SELECT md5(string_agg(v::text, ' ' ORDER BY v::text)) = :'before_rows' AS same_rows,
       (SELECT count(*) FROM migrate.log) = :before_log AS same_log,
       (SELECT md5(string_agg(r::text, ' ' ORDER BY r::text)) FROM migrate.revision r)
           = :'before_revisions' AS same_revisions,
       (SELECT count(*) FROM trace) AS ran
FROM migrate.version v;
-- The same targets where nothing runs: plan.  The way is found where none is given.
SELECT prefix, revision FROM migrate_stamp('{b1,c1}', true, 'fork');
SELECT t.target, string_agg(p.direction || ' ' || p.revision, ', ' ORDER BY p.n) AS plan
FROM unnest(ARRAY['heads', 'shop@head', 'shop@+1', 'c2', 'a1', 'shop@-1', 'shop@a1', 'base',
                  'shop@base', 'base+1', 'c2-1', 'shop@head-1', 'shop@head-2', 'b1-1', 'shop+1'])
         WITH ORDINALITY AS t (target, n)
LEFT JOIN LATERAL migrate_plan(t.target, prefix => 'fork')
    WITH ORDINALITY AS p (prefix, revision, direction, message, is_other_line, is_transactional,
                          is_reversible, n) ON true
GROUP BY t.n, t.target ORDER BY t.n;
SELECT revision FROM migrate_plan('head', prefix => 'fork');
\echo :LAST_ERROR_SQLSTATE
-- Show: what names one revision.
SELECT t.target, s.revision
FROM unnest(ARRAY['a1', 'b', 'shop', 'shop+1', 'shop@head', 'shop@head-1', 'c2-2', 'shop@base+2',
                  'shop@+1', 'shop@-1', 'b1@-1']) WITH ORDINALITY AS t (target, n)
LEFT JOIN LATERAL migrate_show(t.target, 'fork') s ON true
ORDER BY t.n;
SELECT revision FROM migrate_show('heads', 'fork');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_show('+1', 'fork');
\echo :LAST_ERROR_SQLSTATE
-- History: a target at either end of the range.
SELECT t.range, (SELECT string_agg(h.revision, ' ') FROM migrate_history(t.range, 'fork') h)
FROM unnest(ARRAY[':', 'a1:', ':c1', 'shop:c2', 'a1:shop', 'shop@base:shop@head', 'base:shop@+1',
                  'c2-1:c2', '-1:c2', 'a1:b1@+1', 'shop@current:heads', 'a:b', ':shop@head-1'])
         WITH ORDINALITY AS t (range, n)
ORDER BY t.n;
SELECT revision FROM migrate_history('b1:c2', 'fork');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_history('a1', 'fork');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_history('a1:b1:c1', 'fork');
\echo :LAST_ERROR_SQLSTATE
-- Scripts: the revisions that they hold, in their order, and the rows in the end.
SELECT t.range,
       (SELECT string_agg(m[1] || m[2], ' ') FROM regexp_matches(
            migrate_sql(t.range, 'fork'), '^-- (up|down)grade( \S+):', 'ng') m) AS steps,
       substring(migrate_sql(t.range, 'fork') FROM 'migrate_stamp\(ARRAY\[(.*?)\]') AS rows,
       substring(migrate_sql(t.range, 'fork') FROM 'ALL \(ARRAY\[(.*?)\]') AS all_applied_but
FROM unnest(ARRAY['base:heads', ':', 'a1:shop@head', 'base:shop', 'base:shop@base+2', 'a:b',
                  'a1:c2-1', 'heads:a1', 'c2:base', 'shop@head:a1', 'current:heads', 'c2:c1'])
         WITH ORDINALITY AS t (range, n)
ORDER BY t.n;
-- Alone, -N counts down from the low end and +N up from it.
SELECT t.range,
       (SELECT string_agg(m[1] || m[2], ' ') FROM regexp_matches(
            migrate_sql(t.range, 'fork'), '^-- (up|down)grade( \S+):', 'ng') m) AS steps
FROM unnest(ARRAY['c1:+1', 'b1:shop@+2']) WITH ORDINALITY AS t (range, n)
ORDER BY t.n;
SELECT (SELECT string_agg(m[1] || m[2], ' ') FROM regexp_matches(
            migrate_sql('c2:-1', 'fork'), '^-- (up|down)grade( \S+):', 'ng') m) AS steps;
SELECT migrate_sql('base:head', 'fork');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_sql('a1', 'fork');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_sql('a1:current', 'fork');
\echo :LAST_ERROR_SQLSTATE
-- None of the looking ran anything.
SELECT count(*) AS ran FROM trace;
SELECT revision FROM migrate.version WHERE prefix = 'fork' ORDER BY revision;
DROP EXTENSION migrate;
DROP FUNCTION rev;
DROP TABLE trace;
