-- Nothing that a text plants runs as the superuser, or the member of its owner, who calls
-- CALL migrate_deploy().  See attacks.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE DATABASE regress_migrate_attacks;
\c regress_migrate_attacks
SELECT session_user AS me \gset
SET client_min_messages = warning;
SET migrate.progress = none;
CREATE EXTENSION migrate;
\i :source/test/fixtures/attacks.sql
\pset tuples_only on
\set VERBOSITY sqlstate
-- Each attack for each victim: as a whole, between statements that refuse a transaction, and in a
-- block between them.
SELECT format('SELECT %L', victim || ', ' || variant || ': ' || how),
    'CALL den.sweep()', format('CALL den.plant(%L)', format(text, up)),
    'INSERT INTO den.armed VALUES (true)',
    format('SET SESSION AUTHORIZATION %I', COALESCE(role, :'me')),
    'CALL migrate_deploy(''head'', ''evil'')',
    'CALL den.victim_goes_on()', 'TABLE leftovers', 'RESET SESSION AUTHORIZATION',
    'SELECT ''done'' FROM migrate_current(''evil'')'
FROM attack,
    (VALUES ('superuser', NULL), ('member', 'regress_migrate_victim')) AS v (victim, role),
    (VALUES ('whole', '%s'), ('in parts', 'VACUUM den.pad; %s; VACUUM den.pad'),
        ('in a block', 'VACUUM den.pad; BEGIN; %s; COMMIT; VACUUM den.pad')) AS t (variant, text)
ORDER BY victim DESC, variant DESC, number
\set ECHO none
\gexec
\set ECHO all
-- Nobody but the stranger itself was caught.
SELECT DISTINCT how COLLATE "C" AS how, CASE who WHEN :'me' THEN 'the superuser' ELSE who END AS who
FROM den.caught ORDER BY 1, 2;
SELECT is_called FROM den.ran_as_owner;
SELECT is_called FROM den.ran_as_another;
TRUNCATE den.caught;

-- What a statement at top level evaluates: each time it is run it could run as the caller.
SET SESSION AUTHORIZATION regress_migrate_evil;
CREATE PROCEDURE den.prepare_ground() LANGUAGE plpgsql AS $$
BEGIN
    CREATE DOMAIN lair.domain AS int CHECK (den.spy('domain'));
    CREATE TYPE lair.composite AS (x lair.domain);
    CREATE TABLE lair.t (i int);
    INSERT INTO lair.t SELECT generate_series(1, 20);
    CREATE INDEX t_expression ON lair.t (den.spy_number(i, 'index expression'));
    ALTER TABLE lair.t CLUSTER ON t_expression;
    CREATE INDEX t_predicate ON lair.t (i) WHERE den.spy_number(i, 'index predicate') > 0;
    CREATE INDEX t_folded ON lair.t ((i + den.spy_number(1, 'folded index')));
    CREATE STATISTICS lair.t_statistics ON (den.spy_number(i, 'statistics')), i FROM lair.t;
    -- The key is folded when a session first asks for it.
    CREATE TABLE lair.p (i int) PARTITION BY RANGE ((i + den.spy_number(1, 'partition key')));
    CREATE TABLE lair.p1 PARTITION OF lair.p FOR VALUES FROM (1) TO (10);
    -- Whether rows refer to a partition is asked with a query on both tables.
    CREATE TABLE lair.q (i int PRIMARY KEY) PARTITION BY RANGE (i);
    CREATE TABLE lair.q1 PARTITION OF lair.q FOR VALUES FROM (1) TO (10);
    CREATE TABLE lair.f (i int REFERENCES lair.q);
    CREATE INDEX f_folded ON lair.f ((i + den.spy_number(1, 'foreign key')));
