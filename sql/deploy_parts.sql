-- Revisions with statements that refuse a transaction, and texts that mix them with others.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE DATABASE regress_migrate_parts;
\c regress_migrate_parts
CREATE EXTENSION migrate;
SET migrate.progress = none;
CREATE VIEW standing AS
SELECT state, current, pending, last_run, running_revision, leftovers FROM migrate_status();
CREATE VIEW indexes AS
SELECT c.relname AS index, i.indisvalid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
JOIN pg_class AS t ON t.oid = i.indrelid WHERE t.relname = 'orders' ORDER BY 1;
CREATE VIEW failures AS
SELECT revision, direction, outcome, statements, error_sqlstate, error_statement, error_line
FROM migrate.log WHERE outcome = 'failed' ORDER BY started_at;

SELECT migrate_register('orders', $$
CREATE TABLE orders (id int, note text);
CREATE TABLE ran (statement text);
INSERT INTO orders SELECT i, 'note ' || i FROM generate_series(1, 100) AS i;
$$, 'DROP TABLE orders, ran');

-- Told when it is registered; SELECT does not run it, and says who does.
SELECT migrate_register('index', 'CREATE INDEX CONCURRENTLY orders_id ON orders (id)',
    'DROP INDEX CONCURRENTLY orders_id');
SELECT migrate_check();
SELECT * FROM migrate_upgrade();
\echo :LAST_ERROR_SQLSTATE
SELECT to_regclass('orders');
CALL migrate_deploy();
TABLE indexes;
SELECT revision, type, identity FROM migrate.object WHERE identity LIKE '%orders_id';
SELECT * FROM migrate_downgrade();
CALL migrate_revert();
TABLE indexes;
SELECT revision, type, identity FROM migrate.object WHERE identity LIKE '%orders_id';
CALL migrate_deploy();

-- Every kind of statement that refuses a transaction.
SELECT migrate_register('kinds', $$
REINDEX INDEX CONCURRENTLY orders_id;
REINDEX TABLE CONCURRENTLY orders;
VACUUM orders;
VACUUM (FULL, ANALYZE) orders;
CLUSTER orders USING orders_id;
CLUSTER;
CREATE TABLE days (day date) PARTITION BY RANGE (day);
CREATE TABLE days_old PARTITION OF days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
ALTER TABLE days DETACH PARTITION days_old CONCURRENTLY;
CREATE DATABASE regress_migrate_parts_other;
ALTER DATABASE regress_migrate_parts_other SET TABLESPACE pg_default;
$$, $$
DROP DATABASE regress_migrate_parts_other;
DROP TABLE days, days_old;
DROP INDEX CONCURRENTLY IF EXISTS nothing;
$$);
CALL migrate_deploy();
TABLE indexes;
SELECT count(*) FROM pg_inherits WHERE inhrelid = 'days_old'::regclass;
SELECT count(*) FROM pg_database WHERE datname = 'regress_migrate_parts_other';
SELECT revision, outcome, statements FROM migrate.log WHERE revision = 'kinds';
CALL migrate_revert();
SELECT count(*) FROM pg_database WHERE datname = 'regress_migrate_parts_other';
SELECT to_regclass('days'), to_regclass('days_old');
TABLE standing;

