\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
--
-- Nothing to verify.
--
SELECT * FROM migrate_verify();
CREATE ROLE regress_migrate_keeper;
CREATE SCHEMA shop AUTHORIZATION regress_migrate_keeper;
SET ROLE regress_migrate_keeper;
SELECT migrate_create_prefix('shop', schema => 'shop', naming => 'any');
SET migrate.prefix = 'shop';
SELECT migrate_register('first', $$
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL DEFAULT 'new', price numeric(8, 2),
                   how mood);
CREATE INDEX item_price ON item (price);
CREATE FUNCTION total() RETURNS numeric LANGUAGE sql AS 'SELECT sum(price) FROM shop.item';
COMMENT ON TABLE item IS 'what we sell';
GRANT SELECT ON item TO PUBLIC;
$$, $$
DROP FUNCTION total();
DROP TABLE item;
$$);
-- The orphaned type goes with the downgrade.
SELECT * FROM migrate_verify();
SELECT * FROM migrate_upgrade() \g /dev/null
INSERT INTO shop.item SELECT i, 'n' || i, i FROM generate_series(1, 100) AS i;
--
-- Down texts that forget something, each found.  One revision at a time: replaced while it
-- is not applied.
--
CREATE FUNCTION pg_temp.verified(up text, down text, OUT kind text, OUT object text, OUT detail text)
RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
    PERFORM migrate_register('next', up, down, down_revision => '{first}');
    RETURN QUERY SELECT v.kind, v.object, v.detail FROM migrate_verify() AS v;
END
$$;
SELECT * FROM pg_temp.verified('CREATE TABLE a (b integer)', 'DROP TABLE a');
-- ENUM types that something else uses by then, and labels
SELECT * FROM pg_temp.verified(
    $$CREATE TYPE size AS ENUM ('s', 'l'); ALTER TABLE item ADD size size$$, '');
SELECT * FROM pg_temp.verified($$ALTER TYPE mood ADD VALUE 'so so' BEFORE 'happy'$$, '');
SELECT * FROM pg_temp.verified('CREATE SEQUENCE numbers', '');
SELECT * FROM pg_temp.verified(
    'CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS ''SELECT 1''', '');
SELECT * FROM pg_temp.verified(
    'CREATE OR REPLACE FUNCTION total() RETURNS numeric LANGUAGE sql AS ''SELECT 1.0''', '');
