\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
-- Revisions that share a transaction have their entries in the log, and the records of what they
-- made, written together at its end.
SET application_name = 'keeper';
SELECT migrate_register('r1', 'CREATE TABLE r1 (a int, b text)', 'DROP TABLE r1');
SELECT migrate_register('r2', $$
    CREATE TABLE "odd, {""name\}" (id int PRIMARY KEY);
    CREATE FUNCTION twice("odd, {""name\}", VARIADIC text[]) RETURNS int LANGUAGE sql AS 'SELECT 2' $$,
    'DROP FUNCTION twice; DROP TABLE "odd, {""name\}"');
SELECT migrate_register('r3', '', '');
SELECT clock_timestamp() AS begin \gset
SELECT revision FROM migrate_upgrade();
-- What is written, and the defaults of the rest, row by row.
SELECT l.revision, direction, outcome, statements, role = current_user AS role,
       l.checksum = sha256(convert_to(r.up, 'UTF8')) AS checksum, dropped_types,
       num_nulls(error_sqlstate, error_message, error_statement, error_line) AS no_error,
       duration BETWEEN '0' AND clock_timestamp() - :'begin' AS duration,
       started_at BETWEEN :'begin' AND clock_timestamp() - duration AS started_at
FROM migrate.log l JOIN migrate.revision r ON l.revision = r.id ORDER BY r.ordinal;
SELECT session_role = session_user AS session_role, application_name, client_address,
       count(DISTINCT id) AS ids, count(DISTINCT transaction_id) AS transactions
FROM migrate.log GROUP BY 1, 2, 3;
-- Identities tell the time and the order.
SELECT bool_and(l.id < n.id) AS in_order, bool_and(substr(l.id::text, 15, 1) = '7') AS of_version_7,
       bool_and(abs(extract(epoch FROM now()) * 1000
           - ('x' || left(replace(l.id::text, '-', ''), 12))::bit(48)::bigint) < 3600000) AS of_now
FROM (SELECT id, lead(id) OVER (ORDER BY started_at) AS next FROM migrate.log) AS l
JOIN migrate.log AS n ON n.id = l.next;
-- What a failure left comes back as it was.
CALL migrate_deploy();
SELECT migrate_register('r4', E'SELECT 1;\nSELECT 1/0', '');
CALL migrate_deploy();
SELECT outcome, statements, checksum, error_sqlstate, error_message, error_statement, error_line,
       duration > '0' AS duration
FROM migrate.log WHERE revision = 'r4';
SELECT migrate_unregister('r4');
-- Each record leads to its object.
SELECT type, identity, object_names, object_arguments, revision,
       (SELECT (class_oid, object_oid, object_subid) = (classid::bigint, objid::bigint, objsubid)
        FROM pg_get_object_address(type, object_names, object_arguments)) AS leads_to_it
FROM migrate.object ORDER BY type, identity;
SELECT count(DISTINCT origin) AS origins, min(prefix) AS prefix FROM migrate.object;
-- Triggers that somebody puts on these tables fire, in their order; they see what came before, and
-- after the statement all of it.
CREATE TABLE told (n int GENERATED ALWAYS AS IDENTITY, what text);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seen int;
BEGIN
    EXECUTE format('SELECT count(*) FROM migrate.%I WHERE revision LIKE %L', TG_TABLE_NAME, 't%')
    INTO seen;
    INSERT INTO public.told (what) VALUES (concat_ws(' ', TG_TABLE_NAME, TG_WHEN, TG_LEVEL,
        CASE TG_LEVEL WHEN 'ROW' THEN NEW.revision END, 'sees', seen));
    RETURN NEW;
END $$;
CREATE FUNCTION count_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.told (what) SELECT concat_ws(' ', TG_TABLE_NAME, 'got', count(*)) FROM new_rows;
    RETURN NULL;
