\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- What a registration leaves behind: one line per revision, in the order of registration.
CREATE VIEW registered AS
    SELECT id, down_revision, depends_on, branch_labels AS labels, is_head
    FROM migrate.revision ORDER BY prefix, ordinal;
-- The first revision is a base and makes the default prefix, which belongs to who made it.
SELECT migrate_register('a1', 'CREATE TABLE t (i int)', 'DROP TABLE t', 'the table');
SELECT name, owner = current_user AS mine, schema, naming, isolation, template FROM migrate.prefix;
TABLE registered;
-- Nothing runs when a revision is registered.
SELECT to_regclass('t') AS t;
SELECT count(*) AS rows FROM migrate.version;
SELECT count(*) AS log FROM migrate.log;
-- The same content again changes nothing.
SELECT migrate_register('a1', 'CREATE TABLE t (i int)', 'DROP TABLE t', 'the table');
SELECT migrate_register('a1', 'CREATE TABLE t (i int)', 'DROP TABLE t', 'the table',
                        down_revision => '{}');
TABLE registered;
-- Without parents the single head is the parent.
SELECT migrate_register('b1', 'ALTER TABLE t ADD j int', 'ALTER TABLE t DROP j');
SELECT migrate_register('c1', 'ALTER TABLE t ADD k int', 'ALTER TABLE t DROP k');
TABLE registered;
-- An old revision again, without parents: still unchanged, though the head is another one now.
SELECT migrate_register('a1', 'CREATE TABLE t (i int)', 'DROP TABLE t', 'the table');
SELECT migrate_register('b1', 'ALTER TABLE t ADD j int', 'ALTER TABLE t DROP j');
TABLE registered;
-- Parents on a revision that has a child already make a branch.
SELECT migrate_register('b2', 'SELECT 2', NULL, down_revision => '{a1}');
TABLE registered;
-- Without parents and with several heads: refused, the heads are named, nothing is registered.
SELECT migrate_register('d1', 'SELECT 1');
\echo :LAST_ERROR_SQLSTATE
TABLE registered;
-- But what is there already is still recognized.
SELECT migrate_register('b1', 'ALTER TABLE t ADD j int', 'ALTER TABLE t DROP j');
-- Several parents merge.
SELECT migrate_register('m1', 'SELECT 1', 'SELECT 1', down_revision => '{c1,b2}');
TABLE registered;
-- No parents at all make a new base, with labels and a dependency by id and by label.
SELECT migrate_register('p1', 'SELECT 1', 'SELECT 1', 'plug in', down_revision => '{}',
                        branch_labels => '{plug,in}');
SELECT migrate_register('p2', 'SELECT 1', 'SELECT 1', down_revision => '{p1}',
                        depends_on => '{b1}');
SELECT migrate_register('q1', 'SELECT 1', 'SELECT 1', down_revision => '{}',
                        depends_on => '{plug}');
TABLE registered;
-- Only a parent stops being a head, a dependency does not.
SELECT revision FROM migrate_heads() ORDER BY 1;
-- Other content of a revision that is not applied anywhere replaces it, each part of it.
SELECT migrate_register('q1', 'SELECT 2', 'SELECT 1', down_revision => '{}',
                        depends_on => '{plug}');
SELECT migrate_register('q1', 'SELECT 2', 'SELECT 2', down_revision => '{}',
                        depends_on => '{plug}');
SELECT migrate_register('q1', 'SELECT 2', NULL, down_revision => '{}', depends_on => '{plug}');
SELECT migrate_register('q1', 'SELECT 2', NULL, 'words', down_revision => '{}',
                        depends_on => '{plug}');
SELECT migrate_register('q1', 'SELECT 2', NULL, 'words', down_revision => '{}');
SELECT migrate_register('q1', 'SELECT 2', NULL, 'words', down_revision => '{}',
                        branch_labels => '{queue}');
SELECT migrate_register('q1', 'SELECT 2', NULL, 'words', down_revision => '{}',
                        branch_labels => '{queue}');
SELECT id, message, up, down, down_revision, depends_on, branch_labels, is_head
FROM migrate.revision WHERE id = 'q1';
-- The checksum is SHA-256 of the up text, a zero byte and the down text.
SELECT id, checksum = sha256(convert_to(up, 'UTF8') || '\x00' || convert_to(down, 'UTF8')) AS fits
FROM migrate.revision WHERE down IS NOT NULL ORDER BY ordinal;
-- A revision moves to another parent: both parents know.
SELECT migrate_register('q1', 'SELECT 2', NULL, 'words', down_revision => '{m1}',
                        branch_labels => '{queue}');
TABLE registered;
SELECT migrate_register('q1', 'SELECT 2', NULL, 'words', down_revision => '{p2}',
                        branch_labels => '{queue}');
TABLE registered;
-- In every state a head is what no other revision names as parent.
CREATE VIEW wrong_heads AS
    SELECT id FROM migrate.revision r
    WHERE is_head <> NOT EXISTS (SELECT FROM migrate.revision c
                                 WHERE c.prefix = r.prefix AND r.id = ANY (c.down_revision));
