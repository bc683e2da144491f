-- Nothing that a text plants runs as the superuser who calls migrate_downgrade(), migrate_revert(),
-- migrate_verify() or migrate_drift().  See attacks.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE DATABASE regress_migrate_attacks;
\c regress_migrate_attacks
SELECT session_user AS me \gset
SET client_min_messages = error;
SET migrate.progress = none;
CREATE EXTENSION migrate;
\i :source/test/fixtures/attacks.sql
\pset tuples_only on
\set VERBOSITY sqlstate
SELECT format('SELECT %L', way || ': ' || how),
    'CALL den.sweep()', format(plant, up), 'INSERT INTO den.armed VALUES (true)', call,
    'CALL den.victim_goes_on()', 'TABLE leftovers'
FROM attack,
    (VALUES ('downgrade', 'CALL den.plant_down(%L, true)',
            $$SELECT revision FROM migrate_downgrade('-1', 'evil')$$),
        ('revert', 'CALL den.plant_down(%L, true)', $$CALL migrate_revert('-1', 'evil')$$),
        ('verify', 'CALL den.plant(%L)', $$SELECT count(*) FROM migrate_verify('head', 'evil')$$),
        ('verify of a down text', 'CALL den.plant_down(%L, false)',
            $$SELECT count(*) FROM migrate_verify('head', 'evil')$$)) AS w (way, plant, call)
ORDER BY way, number
\set ECHO none
\gexec
\set ECHO all
-- Nobody but the stranger itself was caught.
SELECT DISTINCT how COLLATE "C" AS how, CASE who WHEN :'me' THEN 'the superuser' ELSE who END AS who
FROM den.caught ORDER BY 1, 2;
SELECT is_called FROM den.ran_as_owner;
SELECT is_called FROM den.ran_as_another;

-- What a model of the schema is read from calls nothing that is the stranger's: a session of its own
-- for each call, since the server keeps what it has folded.
CREATE PROCEDURE den.prepare_ground() LANGUAGE plpgsql AS $$
BEGIN
    CREATE DOMAIN lair.evil_domain AS int DEFAULT den.spy_number(1, 'default of a domain')
        CHECK (den.spy_number(value, 'domain') > 0);
    CREATE TYPE lair.evil_composite AS (x lair.evil_domain);
    CREATE TYPE lair.evil_range AS RANGE (subtype = lair.evil_domain);
    CREATE TABLE lair.evil_t (i int DEFAULT den.spy_number(1, 'default'), d lair.evil_domain DEFAULT 2,
        c lair.evil_composite DEFAULT '(3)', g int GENERATED ALWAYS AS (den.spy_number(4, 'generated')) STORED,
        r lair.evil_range DEFAULT '[1,2]', CHECK (den.spy_number(i, 'check') > 0 AND d <> 7::lair.evil_domain));
    CREATE INDEX ON lair.evil_t (den.spy_number(i, 'index')) WHERE den.spy_number(i, 'predicate') > 0;
    CREATE INDEX ON lair.evil_t ((i + den.spy_number(1, 'folded index')));
    CREATE STATISTICS lair.evil_statistics ON (den.spy_number(i, 'statistics')), i FROM lair.evil_t;
    CREATE VIEW lair.evil_view AS SELECT den.spy('view'), * FROM lair.evil_t WHERE den.spy('view too');
    CREATE MATERIALIZED VIEW lair.evil_kept AS SELECT i FROM lair.evil_t WHERE den.spy('kept');
    CREATE RULE evil_rule AS ON DELETE TO lair.evil_t DO INSTEAD SELECT den.spy('rule');
    ALTER TABLE lair.evil_t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY evil_policy ON lair.evil_t USING (den.spy('policy'));
    CREATE TRIGGER evil_trigger BEFORE UPDATE ON lair.evil_t FOR EACH ROW
        WHEN (den.spy('when')) EXECUTE FUNCTION den.spy_trigger('trigger');
    CREATE TABLE lair.evil_p (i int) PARTITION BY RANGE ((i + den.spy_number(1, 'partition key')));
    CREATE TABLE lair.evil_p1 PARTITION OF lair.evil_p FOR VALUES FROM (1) TO (10);
    CREATE FUNCTION lair.evil_f(i int DEFAULT den.spy_number(1, 'default of a parameter'))
        RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT den.spy_number($1, 'body'); END;
    CREATE CAST (lair.evil_composite AS text) WITH INOUT AS IMPLICIT;
    CREATE OPERATOR lair.= (FUNCTION = den.spy_text, LEFTARG = text, RIGHTARG = text);
    CREATE OPERATOR lair.|| (FUNCTION = den.spy_text, LEFTARG = text, RIGHTARG = text);
END $$;
SET SESSION AUTHORIZATION regress_migrate_evil;
CREATE FUNCTION den.spy_text(text, text) RETURNS boolean LANGUAGE sql AS $$SELECT den.spy('operator')$$;
RESET SESSION AUTHORIZATION;
TRUNCATE den.caught;
SELECT setval('den.ran_as_owner', 1, false);
CALL den.sweep();
SET SESSION AUTHORIZATION regress_migrate_evil;
SELECT migrate_stamp('{base}', true, 'evil');
SELECT migrate_register('attack', 'CALL den.prepare_ground(); SET search_path = lair, pg_catalog',
    'DROP TABLE lair.evil_t, lair.evil_p CASCADE', prefix => 'evil');
SELECT revision FROM migrate_upgrade('head', 'evil');
RESET SESSION AUTHORIZATION;
INSERT INTO den.armed VALUES (true);
SELECT $$\c \\
SET client_min_messages = error;
SET search_path = lair, pg_catalog, public;
$$ AS anew \gset
:anew
SELECT count(*) FROM public.migrate_drift('evil');
:anew
SELECT count(*) FROM public.migrate_verify('head', 'evil');
:anew
SELECT pg_catalog.count(*) FROM public.migrate_status();
:anew
SELECT public.migrate_owner_of('lair.evil_t');
:anew
SELECT revision FROM public.migrate_downgrade('base', 'evil');
DROP SCHEMA lair CASCADE;
CREATE SCHEMA lair AUTHORIZATION regress_migrate_evil;
:anew
SELECT count(*) FROM public.migrate_verify('head', 'evil');
SET search_path = public;
SELECT DISTINCT how COLLATE "C" AS how, CASE who WHEN session_user THEN 'the superuser' ELSE who END AS who
FROM den.caught ORDER BY 1, 2;
SELECT is_called FROM den.ran_as_owner;
SELECT is_called FROM den.ran_as_another;
\c contrib_regression
DROP DATABASE regress_migrate_attacks;
DROP ROLE regress_migrate_evil, regress_migrate_victim;
