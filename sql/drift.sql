\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
CREATE ROLE regress_migrate_drifter;
CREATE SCHEMA shop AUTHORIZATION regress_migrate_drifter;
SET ROLE regress_migrate_drifter;
SELECT migrate_create_prefix('shop', schema => 'shop', naming => 'any');
SET migrate.prefix = 'shop';
SELECT * FROM migrate_drift();
SELECT migrate_register('first', $$
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL DEFAULT 'new', price numeric(8, 2),
                   how mood);
CREATE INDEX item_price ON item (price);
$$, 'DROP TABLE item');
SELECT migrate_register('second', 'CREATE VIEW cheap AS SELECT id FROM item WHERE price < 1',
                        'DROP VIEW cheap');
SELECT has_drifted FROM migrate_status('shop');
SELECT revision FROM migrate_upgrade();
-- Nothing changed, whatever the settings of who asks.
SET search_path = shop;
SET quote_all_identifiers = on;
SELECT * FROM public.migrate_drift();
SELECT has_drifted FROM public.migrate_status('shop');
RESET quote_all_identifiers;
RESET search_path;
-- Rows are no matter of the schema.
INSERT INTO shop.item VALUES (1, 'a', 1, 'sad');
ANALYZE shop.item;
SELECT * FROM migrate_drift();
-- What comes and goes by hand
ALTER TABLE shop.item ADD note varchar(20), ALTER name DROP NOT NULL;
DROP INDEX shop.item_price;
ALTER TYPE shop.mood ADD VALUE 'so so' BEFORE 'happy';
CREATE TABLE shop.other (a integer CHECK (a > 0));
COMMENT ON TABLE shop.item IS 'touched';
GRANT SELECT ON shop.item TO PUBLIC;
CREATE OR REPLACE VIEW shop.cheap AS SELECT id FROM shop.item WHERE price < 2;
SELECT change, object, property, before, after FROM migrate_drift()
WHERE property IS DISTINCT FROM 'privileges' AND property IS DISTINCT FROM 'definition';
SELECT change, object, property, before IS NOT NULL AS was, after IS NOT NULL AS is
FROM migrate_drift() WHERE property IN ('privileges', 'definition');
SELECT has_drifted FROM migrate_status('shop');
-- It is not told where that would take long.
SELECT migrate_create_prefix('other', schema => 'shop');
SELECT prefix, has_drifted FROM migrate_status();
SELECT * FROM migrate_drift('other');
-- Whoever stamps says that this is how it should be.
SELECT * FROM migrate_stamp('{second}');
SELECT * FROM migrate_drift();
SELECT has_drifted FROM migrate_status('shop');
DROP TABLE shop.other;
SELECT change, object, property FROM migrate_drift();
--
-- A prefix with a naming rule sees its own only.
--
SELECT migrate_register('o1', 'CREATE TABLE other_a (b integer)', 'DROP TABLE other_a', prefix => 'other');
SELECT revision FROM migrate_upgrade(prefix => 'other');
CREATE TABLE shop.elsewhere (a integer);
CREATE TABLE shop.other_made_by_hand (a serial);
CREATE INDEX ON shop.other_a (b);
ALTER TABLE shop.item ADD again integer;
SELECT change, object, before, after FROM migrate_drift('other');
DROP TABLE shop.other_a;
SELECT change, object FROM migrate_drift('other') WHERE change = 'removed';
CREATE TABLE shop.other_a (b integer);
--
-- A downgrade tells when the schema is not what it was before the upgrade.
--
DROP TABLE shop.other_made_by_hand;
SELECT migrate_stamp('{o1}', prefix => 'other');
SELECT migrate_register('o2', 'ALTER TABLE other_a ADD c integer; ALTER TABLE other_a ALTER b SET DEFAULT 1',
                        'ALTER TABLE other_a DROP c', prefix => 'other');
SELECT revision FROM migrate_upgrade(prefix => 'other');
SELECT revision FROM migrate_downgrade(prefix => 'other');
-- Now that is what it is there.
SELECT revision FROM migrate_upgrade(prefix => 'other');
SELECT revision FROM migrate_downgrade(prefix => 'other');
SELECT * FROM migrate_drift('other');
-- Of several revisions in one run only the last has been noted, unless each is asked for.
SELECT migrate_register('o3', 'CREATE TABLE other_c (d integer)', 'DROP TABLE other_c', prefix => 'other');
SELECT migrate_register('o4', 'ALTER TABLE other_c ALTER d SET NOT NULL', '', prefix => 'other');
SELECT migrate_set_option('snapshots', 'revision', 'other');
SELECT revision FROM migrate_upgrade(prefix => 'other');
SELECT revision FROM migrate_downgrade(prefix => 'other');
RESET ROLE;
SELECT revisions, origin IS NOT NULL AS is_latest FROM migrate.snapshot WHERE prefix = 'other'
ORDER BY revisions COLLATE "C";
SET ROLE regress_migrate_drifter;
-- Never
SELECT migrate_set_option('snapshots', 'never', 'other');
SELECT migrate_set_option('snapshots', 'off', 'other');
SELECT revision FROM migrate_upgrade(prefix => 'other');
SELECT * FROM migrate_drift('other');
SELECT has_drifted FROM migrate_status('other');
SELECT migrate_set_option('snapshots', NULL, 'other');
SELECT * FROM migrate_drift('other');
SELECT migrate_stamp(ARRAY['o4'], prefix => 'other');
SELECT * FROM migrate_drift('other');
--
-- A deploy notes what it has reached, also when it fails.
--
SELECT migrate_register('o5', 'CREATE TABLE other_e (f integer)', 'DROP TABLE other_e', prefix => 'other');
SELECT migrate_register('o6', 'CREATE TABLE other_a (f integer)', '', prefix => 'other');
SET migrate.progress = none;
CALL migrate_deploy(prefix => 'other');
SELECT change, object FROM migrate_drift('other');
ALTER TABLE shop.other_e ADD g integer;
SELECT change, object FROM migrate_drift('other');
--
-- A run notes what it has touched; what others have changed stays a drift until a stamp accepts it,
-- and is no matter of a downgrade.
--
SELECT migrate_create_prefix('keep', schema => 'shop');
SELECT migrate_register('k1', 'CREATE TABLE keep_a (b integer PRIMARY KEY); CREATE TABLE keep_c (d integer REFERENCES keep_a)',
                        'DROP TABLE keep_c, keep_a', prefix => 'keep');
