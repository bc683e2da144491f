--
-- ArtStore, storage element: the files of one element, its configuration and its write-ahead log.
--
-- An element runs once per instance, and many instances may share one database. The history is
-- written once, in the prefix storage_elem, with @prefix@ where the name of the instance belongs.
-- The instances take their revisions from it; each has its own tables and its own position.
-- This file registers the revisions and runs none of them; see README.md.
--

SELECT migrate_create_prefix('storage_elem');

SELECT migrate_register(
    '71c0e5ab83d2',
    prefix => 'storage_elem',
    message => 'feat(storage): initial schema',
    up => $up$
-- Files

CREATE TABLE @prefix@_files (
    file_id uuid PRIMARY KEY,
    original_filename varchar(500) NOT NULL,
    storage_filename varchar(500) NOT NULL,
    file_size bigint NOT NULL,
    content_type varchar(255) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by_id varchar(255) NOT NULL,
    created_by_username varchar(255) NOT NULL,
    created_by_fullname varchar(500),
    description text,
    version varchar(50),
    storage_path varchar(1000) NOT NULL,
    checksum varchar(64) NOT NULL,
    search_vector tsvector,
    metadata_json jsonb
);

CREATE INDEX idx_@prefix@_filename ON @prefix@_files (original_filename);
CREATE INDEX idx_@prefix@_metadata ON @prefix@_files USING gin (metadata_json);
CREATE INDEX idx_@prefix@_search_vector ON @prefix@_files USING gin (search_vector);
CREATE INDEX idx_@prefix@_user_date ON @prefix@_files (created_by_id, created_at);
CREATE INDEX ix_@prefix@_files_created_by_id ON @prefix@_files (created_by_id);
CREATE INDEX ix_@prefix@_files_created_by_username ON @prefix@_files (created_by_username);
CREATE INDEX ix_@prefix@_files_file_id ON @prefix@_files (file_id);
CREATE INDEX ix_@prefix@_files_original_filename ON @prefix@_files (original_filename);
CREATE UNIQUE INDEX ix_@prefix@_files_storage_filename ON @prefix@_files (storage_filename);

COMMENT ON TABLE @prefix@_files IS 'Files kept by the storage element @prefix@';
COMMENT ON COLUMN @prefix@_files.original_filename IS 'The name at upload';
COMMENT ON COLUMN @prefix@_files.storage_filename IS 'The name on disk, unique in the element';
COMMENT ON COLUMN @prefix@_files.checksum IS 'SHA-256 of the content, in hexadecimal';

-- Configuration

CREATE TABLE @prefix@_config (
    id serial PRIMARY KEY,
    current_mode varchar(10) NOT NULL,
    mode_changed_at timestamptz NOT NULL DEFAULT now(),
    mode_changed_by varchar(255),
    is_master boolean NOT NULL,
    master_elected_at timestamptz,
    total_files integer NOT NULL,
    total_size_bytes integer NOT NULL,
    last_cache_rebuild timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE @prefix@_config IS 'Mode and totals of the storage element @prefix@';
COMMENT ON COLUMN @prefix@_config.current_mode IS 'edit, rw, ro or ar';

-- Write-ahead log

CREATE TABLE @prefix@_wal (
    transaction_id uuid PRIMARY KEY,
    operation_type varchar(50) NOT NULL,
    status varchar(20) NOT NULL,
    file_id uuid,
    operation_data jsonb NOT NULL,
    error_message text,
    started_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    duration_ms integer,
    user_id varchar(255)
);

CREATE INDEX idx_@prefix@_wal_data ON @prefix@_wal USING gin (operation_data);
CREATE INDEX idx_@prefix@_wal_file ON @prefix@_wal (file_id, started_at);
CREATE INDEX idx_@prefix@_wal_status_time ON @prefix@_wal (status, started_at);
CREATE INDEX ix_@prefix@_wal_file_id ON @prefix@_wal (file_id);
CREATE INDEX ix_@prefix@_wal_operation_type ON @prefix@_wal (operation_type);
CREATE INDEX ix_@prefix@_wal_status ON @prefix@_wal (status);
CREATE INDEX ix_@prefix@_wal_user_id ON @prefix@_wal (user_id);

COMMENT ON TABLE @prefix@_wal IS 'Operations on files, written before they are carried out';
COMMENT ON COLUMN @prefix@_wal.file_id IS 'May name a file that is no longer there';
$up$,
    down => $down$
DROP TABLE @prefix@_wal;
DROP TABLE @prefix@_config;
DROP TABLE @prefix@_files;
$down$
);

-- Every instance gets a type of its own, as it gets tables of its own: storage_elem_01_file_state
-- and storage_elem_02_file_state are two types.

SELECT migrate_register(
    'd46f1b92e70a',
    prefix => 'storage_elem',
    message => 'feat(storage): state and retention of files',
    up => $up$
CREATE TYPE @prefix@_file_state AS ENUM ('TEMPORARY', 'PERMANENT', 'EXPIRED', 'DELETED');

ALTER TABLE @prefix@_files
    ADD COLUMN state @prefix@_file_state NOT NULL DEFAULT 'PERMANENT',
    ADD COLUMN retention_until timestamptz;

CREATE INDEX ix_@prefix@_files_state ON @prefix@_files (state);
CREATE INDEX idx_@prefix@_retention ON @prefix@_files (retention_until)
    WHERE retention_until IS NOT NULL;

COMMENT ON COLUMN @prefix@_files.state IS 'Where the file is in its life';
COMMENT ON COLUMN @prefix@_files.retention_until IS 'Removed after this moment; NULL: never';
$up$,
    down => $down$
DROP INDEX idx_@prefix@_retention;
DROP INDEX ix_@prefix@_files_state;

ALTER TABLE @prefix@_files
    DROP COLUMN retention_until,
    DROP COLUMN state;

DROP TYPE @prefix@_file_state;
$down$
);

-- The instances.

SELECT migrate_create_prefix('storage_elem_01', template => 'storage_elem');
SELECT migrate_create_prefix('storage_elem_02', template => 'storage_elem');
SELECT migrate_create_prefix('storage_elem_03', template => 'storage_elem');