END $$;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY '{migrate.log,migrate.object}'::text[] LOOP
        EXECUTE format('CREATE TRIGGER t1 BEFORE INSERT ON %1$s EXECUTE FUNCTION tell();
            CREATE TRIGGER t2 BEFORE INSERT ON %1$s FOR EACH ROW EXECUTE FUNCTION tell();
            CREATE TRIGGER t3 AFTER INSERT ON %1$s FOR EACH ROW EXECUTE FUNCTION tell();
            CREATE TRIGGER t4 AFTER INSERT ON %1$s EXECUTE FUNCTION tell();
            CREATE TRIGGER t5 AFTER INSERT ON %1$s REFERENCING NEW TABLE AS new_rows
            EXECUTE FUNCTION count_rows()', name);
    END LOOP;
END $$;
CREATE CONSTRAINT TRIGGER t6 AFTER INSERT ON migrate.log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.revision = 't2') EXECUTE FUNCTION tell();
SELECT migrate_register('t1', 'CREATE TABLE t1 ()', 'DROP TABLE t1');
SELECT migrate_register('t2', 'CREATE TABLE t2 ()', 'DROP TABLE t2');
BEGIN;
SELECT revision FROM migrate_upgrade();
SELECT what FROM told ORDER BY n;
TRUNCATE told;
COMMIT;
SELECT what FROM told;
DO $$
DECLARE
    it record;
BEGIN
    FOR it IN SELECT tgname, tgrelid::regclass AS name FROM pg_trigger WHERE tgname ~ '^t[0-9]$' LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', it.tgname, it.name);
    END LOOP;
END $$;
-- They may change a row, or leave it out; and what they give to one row is not another's.
ALTER TABLE migrate.log ADD gone int, ADD note text, ADD counted int GENERATED ALWAYS AS IDENTITY,
    ADD name text GENERATED ALWAYS AS (revision || '/' || outcome) STORED,
    ADD place text DEFAULT 'row ' || (random() * 0)::text NOT NULL;
ALTER TABLE migrate.log DROP gone;
CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revision = 'u2' THEN
        RETURN NULL;
    ELSIF NEW.revision = 'u1' THEN
        NEW.note := 'changed';
        NEW.outcome := 'changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER t1 BEFORE INSERT ON migrate.log FOR EACH ROW EXECUTE FUNCTION change();