-- A mixed text fails in the middle: what is done stays, and is not done again.
SELECT migrate_unregister('kinds');
SELECT migrate_register('unique', $$
INSERT INTO ran VALUES ('first');
BEGIN;
INSERT INTO ran VALUES ('second');
INSERT INTO ran VALUES ('third');
COMMIT;
CREATE UNIQUE INDEX CONCURRENTLY orders_note ON orders (left(note, 6));
INSERT INTO ran VALUES ('fourth');
$$, $$
DELETE FROM ran;
DROP INDEX CONCURRENTLY orders_note;
$$);
CALL migrate_deploy();
\echo :LAST_ERROR_SQLSTATE
TABLE standing;
TABLE indexes;
TABLE failures;
TABLE ran;
-- Others say what to do; register may go on as long as the done part stays.
SELECT * FROM migrate_upgrade();
SELECT * FROM migrate_downgrade();
CALL migrate_revert();
SELECT migrate_unregister('unique');
SELECT migrate_register('unique', $$
INSERT INTO ran VALUES ('changed');
CREATE INDEX CONCURRENTLY orders_note ON orders (note);
$$, 'DROP INDEX CONCURRENTLY orders_note');
CALL migrate_deploy();
SELECT migrate_register('unique', $$
INSERT INTO ran VALUES ('first');
BEGIN;
INSERT INTO ran VALUES ('second');
INSERT INTO ran VALUES ('third');
COMMIT;
CREATE UNIQUE INDEX CONCURRENTLY orders_note ON orders (note);
INSERT INTO ran VALUES ('fourth');
$$, $$
DELETE FROM ran;
DROP INDEX CONCURRENTLY orders_note;
$$);
CALL migrate_deploy();
TABLE standing;
TABLE indexes;
TABLE ran;
-- Back again, failing in the middle as well.
SELECT migrate_register('down', '', $$
INSERT INTO ran VALUES ('back');
VACUUM ran;
SELECT 1 / (SELECT count(*) FROM ran WHERE statement = 'ready');
DELETE FROM ran WHERE statement IN ('back', 'ready');
$$);
CALL migrate_deploy();
CALL migrate_revert();
TABLE standing;
CALL migrate_deploy('head');
SELECT migrate_register('later', '', '');
CALL migrate_deploy();
INSERT INTO ran VALUES ('ready');
CALL migrate_revert('unique');
TABLE standing;
TABLE ran;
SELECT migrate_unregister('later');

-- A transaction block that fails is not done at all.
SELECT migrate_register('block', $$
VACUUM ran;
BEGIN;
INSERT INTO ran VALUES ('lost');
SELECT 1 / 0;
COMMIT;
$$, '', down_revision => '{unique}');
CALL migrate_deploy('block');
SELECT count(*) FROM ran WHERE statement = 'lost';
TABLE standing;
-- Whoever has cleaned up by hand says so.
SELECT * FROM migrate_stamp('{unique}');
TABLE standing;
SELECT migrate_unregister('block');
SELECT migrate_register('block', 'BEGIN; VACUUM ran; COMMIT', '', down_revision => '{unique}');

-- An index that somebody else's failure has left is not taken for done.
CREATE UNIQUE INDEX CONCURRENTLY leftover ON orders ((id / 10));
SELECT migrate_register('tolerant',
    'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS leftover ON orders (id)', '',
    down_revision => '{unique}');
CALL migrate_deploy('tolerant');
TABLE standing;
DROP INDEX leftover;
CALL migrate_deploy('tolerant');
TABLE indexes;
-- One that is there and valid is.
CALL migrate_revert('unique');
CALL migrate_deploy('tolerant');
TABLE standing;
CALL migrate_revert('unique');
-- An index without a name is known by its oid.
SELECT migrate_register('unnamed', 'CREATE UNIQUE INDEX CONCURRENTLY ON orders ((id / 2))', '',
    down_revision => '{unique}');
CALL migrate_deploy('unnamed');
TABLE standing;
DROP INDEX leftover;
UPDATE orders SET id = id * 2;
CALL migrate_deploy('unnamed');
TABLE indexes;
TABLE standing;

-- What a text sets holds for its later statements, also at top level; and for nothing after it.
SELECT migrate_register('settings', $$
SET maintenance_work_mem = '5MB';
SET search_path = elsewhere, public;
SET seed = 0.5;
SET transaction_isolation = 'read committed';
CREATE SCHEMA elsewhere;
CREATE TABLE things (i int);
CREATE INDEX CONCURRENTLY ON things (i);
RESET search_path;
CREATE TABLE seen AS SELECT current_setting('maintenance_work_mem') AS memory,
    current_setting('search_path') AS path;
$$, $$
DROP SCHEMA elsewhere CASCADE;
DROP TABLE seen;
$$, down_revision => '{unnamed}');
CREATE TEMP TABLE settings_before AS SELECT name, setting, source FROM pg_settings;
CALL migrate_deploy('settings');
\d elsewhere.things
TABLE seen;
SELECT name, setting, source FROM pg_settings EXCEPT TABLE settings_before;
CALL migrate_revert('unnamed');