END $$;
RESET SESSION AUTHORIZATION;
ALTER DATABASE regress_migrate_attacks OWNER TO regress_migrate_evil;
-- Runs :statement as :victim, in new sessions: what the server has read of a table, and folded, it
-- keeps.
SELECT $$\c \\
SET client_min_messages = error;
CALL den.sweep();
SET SESSION AUTHORIZATION regress_migrate_evil;
CALL den.prepare_ground();
RESET SESSION AUTHORIZATION;
CALL den.plant(:'statement');
\c \\
SET client_min_messages = error;
SELECT :'victim', :'statement';
INSERT INTO den.armed VALUES (true);
SET SESSION AUTHORIZATION :"role";
CALL migrate_deploy('head', 'evil');
CALL den.victim_goes_on();
TABLE leftovers;
RESET SESSION AUTHORIZATION;
SELECT 'done' FROM migrate_current('evil');
$$ AS step \gset
\set ECHO none
\set victim superuser
\set role :me
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t (den.spy_number(i, ''new expression''))'
:step
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t (i) WHERE den.spy_number(i, ''new predicate'') > 0'
:step
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t ((i + den.spy_number(1, ''new folded'')))'
:step
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t ((i = ANY (''{1}''::lair.domain[])))'
:step
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t (i) WHERE ''(1)''::lair.composite IS NOT NULL'
:step
\set statement 'REINDEX INDEX CONCURRENTLY lair.t_expression'
:step
\set statement 'REINDEX TABLE CONCURRENTLY lair.t'
:step
\set statement 'REINDEX SCHEMA lair'
:step
\set statement 'REINDEX SCHEMA CONCURRENTLY lair'
:step
\set statement 'REINDEX DATABASE regress_migrate_attacks'
:step
\set statement 'VACUUM (ANALYZE) lair.t'
:step
\set statement 'VACUUM FULL lair.t'
:step
\set statement 'VACUUM (ANALYZE)'
:step
\set statement 'CLUSTER'
:step
\set statement 'DROP INDEX CONCURRENTLY lair.t_folded'
:step
\set statement 'ALTER TABLE lair.p DETACH PARTITION lair.p1 CONCURRENTLY'
:step
\set statement 'ALTER TABLE lair.q DETACH PARTITION lair.q1 CONCURRENTLY'
:step
\set statement 'CREATE DATABASE regress_migrate_evil'
:step
\set statement 'ALTER DATABASE regress_migrate_attacks SET TABLESPACE pg_default'
:step
\set statement 'ALTER SYSTEM SET work_mem = 64'
:step
\set statement 'CREATE TABLESPACE regress_migrate_evil LOCATION ''/nowhere'''
:step
\set statement 'SET search_path = lair; SET work_mem = 64; VACUUM t'
:step
\set statement 'SET plpgsql.name_of_nobody = 1; SET search_path = lair; CREATE INDEX CONCURRENTLY ON t (den.spy_number(i, ''library''))'
:step
\set statement 'SET transaction_isolation = ''read committed''; SET search_path = lair; VACUUM t'
:step
\set statement 'SET ROLE NONE; VACUUM lair.t; SELECT den.spy(''role'')'
:step
\set statement 'SET "Role" = none; VACUUM lair.t; SELECT den.spy(''role'')'
:step
\set statement 'SET SESSION AUTHORIZATION DEFAULT; VACUUM lair.t'
:step
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t (i); SELECT den.spy(''after''); VACUUM lair.t'
:step
\set statement 'VACUUM lair.nothing; SELECT den.spy(''never'')'
:step
\set victim member
\set role regress_migrate_victim
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t (den.spy_number(i, ''new expression''))'
:step
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t (i) WHERE den.spy_number(i, ''new predicate'') > 0'
:step
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t ((i + den.spy_number(1, ''new folded'')))'
:step
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t ((i = ANY (''{1}''::lair.domain[])))'
:step
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t (i) WHERE ''(1)''::lair.composite IS NOT NULL'
:step
\set statement 'REINDEX INDEX CONCURRENTLY lair.t_expression'
:step
\set statement 'REINDEX TABLE CONCURRENTLY lair.t'
:step
\set statement 'REINDEX SCHEMA lair'
:step
\set statement 'REINDEX SCHEMA CONCURRENTLY lair'
:step
\set statement 'REINDEX DATABASE regress_migrate_attacks'
:step
\set statement 'VACUUM (ANALYZE) lair.t'
:step
\set statement 'VACUUM FULL lair.t'
:step
\set statement 'VACUUM (ANALYZE)'
:step
\set statement 'CLUSTER'
:step
\set statement 'DROP INDEX CONCURRENTLY lair.t_folded'
:step
\set statement 'ALTER TABLE lair.p DETACH PARTITION lair.p1 CONCURRENTLY'
:step
\set statement 'ALTER TABLE lair.q DETACH PARTITION lair.q1 CONCURRENTLY'
:step
\set statement 'CREATE DATABASE regress_migrate_evil'
:step
\set statement 'ALTER DATABASE regress_migrate_attacks SET TABLESPACE pg_default'
:step
\set statement 'ALTER SYSTEM SET work_mem = 64'
:step
\set statement 'CREATE TABLESPACE regress_migrate_evil LOCATION ''/nowhere'''
:step
\set statement 'SET search_path = lair; SET work_mem = 64; VACUUM t'
:step
\set statement 'SET plpgsql.name_of_nobody = 1; SET search_path = lair; CREATE INDEX CONCURRENTLY ON t (den.spy_number(i, ''library''))'
:step
\set statement 'SET ROLE NONE; VACUUM lair.t; SELECT den.spy(''role'')'
:step
\set statement 'SET "Role" = none; VACUUM lair.t; SELECT den.spy(''role'')'
:step
\set statement 'SET SESSION AUTHORIZATION DEFAULT; VACUUM lair.t'
:step
\set statement 'CREATE INDEX CONCURRENTLY ON lair.t (i); SELECT den.spy(''after''); VACUUM lair.t'
:step
\set statement 'VACUUM lair.nothing; SELECT den.spy(''never'')'
:step
\set ECHO all
SELECT DISTINCT how COLLATE "C" AS how, CASE who WHEN :'me' THEN 'the superuser' ELSE who END AS who
FROM den.caught ORDER BY 1, 2;
SELECT is_called FROM den.ran_as_owner;
SELECT is_called FROM den.ran_as_another;

