-- A dump that a plain role restores brings rows, which the extension's owner has to be able to
-- insert; each is judged as if its prefix had been made here.
CREATE FUNCTION migrate.guard_prefix() RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'migrate_guard_prefix';
COMMENT ON FUNCTION migrate.guard_prefix() IS
    'leave out prefixes of roles that whoever inserts them could not become';

CREATE FUNCTION migrate.guard_row() RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'migrate_guard_row';
COMMENT ON FUNCTION migrate.guard_row() IS
    'leave out rows of prefixes whose owner whoever inserts them could not become';

CREATE TRIGGER guard BEFORE INSERT ON migrate.prefix
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_prefix();
CREATE TRIGGER guard BEFORE INSERT ON migrate.revision
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
CREATE TRIGGER guard BEFORE INSERT ON migrate.version
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
CREATE TRIGGER guard BEFORE INSERT ON migrate.log
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
CREATE TRIGGER guard BEFORE INSERT ON migrate.run
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
CREATE TRIGGER guard BEFORE INSERT ON migrate.object
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
CREATE TRIGGER guard BEFORE INSERT ON migrate.snapshot
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();
CREATE TRIGGER guard BEFORE INSERT ON migrate.noted_object
    FOR EACH ROW EXECUTE FUNCTION migrate.guard_row();

COMMENT ON TRIGGER guard ON migrate.prefix IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.revision IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.version IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.log IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.run IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.object IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.snapshot IS 'judges rows that are put in directly';
COMMENT ON TRIGGER guard ON migrate.noted_object IS 'judges rows that are put in directly';