SELECT migrate_register('u' || n, '', '') FROM generate_series(1, 3) AS n;
SELECT revision FROM migrate_upgrade();
SELECT revision, outcome, note, name, place, counted - min(counted) OVER () AS counted
FROM migrate.log WHERE revision LIKE 'u%' ORDER BY revision;
DROP TRIGGER t1 ON migrate.log;
-- One that fails stops the upgrade; so does a constraint.
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % refused', TG_WHEN, TG_TABLE_NAME USING ERRCODE = 'HV000';
END $$;
SELECT migrate_register('v1', 'CREATE TABLE v1 ()', 'DROP TABLE v1');
CREATE FUNCTION refused_by(what text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text;
BEGIN
    EXECUTE what;
    BEGIN
        PERFORM migrate_upgrade();
        SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN OTHERS THEN
        message := SQLSTATE || ' ' || SQLERRM;
    END;
    IF to_regclass('v1') IS NOT NULL OR EXISTS (SELECT FROM migrate.log WHERE revision = 'v1') THEN
        message := concat_ws(' ', message, '(but it is there)');
    END IF;
    RAISE EXCEPTION '%', message USING ERRCODE = 'HV001';
EXCEPTION WHEN SQLSTATE 'HV001' THEN
    RETURN SQLERRM;
END $$;
SELECT refused_by(what) FROM unnest(ARRAY[
    'CREATE TRIGGER x BEFORE INSERT ON migrate.log EXECUTE FUNCTION refuse()',
    'CREATE TRIGGER x BEFORE INSERT ON migrate.log FOR EACH ROW EXECUTE FUNCTION refuse()',
    'CREATE TRIGGER x AFTER INSERT ON migrate.log FOR EACH ROW EXECUTE FUNCTION refuse()',
    'CREATE TRIGGER x AFTER INSERT ON migrate.log EXECUTE FUNCTION refuse()',
    'CREATE TRIGGER x BEFORE INSERT ON migrate.object FOR EACH ROW EXECUTE FUNCTION refuse()',
    'CREATE TRIGGER x AFTER INSERT ON migrate.object EXECUTE FUNCTION refuse()',
    'ALTER TABLE migrate.log ADD CHECK (revision <> ''v1'')',
    'ALTER TABLE migrate.object ADD CHECK (identity <> ''public.v1'')',
    'DELETE FROM migrate.log; ALTER TABLE migrate.log ALTER error_line SET NOT NULL',
    'CREATE UNIQUE INDEX once ON migrate.log (direction) WHERE revision > ''u3'';
     SELECT migrate_register(''v2'', '''', '''')',
    'CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql
     AS ''BEGIN NEW.mark := 42; RETURN NEW; END'';
     CREATE TRIGGER x BEFORE INSERT ON migrate.log FOR EACH ROW EXECUTE FUNCTION same();
     ALTER TABLE migrate.log ADD mark int UNIQUE DEFERRABLE INITIALLY DEFERRED;
     SELECT migrate_register(''v2'', '''', '''')']) AS what;
-- What the tables have become may be something that rows cannot be put into like this.
SELECT refused_by(what) FROM unnest(ARRAY[
    'ALTER TABLE migrate.log RENAME TO kept; CREATE VIEW migrate.log AS TABLE migrate.kept',
    'ALTER TABLE migrate.log ALTER statements TYPE int',
    'ALTER TABLE migrate.log RENAME role TO who',
    'CREATE ROLE regress_migrate_records; GRANT USAGE ON SCHEMA migrate TO regress_migrate_records;
     ALTER TABLE migrate.prefix OWNER TO regress_migrate_records;
     GRANT ALL ON ALL TABLES IN SCHEMA migrate TO regress_migrate_records;
     ALTER TABLE migrate.object OWNER TO regress_migrate_records, FORCE ROW LEVEL SECURITY,
     ENABLE ROW LEVEL SECURITY']) AS what;
-- Nothing of that is left.
SELECT revision FROM migrate_upgrade();
SELECT identity, revision FROM migrate.object WHERE revision = 'v1';
-- Records of names that are there are replaced, together with those that are new.
SELECT migrate_register('x1', 'CREATE TABLE x1 ()', 'DROP TABLE x1');
INSERT INTO migrate.object
VALUES ('', 'table', 'public.x1', 'v1', '{public,x1}', '{}', 1259, 1, 0, 'nowhere');
SELECT revision FROM migrate_upgrade();
SELECT revision, object_oid = 'x1'::regclass::bigint AS address FROM migrate.object
WHERE identity = 'public.x1';
SELECT revision FROM migrate_downgrade('base');
SELECT count(*) FROM migrate.object;
-- Labels that several revisions have added to one type: each of them is told of, and its record goes.
SELECT migrate_register('y1', 'CREATE TYPE hue AS ENUM ()', 'DROP TYPE hue');
SELECT migrate_register('y2', 'ALTER TYPE hue ADD VALUE ''red''; CREATE TABLE y2 ()', 'DROP TABLE y2');
SELECT migrate_register('y3', 'ALTER TYPE hue ADD VALUE ''blue''; CREATE TABLE y3 ()', 'DROP TABLE y3');
SELECT revision FROM migrate_upgrade();
SELECT revision FROM migrate_downgrade('y1');
SELECT type, identity, revision FROM migrate.object WHERE identity LIKE '%hue%';
SELECT revision FROM migrate_downgrade('base');
-- The records of a revision have gone with its objects, which those after it have dropped: its up
-- text tells then which types it made.
SELECT migrate_register('z1', 'CREATE TYPE odd_one AS ENUM (); CREATE TABLE z1 (odd odd_one)', '');
SELECT migrate_register('z2', '', 'CREATE TYPE odd_one AS ENUM ()');
SELECT migrate_register('z3', '', 'DROP TABLE z1; DROP TYPE odd_one');
SELECT revision FROM migrate_upgrade();
SET migrate.progress = none;
CALL migrate_revert('y3');
RESET migrate.progress;
SELECT revision, dropped_types FROM migrate.log WHERE direction = 'downgrade' AND revision LIKE 'z%';
SELECT revision FROM migrate_downgrade('base');
SELECT identity, revision FROM migrate.object;
-- Records go with their objects, those of columns and labels too, and whatever is to happen then
-- happens: triggers and rules are asked.
SELECT migrate_register('w1', 'CREATE TABLE w1 (a int); CREATE TYPE w1_kind AS ENUM (''a'')',
                        'DROP TABLE w1; DROP TYPE w1_kind');
SELECT migrate_register('w2', 'ALTER TABLE w1 ADD b int; ALTER TYPE w1_kind ADD VALUE ''b''', '');
SELECT migrate_register('w3', 'CREATE TABLE w3 (a int)', 'DROP TABLE w3');
CREATE FUNCTION tell_old() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.told (what) VALUES (concat_ws(' ', TG_WHEN, TG_LEVEL,
        CASE TG_LEVEL WHEN 'ROW' THEN OLD.identity END));
    RETURN OLD;
END $$;
CREATE FUNCTION deleted_with(what text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    done text[];
BEGIN
    BEGIN
        PERFORM migrate_upgrade();
        EXECUTE what;
        PERFORM migrate_downgrade('w2');
        PERFORM migrate_downgrade('z3');
        SELECT array_agg(t.what ORDER BY t.what) INTO done FROM public.told AS t WHERE t.what !~ 'log';
        done := done || ARRAY(SELECT 'left: ' || o.type || ' ' || o.identity FROM migrate.object AS o
                              WHERE o.identity ~ '[.]w[13]'
                              ORDER BY 1);
        RAISE EXCEPTION '' USING ERRCODE = 'HV001';
    EXCEPTION WHEN SQLSTATE 'HV001' THEN NULL;
        WHEN OTHERS THEN done := ARRAY[SQLSTATE || ' ' || SQLERRM];
    END;
    RETURN QUERY SELECT unnest(COALESCE(done, '{}') || '----'::text);
END $$;
SET client_min_messages = error; -- w2 leaves a column and a label
SELECT deleted_with(what) FROM unnest(ARRAY[
    '',
    'CREATE TRIGGER x BEFORE DELETE ON migrate.object EXECUTE FUNCTION tell_old()',
    'CREATE TRIGGER x BEFORE DELETE ON migrate.object FOR EACH ROW EXECUTE FUNCTION tell_old()',
    'CREATE TRIGGER x AFTER DELETE ON migrate.object FOR EACH ROW EXECUTE FUNCTION tell_old()',
    'CREATE TRIGGER x AFTER DELETE ON migrate.object EXECUTE FUNCTION tell_old()',
    'CREATE RULE x AS ON DELETE TO migrate.object WHERE old.type = ''type'' DO INSTEAD NOTHING',
    'CREATE TRIGGER x BEFORE DELETE ON migrate.object FOR EACH ROW EXECUTE FUNCTION refuse()',
    'DROP INDEX migrate.object_oids',
    'ALTER TABLE migrate.object RENAME object_subid TO part']) AS what;
RESET client_min_messages;
SELECT revision FROM migrate_upgrade();
SELECT type, identity, revision FROM migrate.object ORDER BY type, identity;
SET client_min_messages = error;
SELECT count(*) FROM migrate_downgrade('base');
RESET client_min_messages;
SELECT identity FROM migrate.object;
DROP EXTENSION migrate;
DROP FUNCTION tell, count_rows, change, refuse, refused_by, tell_old, deleted_with;
DROP TABLE told;
