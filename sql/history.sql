\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- Before anything is registered there is nothing to see, and no error.
SELECT revision FROM migrate_history();
SELECT revision FROM migrate_heads();
SELECT revision FROM migrate_current();
SELECT prefix FROM migrate_status();
-- A history with a fork, labels, a merge, a second line and a dependency.
SELECT id, migrate_register(id, up, down, message, parents, needs, labels)
FROM (VALUES
    (1, 'a1', 'CREATE TABLE a (i int)', 'DROP TABLE a', 'first table', '{}'::text[], '{}'::text[],
     '{}'::text[]),
    (2, 'b1', 'ALTER TABLE a ADD b int', 'ALTER TABLE a DROP b', 'left arm', '{a1}', '{}',
     '{left}'),
    (3, 'c1', 'ALTER TABLE a ADD c int', 'ALTER TABLE a DROP c', 'right arm', '{a1}', '{}',
     '{right}'),
    (4, 'c2', 'CREATE INDEX ON a (c)', NULL, 'right arm goes on', '{c1}', '{}', '{}'),
    (5, 'm1', '', '', 'both arms', '{b1,c2}', '{}', '{}'),
    (6, 'p1', 'CREATE TABLE p ()', 'DROP TABLE p', 'plug-in', '{}', '{}', '{plug}'),
    (7, 'p2', 'ALTER TABLE p ADD p int', 'ALTER TABLE p DROP p', 'needs the left arm', '{p1}',
     '{left}', '{}')) v (n, id, up, down, message, parents, needs, labels);
SELECT revision FROM migrate_upgrade('m1');
SELECT revision FROM migrate_upgrade('p1');
-- All of it, newest first.
SELECT revision, down_revision, depends_on, branch_labels, message FROM migrate_history();
SELECT revision, is_head, is_current, is_applied, is_branch_point, is_merge_point
FROM migrate_history();
-- When and by whom, for what is applied.
SELECT revision, applied_at <= clock_timestamp() AS has_time, applied_by = current_user AS by_me,
       duration >= '0' AS has_duration
FROM migrate_history();
-- Ranges: both ends belong to it, and what is on the way.
SELECT string_agg(revision, ' ') FROM migrate_history(':');
SELECT string_agg(revision, ' ') FROM migrate_history('a1:m1');
SELECT string_agg(revision, ' ') FROM migrate_history('c1:m1');
SELECT string_agg(revision, ' ') FROM migrate_history('c1:c2');
SELECT string_agg(revision, ' ') FROM migrate_history('c2:c2');
SELECT string_agg(revision, ' ') FROM migrate_history('left:');
SELECT string_agg(revision, ' ') FROM migrate_history(':c1');
SELECT string_agg(revision, ' ') FROM migrate_history('base:p2');
SELECT string_agg(revision, ' ') FROM migrate_history('plug@base:plug@head');
SELECT string_agg(revision, ' ') FROM migrate_history('-1:c2');
SELECT string_agg(revision, ' ') FROM migrate_history('a1:right@+1');
SELECT string_agg(revision, ' ') FROM migrate_history('current:heads');
SELECT string_agg(revision, ' ') FROM migrate_history('plug@current:p2');
SELECT string_agg(revision, ' ') FROM migrate_history(':heads');
-- Ranges that are none.
SELECT revision FROM migrate_history('c2:c1');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_history('p1:m1');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_history('-1:+1');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_history('a1:+1');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_history(':head');
\echo :LAST_ERROR_SQLSTATE
-- Heads and rows.
SELECT revision, message, branch_labels, is_current FROM migrate_heads();
SELECT prefix, revision, message, is_head, is_missing, applied_at IS NOT NULL AS has_time,
       applied_by = current_user AS by_me
FROM migrate_current();
-- One revision with its texts, by id, start of an id, label, and relative to others.
SELECT prefix, revision, down_revision, depends_on, branch_labels, message, is_head, is_current,
       is_applied, registered_at IS NOT NULL AS has_time, registered_by = current_user AS by_me,
       up, down
