-- A plain CREATE SCHEMA: a schema of this name that somebody else made stops the
-- installation, so nobody but the installer can ever create anything in it.
CREATE SCHEMA migrate;
COMMENT ON SCHEMA migrate IS 'tables of the extension migrate: prefixes, revisions and what ran';