SELECT kind, object FROM pg_temp.verified(
    'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN RETURN NEW; END'';
     CREATE TRIGGER t BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION f()',
    'DROP FUNCTION f() CASCADE; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql
     AS ''BEGIN RETURN NEW; END''; CREATE TRIGGER t AFTER INSERT ON item
     FOR EACH ROW EXECUTE FUNCTION f()');
SELECT * FROM pg_temp.verified('ALTER TABLE item ALTER price SET DEFAULT 1', '');
SELECT * FROM pg_temp.verified('COMMENT ON TABLE item IS NULL; COMMENT ON COLUMN item.id IS ''x''', '');
SELECT regexp_replace(object, '^', kind || ': ') AS finding
FROM pg_temp.verified('GRANT INSERT ON item TO PUBLIC; REVOKE ALL ON FUNCTION total() FROM PUBLIC', '');
-- Granted and taken back leaves what was there before, though the catalog writes it otherwise.
SELECT * FROM pg_temp.verified('CREATE TABLE a (b integer); GRANT SELECT ON a TO PUBLIC;
    REVOKE SELECT ON a FROM PUBLIC', 'DROP TABLE a');
SELECT * FROM pg_temp.verified('GRANT EXECUTE ON FUNCTION total() TO PUBLIC', '');
SELECT object FROM pg_temp.verified(
    'ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC', '');
SELECT * FROM pg_temp.verified('CREATE INDEX item_name ON item (name)', '');
SELECT * FROM pg_temp.verified('DROP INDEX item_price', '');
SELECT * FROM pg_temp.verified('ALTER TABLE item ALTER name DROP NOT NULL', '');
SELECT * FROM pg_temp.verified('ALTER TABLE item ADD CHECK (price > 0)', '');
-- A column comes back elsewhere, at another type or without its default.
SELECT * FROM pg_temp.verified('ALTER TABLE item DROP name',
                               'ALTER TABLE item ADD name varchar(10) NOT NULL DEFAULT ''new''');
SELECT * FROM pg_temp.verified('ALTER TABLE item DROP how', 'ALTER TABLE item ADD how mood');
-- A down that drops too much, and one that brings only a part back
SELECT * FROM pg_temp.verified('CREATE VIEW cheap AS SELECT id FROM item', 'DROP VIEW cheap; DROP INDEX item_price');
SELECT kind, object FROM pg_temp.verified('SELECT 1', 'DROP TABLE item CASCADE');
SELECT * FROM pg_temp.verified('CREATE TABLE a (b integer)', 'DROP TABLE a; DROP TABLE b');
SELECT * FROM pg_temp.verified('CREATE VIEW cheap AS SELECT id FROM item', NULL);
SELECT * FROM pg_temp.verified('CREATE VIEW cheap AS SELECT no_such FROM item', '');
SELECT * FROM pg_temp.verified('CREATE INDEX CONCURRENTLY x ON item (name)', 'DROP INDEX x');
SELECT * FROM pg_temp.verified('CREATE INDEX x ON item (name)', 'DROP INDEX CONCURRENTLY x');
-- What the second run makes otherwise: a default that depends on what was there before
SELECT * FROM pg_temp.verified($$
DO $d$ BEGIN
    EXECUTE 'ALTER TABLE item ALTER price SET DEFAULT '
        || (SELECT count(*) FROM migrate.log WHERE prefix = 'shop');
END $d$ $$, 'ALTER TABLE item ALTER price DROP DEFAULT');
-- A NOTICE or WARNING of the texts is not passed on.
SELECT * FROM pg_temp.verified('DO $d$ BEGIN RAISE WARNING ''loud''; END $d$', 'DROP TABLE IF EXISTS nothing');
--
-- Several revisions: each, and all together.
--
SELECT migrate_register('next', 'CREATE TABLE a (b integer)', 'DROP TABLE IF EXISTS a', down_revision => '{first}');
SELECT migrate_register('third', 'ALTER TABLE a RENAME TO c', 'ALTER TABLE c RENAME TO a');
SELECT migrate_register('fourth', 'CREATE INDEX c_b ON c (b)', 'DROP INDEX c_b');
SELECT * FROM migrate_verify();
SELECT migrate_register('fourth', 'CREATE INDEX c_b ON c (b)', 'SELECT 1', down_revision => '{third}');
SELECT * FROM migrate_verify();
SELECT * FROM migrate_verify('third');
SELECT migrate_register('third', 'ALTER TABLE a RENAME TO c', 'ALTER TABLE c RENAME TO d', down_revision => '{next}');
SELECT * FROM migrate_verify();
SELECT migrate_register('next', 'CREATE TABLE a (b no_such_type)', 'DROP TABLE a', down_revision => '{first}');
SELECT * FROM migrate_verify();
--
-- Nothing stays: no row, no log entry, no object, no lock.
--
BEGIN;
SELECT count(*) AS locks FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'
    AND relation = 'shop.item'::regclass;
SELECT migrate_register('next', 'ALTER TABLE item ADD x integer; TRUNCATE item', 'ALTER TABLE item DROP x', down_revision => '{first}');
SELECT * FROM migrate_verify('next');
SELECT count(*) AS locks FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'
    AND relation = 'shop.item'::regclass;
SELECT count(*) AS locks FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'object';
SELECT count(*) FROM shop.item;
COMMIT;
SELECT revision, direction FROM migrate.log WHERE prefix = 'shop';
SELECT revision FROM migrate.version WHERE prefix = 'shop';
SELECT DISTINCT revision FROM migrate.object WHERE prefix = 'shop';
SELECT relname FROM pg_class WHERE relnamespace = 'shop'::regnamespace ORDER BY 1;
--
-- Not within a revision, and not by anybody.
--
SELECT migrate_register('within', 'SELECT * FROM migrate_verify()', '', down_revision => '{first}');
SELECT * FROM migrate_upgrade('within');
RESET ROLE;
CREATE ROLE regress_migrate_stranger;
SET ROLE regress_migrate_stranger;
SELECT * FROM migrate_verify(prefix => 'shop');
RESET ROLE;
SELECT * FROM migrate_verify(prefix => 'nobody');
RESET migrate.prefix;
DROP FUNCTION pg_temp.verified(text, text);
DROP SCHEMA shop CASCADE;
DROP EXTENSION migrate;
DROP ROLE regress_migrate_stranger, regress_migrate_keeper;