-- A function that became volatile when its index was there can try all that a text can, outside of
-- the transactions of the deploy: it is confined as a text is.
TRUNCATE den.caught;
CALL den.sweep();
SET SESSION AUTHORIZATION regress_migrate_evil;
CREATE TABLE lair.t AS SELECT 1 AS i;
CREATE INDEX ON lair.t (den.spy_number(i, 'rebuilt'));
CREATE TABLE lair.late (i int UNIQUE DEFERRABLE INITIALLY DEFERRED);
CREATE OR REPLACE FUNCTION den.spy_number(i int, how text) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    command text;
BEGIN
    FOREACH command IN ARRAY ARRAY['RESET ROLE', 'SET SESSION AUTHORIZATION DEFAULT', 'LISTEN evil',
        'PREPARE s1 AS SELECT 1', 'DECLARE held CURSOR WITH HOLD FOR SELECT 1',
        'CREATE TEMP TABLE pg_roles ()', 'CREATE TYPE pg_temp.regrole AS ENUM ()',
        'CREATE FUNCTION pg_temp.version() RETURNS text LANGUAGE sql AS ''SELECT ''''x''''''',
        'SET CONSTRAINTS ALL DEFERRED', 'INSERT INTO lair.late VALUES (1), (1)',
        'SELECT pg_advisory_lock(1)', 'CALL migrate_deploy(''head'', ''books'')',
        'SET search_path = lair'] LOOP
        BEGIN
            EXECUTE command;
            INSERT INTO den.caught VALUES (command, current_user);
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
    RETURN i;
END $$;
RESET SESSION AUTHORIZATION;
CALL den.plant('REINDEX TABLE CONCURRENTLY lair.t; VACUUM FULL lair.t; VACUUM (ANALYZE) lair.t');
CALL migrate_deploy('head', 'evil');
CALL den.victim_goes_on();
TABLE leftovers;
SELECT objid FROM pg_locks WHERE locktype = 'advisory';
SELECT DISTINCT how COLLATE "C" AS how, who FROM den.caught ORDER BY 1, 2;
CALL den.sweep();
\c contrib_regression
DROP DATABASE regress_migrate_attacks;
DROP ROLE regress_migrate_evil, regress_migrate_victim;