FROM migrate_show('p2');
SELECT revision, up, down FROM migrate_show('c2');
SELECT revision FROM migrate_show('m');
SELECT revision FROM migrate_show('right');
SELECT revision FROM migrate_show('m1-1');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_show('c2-1');
SELECT revision FROM migrate_show('plug@head');
SELECT revision FROM migrate_show('head');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_show('heads');
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrate_show('base');
\echo :LAST_ERROR_SQLSTATE
-- Plans, either way.
SELECT revision, direction, message, is_other_line, is_transactional, is_reversible
FROM migrate_plan('heads');
SELECT revision, direction, is_reversible FROM migrate_plan('c1');
SELECT revision, direction FROM migrate_plan('b1', 'upgrade');
SELECT revision, direction FROM migrate_plan('plug@base');
SELECT revision, direction FROM migrate_plan('base', 'downgrade');
-- Status of every prefix.
CREATE SCHEMA stores;
SELECT migrate_create_prefix('store', schema => 'stores');
SELECT migrate_create_prefix('shop', schema => 'stores', template => 'store');
SELECT migrate_register('s1', 'CREATE TABLE @prefix@_s ()', 'DROP TABLE @prefix@_s',
                        prefix => 'store');
SELECT migrate_register('s2', '', prefix => 'store');
SELECT prefix, revision FROM migrate_upgrade('s1', 'shop');
SELECT prefix, owner = current_user AS mine, schema, template, current, heads, pending, last_run,
       last_run_at IS NOT NULL AS has_time, running_pid, running_query
FROM migrate_status();
SELECT prefix, pending FROM migrate_status('shop');
SELECT prefix, pending FROM migrate_status('');
-- While a transaction that ran revisions is open, the status says who it is.
BEGIN;
SELECT prefix, revision FROM migrate_upgrade('head', 'shop');
SELECT prefix, current, pending, last_run, running_pid = pg_backend_pid() AS is_me
FROM migrate_status();
ROLLBACK;
SELECT prefix, current, pending, last_run, running_pid FROM migrate_status('shop');
-- An instance of a template has its own rows and the template's revisions.
SELECT prefix, revision, is_current, is_applied FROM migrate_history(prefix => 'shop');
SELECT prefix, revision, is_current, is_applied FROM migrate_history(prefix => 'store');
SELECT prefix, revision FROM migrate_current('shop');
SELECT prefix, revision, up FROM migrate_show('s1', 'shop');
-- A stamp moves the rows, says so in the log, and runs nothing.
SELECT prefix, revision FROM migrate_stamp('{heads}');
SELECT revision FROM migrate_current();
SELECT string_agg(attname, ' ' ORDER BY attnum) AS columns FROM pg_attribute
WHERE attrelid = 'p'::regclass AND attnum > 0;
SELECT revision, direction, outcome, statements, checksum IS NULL AS no_text
FROM migrate.log WHERE prefix = '' AND direction = 'stamp' ORDER BY revision, outcome;
SELECT prefix, revision FROM migrate_stamp('{c1,p1}');
SELECT prefix, revision FROM migrate_stamp('{left}');
SELECT prefix, revision FROM migrate_stamp('{plug@base}');
SELECT prefix, revision FROM migrate_stamp('{head}');
\echo :LAST_ERROR_SQLSTATE
SELECT prefix, revision FROM migrate_stamp('{m1}', true);
SELECT prefix, revision FROM migrate_stamp('{}');
SELECT prefix, revision FROM migrate_stamp('{base}');
SELECT revision FROM migrate_current();
SELECT prefix, current, pending FROM migrate_status('');
-- What is stamped has a time, too.
SELECT revision FROM migrate_stamp('{b1}');
SELECT revision, is_applied, applied_at IS NOT NULL AS has_time FROM migrate_history('a1:b1');
-- The order is that of registration, however the rows come to lie: many are replaced, and each
-- keeps what belongs to it.
SELECT count(migrate_register('r' || n, 'SELECT 0', CASE WHEN n % 3 > 0 THEN '' END,
                              'number ' || n, '{}', prefix => 'shuffled'))
FROM generate_series(1, 100) AS n, migrate_create_prefix('shuffled', naming => 'any');
SELECT count(migrate_register('r' || n, 'SELECT ' || n, CASE WHEN n % 3 > 0 THEN '' END,
                              'number ' || n, '{}', prefix => 'shuffled'))
FROM generate_series(1, 40) AS i, LATERAL (VALUES (1 + i * 37 % 97)) AS r (n);
SELECT count(*), bool_and(revision = 'r' || n AND message = 'number ' || n
                          AND is_reversible = (n % 3 > 0)) AS in_order
FROM ROWS FROM (migrate_plan('heads', prefix => 'shuffled')) WITH ORDINALITY
     AS p (prefix, revision, direction, message, is_other_line, is_transactional, is_reversible, n);
DROP EXTENSION migrate;
DROP TABLE a, p;
DROP SCHEMA stores CASCADE;
