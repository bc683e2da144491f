-- What test/update.sh expects to find in a database of each earlier version.  It is run with that
-- version, before pg_dump writes it to migrate--VERSION.dump.sql.
CREATE ROLE update_keeper;
GRANT CREATE ON SCHEMA public TO update_keeper;
CREATE SCHEMA shop AUTHORIZATION update_keeper;
CREATE EXTENSION migrate;

-- The default prefix: one step of three pending, after a way back and forth.
SELECT migrate_register('a1', $$
    CREATE TYPE mood AS ENUM ('calm', 'angry');
    CREATE TABLE people (id integer PRIMARY KEY, now mood);
    INSERT INTO people VALUES (1, 'calm');
$$, 'DROP TABLE people', 'people');
SELECT migrate_register('a2', 'ALTER TABLE people ADD COLUMN later mood',
                        'ALTER TABLE people DROP COLUMN later', 'feat(people): later');
SELECT count(*) FROM migrate_upgrade();
SELECT count(*) FROM migrate_downgrade();
SELECT count(*) FROM migrate_upgrade();
SELECT migrate_register('a3', 'CREATE INDEX people_now ON people (now)', 'DROP INDEX people_now');

-- A prefix of somebody else, with branches, a label, a dependency and settings.
SELECT migrate_create_prefix('shop', 'update_keeper', 'shop', 'any');
SELECT migrate_set_option('isolation', 'warn', prefix => 'shop');
SELECT migrate_set_option('lock_timeout', '3s', prefix => 'shop');
SELECT migrate_register('s1', 'CREATE TABLE item (id integer)', 'DROP TABLE item', prefix => 'shop');
SELECT migrate_register('s2', 'CREATE TABLE price (id integer)', 'DROP TABLE price',
                        down_revision => '{s1}', branch_labels => '{prices}', prefix => 'shop');
SELECT migrate_register('s3', 'CREATE TABLE stock (id integer)', NULL, down_revision => '{s1}',
                        depends_on => '{prices}', prefix => 'shop');
SELECT count(*) FROM migrate_upgrade('heads', prefix => 'shop');

-- A template and an instance of it, and a prefix that was only stamped.
SELECT migrate_create_prefix('cell', 'update_keeper', 'shop');
SELECT migrate_register('c1', 'CREATE TABLE @prefix@_data (i integer)', 'DROP TABLE @prefix@_data',
                        prefix => 'cell');
SELECT migrate_create_prefix('cell_01', 'update_keeper', 'shop', template => 'cell');
SELECT count(*) FROM migrate_upgrade(prefix => 'cell_01');
SELECT migrate_create_prefix('old', 'update_keeper', 'shop', 'any');
SELECT migrate_register('o1', 'CREATE TABLE relic ()', 'DROP TABLE relic', prefix => 'old');
SELECT count(*) FROM migrate_stamp('{head}', prefix => 'old');
