\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- Nothing is registered: the functions that look have nothing to say, and the check has nothing
-- to complain of.
SELECT revision FROM migrate_bases();
SELECT revision FROM migrate_branches();
SELECT * FROM migrate_graph();
SELECT migrate_check();
SELECT migrate_check('');
-- A prefix that nobody made is another thing.
SELECT migrate_check('nobody');
\echo :LAST_ERROR_SQLSTATE
-- Three bases in one history: core, which forks; plug, which needs a revision of core by its id
-- and another by its label; and a lone one.
SELECT id, migrate_register(id, up, down, message, parents, needs, labels)
FROM (VALUES
    (1, 'c1', 'CREATE TABLE core (i int)', 'DROP TABLE core', 'feat(core): first table',
     '{}'::text[], '{}'::text[], '{core}'::text[]),
    (2, 'c2', 'ALTER TABLE core ADD a int', 'ALTER TABLE core DROP a', 'fix: one more column',
     '{c1}', '{}', '{}'),
    (3, 'c3', 'ALTER TABLE core ADD b int', 'ALTER TABLE core DROP b', 'no type here',
     '{c1}', '{}', '{side}'),
    (4, 'p1', 'CREATE TABLE plug (i int)', 'DROP TABLE plug', 'feat(plug)!: it begins',
     '{}', '{}', '{plug}'),
    (5, 'p2', 'CREATE VIEW plug_a AS SELECT a FROM core', 'DROP VIEW plug_a', '',
     '{p1}', '{c2}', '{}'),
    (6, 'p3', 'CREATE VIEW plug_b AS SELECT b FROM core', 'DROP VIEW plug_b',
     'refactor(plug, core): two scopes', '{p2}', '{side}', '{}'),
    (7, 'alone', 'CREATE TABLE alone ()', 'DROP TABLE alone', 'docs : no', '{}', '{}', '{}'))
    v (n, id, up, down, message, parents, needs, labels)
