-- What needs what in the model of a schema, as a generator of DDL has to know it.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
SET client_min_messages = warning;
CREATE EXTENSION migrate;
CREATE FUNCTION migrate_test_dependencies(prefix text) RETURNS text
LANGUAGE c AS '$libdir/migrate';
CREATE SCHEMA needs;
SELECT migrate_create_prefix('needs', schema => 'needs', naming => 'any');
SELECT migrate_register('a', $$
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE DOMAIN score AS integer DEFAULT 1 CHECK (VALUE > 0);
    CREATE TYPE pair AS (x mood, y score);
    CREATE FUNCTION next_score() RETURNS score LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION positive(integer) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 > 0';
    CREATE DOMAIN sure AS integer CHECK (positive(VALUE));
    CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE COLLATION plain FROM "C";
    CREATE TABLE part_of (id serial PRIMARY KEY, moods mood[], state mood DEFAULT 'sad', s score, p pair, name text COLLATE plain,
        made score DEFAULT next_score(), twice integer GENERATED ALWAYS AS (id * 2) STORED, CHECK (positive(id)));
    CREATE TABLE whole (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, part integer REFERENCES part_of, row part_of);
    CREATE INDEX by_state ON part_of (positive(id)) WHERE state = 'sad';
    CREATE VIEW grouped AS SELECT p.id, p.name FROM part_of AS p GROUP BY p.id;
    CREATE MATERIALIZED VIEW over AS SELECT name FROM grouped;
    CREATE INDEX over_name ON over (name);
    CREATE FUNCTION parsed() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM grouped; END;
    CREATE FUNCTION of_row(part_of) RETURNS SETOF whole LANGUAGE sql AS 'SELECT NULL::needs.whole';
    CREATE TRIGGER touched BEFORE UPDATE OF name ON part_of FOR EACH ROW WHEN (new.state = 'sad') EXECUTE FUNCTION fires();
    CREATE POLICY seen ON whole USING (EXISTS (SELECT FROM part_of AS o WHERE o.state = 'sad'));
    CREATE STATISTICS both_columns ON state, name FROM part_of;
    CREATE TABLE year (y integer) PARTITION BY RANGE (y);
    CREATE TABLE year_1 PARTITION OF year FOR VALUES FROM (1) TO (2);
    CREATE TABLE child () INHERITS (whole);
    CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
    CREATE FUNCTION same(mood, integer) RETURNS boolean LANGUAGE sql AS 'SELECT true';
    CREATE OPERATOR === (LEFTARG = mood, RIGHTARG = integer, FUNCTION = same);
    CREATE VIEW compared AS SELECT state === 1 AS c FROM part_of;
    CREATE TYPE span AS RANGE (subtype = score);
    CREATE RULE nothing AS ON DELETE TO whole DO INSTEAD INSERT INTO year VALUES (1)
$$, prefix => 'needs');
SELECT revision FROM migrate_upgrade('head', 'needs');
SELECT line FROM string_to_table(replace(migrate_test_dependencies('needs'), 'needs.', ''), E'\n') AS line WHERE line <> '';
DROP SCHEMA needs CASCADE;
DROP FUNCTION migrate_test_dependencies(text);
DROP EXTENSION migrate CASCADE;