TABLE wrong_heads;
-- Once applied, other content is refused, and the answer says what differs.
SELECT revision FROM migrate_upgrade('c1');
SELECT migrate_register('a1', 'CREATE TABLE t (i bigint)', 'DROP TABLE t', 'the table');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('b1', 'ALTER TABLE t ADD j int', NULL, 'words');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('c1', 'SELECT', 'SELECT', 'words', '{}', '{p1}', '{label}');
\echo :LAST_ERROR_SQLSTATE
SELECT id, up, down, message, down_revision FROM migrate.revision WHERE id IN ('a1', 'b1', 'c1')
ORDER BY ordinal;
-- The same content is still unchanged, and what is above can still be replaced.
SELECT migrate_register('c1', 'ALTER TABLE t ADD k int', 'ALTER TABLE t DROP k');
SELECT migrate_register('m1', 'SELECT 3', 'SELECT 3', down_revision => '{c1,b2}');
-- After the downgrade it can be replaced again.
SELECT revision FROM migrate_downgrade('b1');
SELECT migrate_register('c1', 'ALTER TABLE t ADD k text', 'ALTER TABLE t DROP k');
SELECT revision FROM migrate_upgrade('c1');
SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0
ORDER BY attnum;
TABLE wrong_heads;
-- A replacement cannot close a circle.
SELECT migrate_register('p1', 'SELECT 1', 'SELECT 1', 'plug in', down_revision => '{q1}',
                        branch_labels => '{plug,in}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('p1', 'SELECT 1', 'SELECT 1', 'plug in', down_revision => '{}',
                        depends_on => '{q1}', branch_labels => '{plug,in}');
\echo :LAST_ERROR_SQLSTATE
-- Nor take away a label that others depend on.
SELECT migrate_register('r1', 'SELECT 1', down_revision => '{}', depends_on => '{in}');
SELECT migrate_register('p1', 'SELECT 1', 'SELECT 1', 'plug in', down_revision => '{}',
                        branch_labels => '{plug}');
\echo :LAST_ERROR_SQLSTATE
TABLE registered;
TABLE wrong_heads;
-- Labels and ids share one set of names.
SELECT migrate_register('plug', 'SELECT 1', down_revision => '{}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('s1', 'SELECT 1', down_revision => '{}', branch_labels => '{a1}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('s1', 'SELECT 1', down_revision => '{}', branch_labels => '{x,x}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('s1', 'SELECT 1', down_revision => '{}', branch_labels => '{s1}');
\echo :LAST_ERROR_SQLSTATE
-- The same parent or dependency twice counts once: no merge.
SELECT migrate_register('s1', 'SELECT 1', down_revision => '{r1,r1}', depends_on => '{p2,p2}');
SELECT revision, is_merge_point FROM migrate_history('r1:s1');
SELECT revision FROM migrate_plan('s1-1');
SELECT migrate_unregister('s1');
-- A parent must be registered; a label is no parent.
SELECT migrate_register('s1', 'SELECT 1', down_revision => '{m1,nothing}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('s1', 'SELECT 1', down_revision => '{plug}');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_register('s1', 'SELECT 1', down_revision => '{m1}', depends_on => '{nothing}');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) AS s1 FROM migrate.revision WHERE id = 's1';
-- migrate_create makes an id of twelve hexadecimal digits; the rest is as migrate_register does it.
SELECT migrate_create('made', 'CREATE TABLE made ()', 'DROP TABLE made', '{m1}') AS made \gset
SELECT :'made' ~ '^[0-9a-f]{12}$' AS is_hex;
SELECT message, up, down, down_revision, is_head FROM migrate.revision WHERE id = :'made';
-- Its texts are empty unless given: a step to fill in, and there is a way back.
SELECT migrate_create('empty', down_revision => ARRAY[:'made']) AS empty \gset
SELECT :'made' <> :'empty' AS differ;
SELECT message, up, down, down_revision = ARRAY[:'made'] AS on_made, is_head
FROM migrate.revision WHERE id = :'empty';
TABLE wrong_heads;
-- Unregister takes out what is not applied and not needed.
SELECT migrate_unregister(:'empty');
SELECT migrate_unregister(:'made');
TABLE registered;
TABLE wrong_heads;
-- Not what is applied, what is a parent, what others depend on by id or by label.
SELECT migrate_unregister('a1');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_unregister('c1');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_unregister('b2');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_unregister('p1');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_unregister('q1');
SELECT migrate_unregister('p2');
SELECT migrate_unregister('p1');
\echo :LAST_ERROR_SQLSTATE
-- Only by its whole id.
SELECT migrate_unregister('r');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_unregister('plug');
\echo :LAST_ERROR_SQLSTATE
SELECT migrate_unregister('q1');
\echo :LAST_ERROR_SQLSTATE
TABLE registered;
TABLE wrong_heads;
-- Not below an applied revision either, though its own row is long gone.
SELECT revision FROM migrate_current();
SELECT migrate_unregister('b1');
\echo :LAST_ERROR_SQLSTATE
-- All of it can be taken back by the caller's transaction.
BEGIN;
SELECT migrate_register('z1', 'SELECT 1', down_revision => '{m1}');
SELECT migrate_unregister('z1');
SELECT migrate_register('z1', 'SELECT 1', down_revision => '{m1}');
TABLE wrong_heads;
ROLLBACK;
SELECT count(*) AS z1 FROM migrate.revision WHERE id = 'z1';
TABLE wrong_heads;
-- Two revisions of one statement see one another.
SELECT id, migrate_register(id, 'SELECT 1', 'SELECT 1', down_revision => parents)
FROM (VALUES (1, 'y1', '{m1}'::text[]), (2, 'y2', '{y1}'), (3, 'y3', '{y2}')) v (n, id, parents);
TABLE wrong_heads;
SELECT revision, down_revision FROM migrate_history('y1:y3');
DROP VIEW wrong_heads, registered;
DROP EXTENSION migrate;
DROP TABLE t;
