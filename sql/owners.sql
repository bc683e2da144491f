-- Who may do what with a prefix, while its owner is there, renamed, and gone.  Roles cannot log in:
-- texts run as the owner all the same.
\getenv source PG_ABS_SRCDIR
\i :source/test/fixtures/regression.sql
CREATE EXTENSION migrate;
SET migrate.progress = none;
CREATE ROLE regress_migrate_owner NOLOGIN;
CREATE ROLE regress_migrate_member;
CREATE ROLE regress_migrate_far; -- a member of the member
CREATE ROLE regress_migrate_stranger;
CREATE ROLE regress_migrate_super SUPERUSER;
GRANT regress_migrate_owner TO regress_migrate_member;
GRANT regress_migrate_member TO regress_migrate_far;
CREATE SCHEMA shelf AUTHORIZATION regress_migrate_owner;
GRANT CREATE, USAGE ON SCHEMA shelf TO PUBLIC;
CREATE TABLE action (number int GENERATED ALWAYS AS IDENTITY, name text, command text);
INSERT INTO action (name, command) VALUES
('create', $$SELECT migrate_create_prefix('new', 'regress_migrate_owner', 'shelf')$$),
('create own', $$SELECT migrate_create_prefix('new', schema => 'shelf')$$),
('register', $$SELECT migrate_register('r3', 'SELECT 1', prefix => 'books')$$),
('replace', $$SELECT migrate_register('r2', 'SELECT 1', prefix => 'books')$$),
('make', $$SELECT migrate_create('x', prefix => 'books')$$),
('unregister', $$SELECT migrate_unregister('r2', 'books')$$),
('upgrade', $$SELECT migrate_upgrade(prefix => 'books')$$),
('downgrade', $$SELECT migrate_downgrade('base', 'books')$$),
('stamp', $$SELECT migrate_stamp('{r2}', prefix => 'books')$$),
('adopt', $$SELECT migrate_adopt('shelf.adopted', 'books')$$),
('show', $$SELECT migrate_show('r1', 'books')$$),
('sql', $$SELECT migrate_sql(':r1', 'books')$$),
('text', $$SELECT up FROM migrate.revision$$),
('option', $$SELECT migrate_set_option('isolation', 'off', 'books')$$),
('give', $$SELECT migrate_set_owner('books', 'regress_migrate_member')$$),
('take', $$SELECT migrate_set_owner('books', current_user::text)$$),
('drop', $$SELECT migrate_drop_prefix('books', true)$$),
('plan', $$SELECT migrate_plan(prefix => 'books')$$),
('history', $$SELECT migrate_history(prefix => 'books')$$),
('current', $$SELECT migrate_current('books')$$),
('status', $$SELECT migrate_status('books')$$),
('write', $$UPDATE migrate.version SET prefix = 'new'$$),
('truncate', $$TRUNCATE migrate.log$$),
('alter', $$ALTER TABLE migrate.version DISABLE TRIGGER ALL$$),
('add', $$CREATE FUNCTION migrate.f() RETURNS int LANGUAGE sql AS 'SELECT 1'$$);
SELECT migrate_create_prefix('books', 'regress_migrate_owner', 'shelf');
SELECT migrate_register('r1', 'CREATE TABLE books_r1 AS SELECT current_user::text AS who',
        'DROP TABLE books_r1', prefix => 'books'),
    migrate_register('r2', 'CREATE TABLE books_r2 AS SELECT current_user::text AS who',
        'DROP TABLE books_r2', prefix => 'books');
