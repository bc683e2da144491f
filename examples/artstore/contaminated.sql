--
-- ArtStore, query module: the generated revision that went wrong.
--
-- The query module shared its database with a storage element. Its generator compared the whole
-- database with the models of the query module, found tables that no model describes, and wrote
-- their removal below the one change that was meant.
--
-- The text is valid SQL, so it can be registered. Running it is what must fail, and does: the first
-- statement alters a table of query and passes, the second touches an index of storage_elem_01 and
-- is refused. The whole step is undone; query stays where it was, and no file record is lost:
--
--     SELECT migrate_upgrade(prefix => 'query');
--
-- The refusal needs the other module's history in the same database, so run storage.sql and
-- upgrade storage_elem_01 first. A revision that was never applied can be taken back:
--
--     SELECT migrate_unregister('c1d7f03e9a58', prefix => 'query');
--

SELECT migrate_register(
    'c1d7f03e9a58',
    prefix => 'query',
    message => 'feat(query): client address of downloads',
    up => $up$
-- What the author wanted

ALTER TABLE download_statistics ADD COLUMN client_address varchar(45);

-- What the generator added: nobody in this module has ever seen these tables

DROP INDEX public.ix_storage_elem_01_wal_user_id;
DROP INDEX public.ix_storage_elem_01_wal_status;
DROP INDEX public.ix_storage_elem_01_wal_operation_type;
DROP INDEX public.ix_storage_elem_01_wal_file_id;
DROP INDEX public.idx_storage_elem_01_wal_status_time;
DROP INDEX public.idx_storage_elem_01_wal_file;
DROP INDEX public.idx_storage_elem_01_wal_data;
DROP TABLE public.storage_elem_01_wal;

DROP TABLE public.storage_elem_01_config;

DROP INDEX public.idx_storage_elem_01_retention;
DROP INDEX public.ix_storage_elem_01_files_state;
DROP INDEX public.ix_storage_elem_01_files_storage_filename;
DROP INDEX public.ix_storage_elem_01_files_original_filename;
DROP INDEX public.ix_storage_elem_01_files_file_id;
DROP INDEX public.ix_storage_elem_01_files_created_by_username;
DROP INDEX public.ix_storage_elem_01_files_created_by_id;
DROP INDEX public.idx_storage_elem_01_user_date;
DROP INDEX public.idx_storage_elem_01_search_vector;
DROP INDEX public.idx_storage_elem_01_metadata;
DROP INDEX public.idx_storage_elem_01_filename;
DROP TABLE public.storage_elem_01_files;
$up$,
    down => $down$
-- The tables come back, without a single row of theirs

CREATE TABLE public.storage_elem_01_files (
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
    metadata_json jsonb,
    state public.storage_elem_01_file_state NOT NULL DEFAULT 'PERMANENT',
    retention_until timestamptz
);

CREATE INDEX idx_storage_elem_01_filename
    ON public.storage_elem_01_files (original_filename);
CREATE INDEX idx_storage_elem_01_metadata
    ON public.storage_elem_01_files USING gin (metadata_json);
CREATE INDEX idx_storage_elem_01_search_vector
    ON public.storage_elem_01_files USING gin (search_vector);
CREATE INDEX idx_storage_elem_01_user_date
    ON public.storage_elem_01_files (created_by_id, created_at);
CREATE INDEX ix_storage_elem_01_files_created_by_id
    ON public.storage_elem_01_files (created_by_id);
CREATE INDEX ix_storage_elem_01_files_created_by_username
    ON public.storage_elem_01_files (created_by_username);
CREATE INDEX ix_storage_elem_01_files_file_id
    ON public.storage_elem_01_files (file_id);
CREATE INDEX ix_storage_elem_01_files_original_filename
    ON public.storage_elem_01_files (original_filename);
CREATE UNIQUE INDEX ix_storage_elem_01_files_storage_filename
    ON public.storage_elem_01_files (storage_filename);
CREATE INDEX ix_storage_elem_01_files_state
    ON public.storage_elem_01_files (state);
CREATE INDEX idx_storage_elem_01_retention
    ON public.storage_elem_01_files (retention_until)
    WHERE retention_until IS NOT NULL;

CREATE TABLE public.storage_elem_01_config (
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

CREATE TABLE public.storage_elem_01_wal (
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

CREATE INDEX idx_storage_elem_01_wal_data
    ON public.storage_elem_01_wal USING gin (operation_data);
CREATE INDEX idx_storage_elem_01_wal_file
    ON public.storage_elem_01_wal (file_id, started_at);
CREATE INDEX idx_storage_elem_01_wal_status_time
    ON public.storage_elem_01_wal (status, started_at);
CREATE INDEX ix_storage_elem_01_wal_file_id
    ON public.storage_elem_01_wal (file_id);
CREATE INDEX ix_storage_elem_01_wal_operation_type
    ON public.storage_elem_01_wal (operation_type);
CREATE INDEX ix_storage_elem_01_wal_status
    ON public.storage_elem_01_wal (status);
CREATE INDEX ix_storage_elem_01_wal_user_id
    ON public.storage_elem_01_wal (user_id);

-- What the author wanted

ALTER TABLE download_statistics DROP COLUMN client_address;
$down$
);