-- The fence stands at top level as well.
SELECT migrate_create_prefix('bare');
SELECT migrate_register('f1', 'CREATE INDEX CONCURRENTLY bare_index ON orders (id)', prefix => 'bare');
CALL migrate_deploy(prefix => 'bare');
\echo :LAST_ERROR_SQLSTATE
SELECT state, current, pending, last_run, running_revision, leftovers FROM migrate_status('bare');
SELECT migrate_register('f1', 'REINDEX TABLE CONCURRENTLY orders', prefix => 'bare');
CALL migrate_deploy(prefix => 'bare');
SELECT migrate_register('f1', 'DROP INDEX CONCURRENTLY orders_id', prefix => 'bare');
CALL migrate_deploy(prefix => 'bare');
TABLE indexes;
-- Whoever drops a prefix forgets what was left half done.
SELECT migrate_register('f1', 'CREATE TABLE bare (); CREATE INDEX CONCURRENTLY ON bare (nothing)',
    prefix => 'bare');
CALL migrate_deploy(prefix => 'bare');
SELECT revision, statements FROM migrate.run;
SELECT migrate_drop_prefix('bare');
SELECT migrate_drop_prefix('bare', force => true);
TABLE migrate.run;

-- As another role: the owner's rights count, for ordinary statements and others.
CREATE ROLE regress_migrate_owner;
CREATE ROLE regress_migrate_member;
GRANT regress_migrate_owner TO regress_migrate_member;
GRANT CREATE ON SCHEMA public TO regress_migrate_owner;
SELECT migrate_create_prefix('shop', owner => 'regress_migrate_owner');
SELECT migrate_register('s1', $$
CREATE TABLE shop_items (i int);
CREATE INDEX CONCURRENTLY shop_items_i ON shop_items (i);
COMMENT ON TABLE shop_items IS 'made here';
VACUUM shop_items;
$$, 'DROP TABLE shop_items', prefix => 'shop');
SELECT migrate_register('s2', 'CREATE INDEX CONCURRENTLY shop_no ON orders (id)', prefix => 'shop');
SELECT migrate_register('s3', 'REINDEX TABLE CONCURRENTLY orders', prefix => 'shop',
    down_revision => '{s1}');
SELECT migrate_register('s4', 'SELECT 1; VACUUM shop_items', '', prefix => 'shop',
    down_revision => '{s1}');
SELECT migrate_register('s5', 'SET ROLE regress_migrate_member; VACUUM shop_items', prefix => 'shop',
    down_revision => '{s1}');
SET ROLE regress_migrate_member;
CALL migrate_deploy('s1', 'shop');
RESET ROLE;
SELECT relname, relowner::regrole FROM pg_class WHERE relname LIKE 'shop%' ORDER BY 1;
SELECT role, session_role = session_user AS by_me, outcome FROM migrate.log WHERE prefix = 'shop';
CALL migrate_deploy('s2', 'shop');
CALL migrate_deploy('s3', 'shop');
CALL migrate_deploy('s4', 'shop');
CALL migrate_deploy('s5', 'shop');
SELECT current_user = session_user AS is_me;
SELECT state, current, last_run, running_revision FROM migrate_status('shop');
CALL migrate_revert('base', 'shop');
-- Where a text has the session to itself, it cannot let go of what the deploy itself has locked.
RESET ROLE;
SELECT migrate_create_prefix('locks');
SELECT migrate_register('k1', 'CREATE TABLE locks_t (); SELECT pg_advisory_unlock_all(); VACUUM locks_t',
    'DROP TABLE locks_t', prefix => 'locks');
CALL migrate_deploy(prefix => 'locks');
CALL migrate_revert(prefix => 'locks');
CREATE ROLE regress_migrate_stranger;
SET ROLE regress_migrate_stranger;
CALL migrate_deploy(prefix => 'shop');
RESET ROLE;
SELECT count(*) FROM pg_locks WHERE locktype = 'object' AND pid = pg_backend_pid();

\c contrib_regression
DROP DATABASE regress_migrate_parts;
DROP ROLE regress_migrate_owner, regress_migrate_member, regress_migrate_stranger;