SELECT count(*) FROM migrate_upgrade('r1', 'books');
CREATE TABLE shelf.adopted AS SELECT 'r2' AS version_num;
ALTER TABLE shelf.adopted OWNER TO regress_migrate_owner;
-- The SQLSTATE of what is refused, nothing for what is not; all of it is undone.
CREATE FUNCTION try(role text, command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE command;
    RAISE EXCEPTION SQLSTATE 'UNDOO';
EXCEPTION WHEN OTHERS THEN
    RETURN NULLIF(sqlstate, 'UNDOO');
END $$;
CREATE FUNCTION matrix(owner_name text, OUT name text, OUT owner text, OUT member text, OUT far text,
    OUT stranger text, OUT super text) RETURNS SETOF record LANGUAGE sql AS $$
    SELECT a.name, try(owner_name, a.command), try('regress_migrate_member', a.command),
        try('regress_migrate_far', a.command), try('regress_migrate_stranger', a.command),
        try('regress_migrate_super', a.command)
    FROM action AS a ORDER BY a.number $$;
SELECT * FROM matrix('regress_migrate_owner');
-- Deploys are not undone.  Whoever calls, the owner owns what is made.
SET ROLE regress_migrate_stranger;
CALL migrate_deploy(prefix => 'books');
CALL migrate_revert(prefix => 'books');
SET ROLE regress_migrate_far;
CALL migrate_deploy(prefix => 'books');
RESET ROLE;
SELECT who, relowner::regrole FROM shelf.books_r2 JOIN pg_class ON pg_class.oid = 'shelf.books_r2'::regclass;
SET ROLE regress_migrate_far;
CALL migrate_revert(prefix => 'books');
SET ROLE regress_migrate_super;
CALL migrate_deploy(prefix => 'books');
RESET ROLE;
SELECT who, relowner::regrole FROM shelf.books_r2 JOIN pg_class ON pg_class.oid = 'shelf.books_r2'::regclass;
CALL migrate_revert(prefix => 'books');
-- Renamed: the prefix's owner is gone, until a superuser says who it is now.
ALTER ROLE regress_migrate_owner RENAME TO regress_migrate_renamed;
SELECT * FROM matrix('regress_migrate_renamed')
WHERE name NOT IN ('create', 'create own', 'text', 'write', 'truncate', 'alter', 'add');
CALL migrate_deploy(prefix => 'books');
SELECT migrate_set_owner('books', 'regress_migrate_renamed');
SELECT * FROM matrix('regress_migrate_renamed') WHERE name = 'upgrade';
CALL migrate_deploy(prefix => 'books');
SELECT relowner::regrole FROM pg_class WHERE oid = 'shelf.books_r2'::regclass;
-- Gone: the same.
REASSIGN OWNED BY regress_migrate_renamed TO regress_migrate_stranger;
DROP OWNED BY regress_migrate_renamed;
DROP ROLE regress_migrate_renamed;
SET ROLE regress_migrate_stranger;
CALL migrate_revert(prefix => 'books');
SELECT migrate_set_owner('books', 'regress_migrate_stranger');
RESET ROLE;
SELECT migrate_set_owner('books', 'regress_migrate_stranger');
SET ROLE regress_migrate_stranger;
CALL migrate_revert('base', 'books');
RESET ROLE;
SELECT owner FROM migrate.prefix WHERE name = 'books';
-- An owner is a name: another role that gets it has the prefix, and what the former one has left in it
-- runs with the rights of the new one.
SET ROLE regress_migrate_stranger;
SELECT migrate_register('left', 'CREATE TABLE shelf.books_left ()', 'DROP TABLE shelf.books_left',
    down_revision => '{}', prefix => 'books');
RESET ROLE;
REASSIGN OWNED BY regress_migrate_stranger TO CURRENT_USER;
DROP OWNED BY regress_migrate_stranger;
DROP ROLE regress_migrate_stranger;
CREATE ROLE regress_migrate_stranger;
GRANT CREATE, USAGE ON SCHEMA shelf TO regress_migrate_stranger;
SET ROLE regress_migrate_stranger;
SELECT message, up FROM migrate_show('left', 'books');
SELECT revision FROM migrate_upgrade('left', 'books');
RESET ROLE;
SELECT relowner::regrole FROM pg_class WHERE oid = 'shelf.books_left'::regclass;
DROP OWNED BY regress_migrate_stranger;
DROP EXTENSION migrate;
DROP FUNCTION matrix, try;
DROP TABLE action;
SET client_min_messages = warning;
DROP SCHEMA shelf CASCADE;
DROP ROLE regress_migrate_member, regress_migrate_far, regress_migrate_stranger, regress_migrate_super;