SELECT migrate_register('k2', 'ALTER TABLE keep_a RENAME b TO id; COMMENT ON TABLE keep_a IS ''a''',
                        'ALTER TABLE keep_a RENAME id TO b; COMMENT ON TABLE keep_a IS NULL', prefix => 'keep');
SELECT migrate_register('k3', 'CREATE TABLE keep_f (g integer)', 'DROP TABLE IF EXISTS keep_f', prefix => 'keep');
SELECT migrate_upgrade('k1', 'keep') IS NOT NULL AS ran;
CREATE TABLE shop.keep_by_hand (i serial);
SELECT migrate_upgrade('k2', 'keep') IS NOT NULL AS ran;
SELECT change, object FROM migrate_drift('keep');
SELECT migrate_downgrade(prefix => 'keep') IS NOT NULL AS ran;
SELECT change, object FROM migrate_drift('keep');
SELECT migrate_upgrade('k3', 'keep') IS NOT NULL AS ran;
SELECT migrate_stamp('{k3}', prefix => 'keep');
SELECT change, object FROM migrate_drift('keep');
SELECT migrate_downgrade('-2', prefix => 'keep') IS NOT NULL AS ran;
-- What is gone already leaves the note with its revision.
SELECT migrate_upgrade('k3', 'keep') IS NOT NULL AS ran;
DROP TABLE shop.keep_f;
SELECT change, object FROM migrate_drift('keep') WHERE object LIKE 'table shop%';
SET client_min_messages = warning;
SELECT migrate_downgrade(prefix => 'keep') IS NOT NULL AS ran;
RESET client_min_messages;
SELECT change, object FROM migrate_drift('keep');
-- The foreign key is noted as the renamed column has it.
RESET ROLE;
SELECT substring(text FROM 'REFERENCES [^\t]*') AS key FROM migrate.noted_object
WHERE prefix = 'keep' AND identity = 'shop.keep_c';
SET ROLE regress_migrate_drifter;
-- After runs that were not noted all is read.
SELECT migrate_set_option('snapshots', 'off', 'keep');
SELECT migrate_downgrade(prefix => 'keep') IS NOT NULL AS ran;
SELECT migrate_set_option('snapshots', NULL, 'keep');
SELECT migrate_upgrade('k3', 'keep') IS NOT NULL AS ran;
SELECT change, object FROM migrate_drift('keep');
SELECT migrate_drop_prefix('keep', true);
--
-- Who made what
--
SELECT objects FROM migrate_show('first');
SELECT objects FROM migrate_show('o5', 'other');
SELECT * FROM migrate_owner_of('shop.item');
SELECT * FROM migrate_owner_of('shop.item.name');
SELECT * FROM migrate_owner_of('shop.item_pkey');
SELECT * FROM migrate_owner_of('Shop.Mood');
SELECT * FROM migrate_owner_of('shop.other_e');
-- by its name, for nobody knows of it
SELECT * FROM migrate_owner_of('shop.other_a');
SELECT * FROM migrate_owner_of('shop.elsewhere');
SET search_path = shop;
SELECT * FROM public.migrate_owner_of('cheap');
SELECT * FROM public.migrate_owner_of('item.how');
RESET search_path;
SELECT * FROM migrate_owner_of('no_such');
SELECT * FROM migrate_owner_of('no such');
SELECT * FROM migrate_owner_of('shop.no_such(integer)');
SELECT * FROM migrate_owner_of('migrate_owner_of(text)');
SELECT * FROM migrate_owner_of(NULL);
-- Everybody may look.
RESET ROLE;
CREATE ROLE regress_migrate_passer_by;
SET ROLE regress_migrate_passer_by;
SELECT change, object FROM migrate_drift('other');
RESET ROLE;
SELECT migrate_drop_prefix('other', true);
SELECT count(*) FROM migrate.snapshot WHERE prefix = 'other';
RESET migrate.prefix;
SET client_min_messages = warning;
DROP SCHEMA shop CASCADE;
DROP EXTENSION migrate;
DROP ROLE regress_migrate_drifter, regress_migrate_passer_by;
