-- migrate_stamp with verify => true: only if the schema is what the stamped texts make.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
SET client_min_messages = warning;
CREATE EXTENSION migrate;
CREATE EXTENSION citext;
CREATE SCHEMA lab;
SET search_path = lab, public;
RESET client_min_messages;

-- A schema that somebody has made with another tool, whose version table is there as well.
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
CREATE TYPE state AS ENUM ('open', 'paid', 'lost');
CREATE TABLE orders (id bigserial PRIMARY KEY, state state DEFAULT 'lost', note citext);
CREATE INDEX orders_lost ON orders (id) WHERE state = 'lost';
CREATE SCHEMA app;
CREATE TABLE app.settings (key text PRIMARY KEY);
INSERT INTO orders (note) VALUES ('a');
SET client_min_messages = error;
CREATE PUBLICATION order_changes FOR TABLE orders;
SET client_min_messages = warning;
SELECT migrate_register('a1', $$CREATE TYPE state AS ENUM ('open', 'paid'); CREATE EXTENSION citext;
    CREATE TABLE orders (id serial PRIMARY KEY, state state, old text);
    CREATE TABLE left_over (a integer)$$, '');
SELECT migrate_register('a2', $$ALTER TYPE state ADD VALUE 'lost'$$, '');
SELECT migrate_register('a3', $$ALTER TABLE orders ALTER state SET DEFAULT 'lost', DROP COLUMN old, ADD COLUMN note citext;
    CREATE SCHEMA app; CREATE TABLE app.settings (key text PRIMARY KEY)$$, '');
SELECT migrate_register('a4', $$CREATE INDEX CONCURRENTLY orders_lost ON orders (id) WHERE state = 'lost';
    DROP TABLE left_over; CREATE PUBLICATION order_changes FOR TABLE orders$$, '');
SELECT migrate_register('a5', $$ALTER TABLE orders ALTER id TYPE bigint; ALTER SEQUENCE orders_id_seq AS bigint$$, '');
RESET client_min_messages;
-- Not all of it.
SELECT * FROM migrate_stamp('{a4}', verify => true);
SELECT * FROM migrate_current();
SELECT count(*) FROM migrate.log;
-- All of it; the version table is nobody's.
SELECT * FROM migrate_stamp('{head}', verify => true);
SELECT revision, direction, outcome FROM migrate.log;
SELECT change, object FROM migrate_drift();
SELECT count(*) FROM migrate.object;
SELECT id, state FROM orders;
INSERT INTO orders DEFAULT VALUES RETURNING id, state;
-- Again, and from where it stands.
SELECT revision FROM migrate_stamp('{a5}', true, NULL, true);
-- What is in the way.
CREATE TABLE left_over (b integer);
ALTER TABLE orders ADD COLUMN more integer NOT NULL DEFAULT 1;
ALTER TABLE app.settings ADD COLUMN value text;
SELECT revision FROM migrate_stamp('{a5}', verify => true);
DROP TABLE left_over;
ALTER TABLE orders DROP COLUMN more;
ALTER TABLE app.settings DROP COLUMN value;
-- A stamp that nobody proves says so; of nothing there is nothing to say.
SELECT revision FROM migrate_stamp('{a5}');
SELECT revision FROM migrate_stamp('{base}');
SELECT revision FROM migrate_stamp('{base}', verify => true);

-- Records, if there are any, do not matter for the replay, and stay.
SELECT migrate_create_prefix('shop', naming => 'prefixed');
SELECT migrate_register('s1', 'CREATE TABLE @prefix@_item (id integer)', 'DROP TABLE @prefix@_item', prefix => 'shop');
SELECT migrate_register('s2', 'CREATE TABLE @prefix@_part (id integer)', 'DROP TABLE @prefix@_part', prefix => 'shop');
SELECT revision FROM migrate_upgrade(prefix => 'shop');
SELECT revision FROM migrate_stamp('{s1}', verify => true, prefix => 'shop');
SELECT revision FROM migrate_stamp('{s2}', verify => true, prefix => 'shop');
SELECT identity, revision FROM migrate.object WHERE prefix = 'shop' ORDER BY 1;
-- Many differences.
DO $$ BEGIN FOR i IN 1..23 LOOP EXECUTE format('ALTER TABLE shop_item ADD COLUMN c%s integer', i); END LOOP; END $$;
SELECT revision FROM migrate_stamp('{s2}', verify => true, prefix => 'shop');
DROP TABLE shop_item;
CREATE TABLE shop_item (id integer);

-- Histories that do not run from nothing.
SELECT migrate_register('s3', $$DO $d$ BEGIN IF NOT EXISTS (SELECT FROM @prefix@_item) THEN RAISE 'no rows'; END IF; END $d$ $$, '', prefix => 'shop');
SELECT revision FROM migrate_stamp('{s3}', verify => true, prefix => 'shop');
SELECT migrate_unregister('s3', 'shop');
SELECT migrate_register('s3', 'GRANT pg_monitor TO CURRENT_USER', '', prefix => 'shop');
SELECT revision FROM migrate_stamp('{s3}', verify => true, prefix => 'shop');
SELECT migrate_unregister('s3', 'shop');
-- The texts are not heard, and fire what a run would.
SELECT migrate_register('s3', $$DO $d$ BEGIN RAISE WARNING 'heard'; END $d$ $$, '', prefix => 'shop');
SELECT revision FROM migrate_stamp('{s3}', verify => true, prefix => 'shop');

-- Somebody else's call, as the owner.
SET client_min_messages = warning;
CREATE ROLE regress_verify_owner;
CREATE ROLE regress_verify_caller;
GRANT regress_verify_owner TO regress_verify_caller;
GRANT CREATE, USAGE ON SCHEMA lab TO regress_verify_owner;
SELECT migrate_create_prefix('lab', 'regress_verify_owner');
SELECT migrate_register('l1', 'CREATE TABLE @prefix@_item (id integer DEFAULT 1)', '', prefix => 'lab');
SET ROLE regress_verify_owner;
CREATE TABLE lab_item (id integer DEFAULT 1);
SET ROLE regress_verify_caller;
RESET client_min_messages;
SELECT revision FROM migrate_stamp('{l1}', verify => true, prefix => 'lab');
RESET ROLE;
-- Who owns a table is a part of what is compared.
ALTER TABLE lab_item OWNER TO CURRENT_USER;
SELECT revision FROM migrate_stamp('{l1}', verify => true, prefix => 'lab');
-- Of a template's instance.
SELECT migrate_create_prefix('other', naming => 'prefixed', template => 'shop');
SELECT revision FROM migrate_stamp('{s3}', verify => true, prefix => 'other');
SELECT revision FROM migrate_upgrade(prefix => 'other');
SELECT revision FROM migrate_stamp('{s3}', verify => true, prefix => 'other');

SET client_min_messages = warning;
DROP EXTENSION migrate;
DROP PUBLICATION order_changes;
DROP SCHEMA lab, app CASCADE;
DROP EXTENSION citext;
DROP ROLE regress_verify_caller, regress_verify_owner;
RESET search_path;