ORDER BY n;
-- Bases, forks and heads, as registered.
SELECT revision, branch_labels, is_current FROM migrate_bases();
SELECT revision, is_branch_point FROM migrate_branches();
SELECT revision, branch_labels, depends_on FROM migrate_heads();
-- What the message says of type and scope, where it says so.
SELECT revision, message, message_type, message_scope FROM migrate_history() ORDER BY revision;
-- A label belongs to what follows, and to what is below, down to the fork.
SELECT revision, branch_labels FROM migrate_history() ORDER BY revision;
-- A dependency by label is one on the revision that carries it: p3 brings c3.
SELECT revision, direction, is_other_line FROM migrate_plan('plug@head');
SELECT revision FROM migrate_upgrade('plug@head');
SELECT revision FROM migrate_current();
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1;
-- Not everything is applied: the check says how much, and what.
SELECT migrate_check();
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_upgrade('heads');
SELECT migrate_check();
-- At head: rows are fewer than heads, for p3 needs the other line's two heads.
SELECT revision, is_head FROM migrate_current();
-- A downgrade of core takes plug's revisions along, and says so; the plan marks them.
SELECT revision, direction, is_other_line FROM migrate_plan('core@base', 'downgrade');
SELECT revision FROM migrate_downgrade('c2@c1');
SELECT revision FROM migrate_current();
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1;
-- Nothing of another line: nothing is said.
SELECT revision FROM migrate_downgrade('plug@base');
SELECT revision FROM migrate_downgrade('core@base');
SELECT revision FROM migrate_current();
-- The check names all that is pending, in the order of registration.
SELECT migrate_check();
\echo :LAST_ERROR_SQLSTATE
-- What takes no part in a merge: fewer than two, the same twice, an ancestor, and what is unknown.
SELECT migrate_merge('{}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_merge('{c2}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_merge('{c2,c2}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_merge('{c1,c2}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_merge('{c2,nothing}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_merge('{c2,NULL}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_merge(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) AS revisions FROM migrate.revision;
-- A merge of what is there: an empty revision with both parents, which can be taken back.
SELECT migrate_merge('{c2,side}', 'both sides') AS merged \gset
SELECT :'merged' ~ '^[0-9a-f]{12}$' AS is_generated;
SELECT down_revision, message, up = '' AS no_up, down = '' AS no_down
FROM migrate_show(:'merged');
SELECT replace(revision, :'merged', 'MERGED') AS revision FROM migrate_heads();
SELECT replace(revision, :'merged', 'MERGED') AS revision FROM migrate_branches();
SELECT replace(revision, :'merged', 'MERGED') AS revision, statements
FROM migrate_upgrade('core@head');
SELECT is_merge_point, is_current FROM migrate_history() WHERE revision = :'merged';
SELECT replace(revision, :'merged', 'MERGED') AS revision FROM migrate_downgrade('core@c3');
SELECT revision FROM migrate_current();
SELECT migrate_unregister(:'merged');
-- Without a message it says what it merges; heads are a target, too, and leave one head.
SELECT migrate_merge('{c2,c3}') AS merged \gset
SELECT message FROM migrate_show(:'merged');
SELECT migrate_unregister(:'merged');
SELECT migrate_merge('{heads}') AS merged \gset
SELECT down_revision FROM migrate_show(:'merged');
SELECT count(*) AS heads FROM migrate_heads();
SELECT migrate_unregister(:'merged');
-- A head that another one depends on is merged like any other.  Without the merge it is no row
-- while that one is applied; what goes below it takes the other line along.
SELECT migrate_merge('{p3,c3}') AS merged \gset
SELECT replace(revision, :'merged', 'MERGED') AS revision, down_revision FROM migrate_heads();
SELECT replace(revision, :'merged', 'MERGED') AS revision
FROM migrate_upgrade(:'merged');
SELECT replace(revision, :'merged', 'MERGED') AS revision FROM migrate_current();
SELECT replace(revision, :'merged', 'MERGED') AS revision, is_other_line
FROM migrate_plan('c3@c1', 'downgrade');
SELECT replace(revision, :'merged', 'MERGED') AS revision FROM migrate_downgrade('c3');
SELECT revision FROM migrate_current();
SELECT revision FROM migrate_downgrade('plug@base');
SELECT revision FROM migrate_current();
SELECT migrate_unregister(:'merged');
SELECT revision FROM migrate_downgrade('base');
DROP EXTENSION migrate;
-- Pictures: a fork and a merge with one more on top, and a second line that depends on it.
CREATE EXTENSION migrate;
SELECT count(migrate_register(id, '', '', message, parents, needs, labels)) AS registered
FROM (VALUES
    ('a1', 'the first', '{}'::text[], '{}'::text[], '{}'::text[]),
    ('b1', 'left "arm"', '{a1}', '{}', '{left}'),
    ('c1', 'right <arm>', '{a1}', '{}', '{}'),
    ('m1', E'both\nof them', '{b1,c1}', '{}', '{}'),
    ('n1', '', '{m1}', '{}', '{}'),
    ('p1', 'plug-in', '{}', '{}', '{plug}'),
    ('p2', 'needs the left arm', '{p1}', '{left}', '{}')) v (id, message, parents, needs, labels);
SELECT * FROM migrate_graph();
SELECT revision FROM migrate_upgrade('m1');
SELECT revision FROM migrate_upgrade('p1');
\pset tuples_only on
SELECT * FROM migrate_graph('text');
SELECT * FROM migrate_graph('mermaid');
SELECT * FROM migrate_graph('dot');
\pset tuples_only off
SELECT revision FROM migrate_upgrade('heads');
SELECT * FROM migrate_graph();
SELECT migrate_check();
SELECT * FROM migrate_graph('svg');
\echo :LAST_ERROR_SQLSTATE
-- A line that is a stack is drawn as one; another prefix has a picture of its own.
SELECT migrate_create_prefix('stack');
SELECT count(*) FROM migrate_graph('text', 'stack');
SELECT migrate_register('s1', '', '', 'one', prefix => 'stack'),
       migrate_register('s2', '', '', 'two', prefix => 'stack');
SELECT * FROM migrate_graph('text', 'stack');
SELECT migrate_check('stack');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_upgrade('head', 'stack');
SELECT migrate_check('stack');
SELECT migrate_register('s3', '', '', 'three', prefix => 'stack');
SELECT migrate_check('stack');
\echo :LAST_ERROR_SQLSTATE
-- The check of one prefix does not look at another.
SELECT migrate_check();
DROP EXTENSION migrate;
