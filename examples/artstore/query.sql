--
-- ArtStore, query module: a cache of file metadata, the searches made in it and the downloads.
--
-- Its tables bear no common prefix, so naming => 'any'; the module lives in a schema of its own,
-- which comes first in the search_path while a revision runs, so the texts need not name it.
-- This file registers the revisions and runs none of them; see README.md.
--

CREATE SCHEMA IF NOT EXISTS query;

SELECT migrate_create_prefix('query', schema => 'query', naming => 'any');

SELECT migrate_register(
    'a83e5c17d94f',
    prefix => 'query',
    message => 'feat(query): initial schema',
    up => $up$
-- Metadata

CREATE TABLE file_metadata_cache (
    id varchar(36) PRIMARY KEY,
    filename varchar(255) NOT NULL,
    storage_filename varchar(512) NOT NULL,
    file_size bigint NOT NULL,
    mime_type varchar(127),
    sha256_hash varchar(64) NOT NULL,
    username varchar(255) NOT NULL,
    tags varchar(50)[],
    description text,
    storage_element_id varchar(50) NOT NULL,
    storage_element_url varchar(512) NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    cache_updated_at timestamptz NOT NULL DEFAULT now(),
    search_vector tsvector,
    CONSTRAINT check_file_size_positive CHECK (file_size >= 0),
    CONSTRAINT check_tags_count CHECK (array_length(tags, 1) <= 50)
);

CREATE INDEX idx_file_metadata_file_size ON file_metadata_cache (file_size, created_at);
CREATE INDEX idx_file_metadata_mime_type ON file_metadata_cache (mime_type, created_at);
CREATE INDEX idx_file_metadata_search_vector ON file_metadata_cache USING gin (search_vector);
CREATE INDEX idx_file_metadata_storage_elem
    ON file_metadata_cache (storage_element_id, created_at);
CREATE INDEX idx_file_metadata_tags ON file_metadata_cache USING gin (tags);
CREATE INDEX idx_file_metadata_username_created ON file_metadata_cache (username, created_at);
CREATE INDEX ix_file_metadata_cache_created_at ON file_metadata_cache (created_at);
CREATE INDEX ix_file_metadata_cache_filename ON file_metadata_cache (filename);
CREATE INDEX ix_file_metadata_cache_mime_type ON file_metadata_cache (mime_type);
CREATE UNIQUE INDEX ix_file_metadata_cache_sha256_hash ON file_metadata_cache (sha256_hash);
CREATE INDEX ix_file_metadata_cache_storage_element_id
    ON file_metadata_cache (storage_element_id);
CREATE INDEX ix_file_metadata_cache_updated_at ON file_metadata_cache (updated_at);
CREATE INDEX ix_file_metadata_cache_username ON file_metadata_cache (username);

COMMENT ON TABLE file_metadata_cache IS 'What the storage elements know of their files, copied';
COMMENT ON COLUMN file_metadata_cache.storage_element_url IS 'Where the file can be fetched';
COMMENT ON COLUMN file_metadata_cache.cache_updated_at IS 'When this copy was made';

-- Searches

CREATE TABLE search_history (
    id serial PRIMARY KEY,
    query_text text,
    search_mode varchar(20) NOT NULL,
    filters_applied text,
    results_count integer NOT NULL,
    response_time_ms integer NOT NULL,
    username varchar(255),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT check_results_count_positive CHECK (results_count >= 0),
    CONSTRAINT check_response_time_positive CHECK (response_time_ms >= 0)
);

CREATE INDEX idx_search_history_created ON search_history (created_at);
CREATE INDEX idx_search_history_mode ON search_history (search_mode, created_at);
CREATE INDEX idx_search_history_username_created ON search_history (username, created_at);
CREATE INDEX ix_search_history_created_at ON search_history (created_at);
CREATE INDEX ix_search_history_username ON search_history (username);

COMMENT ON TABLE search_history IS 'One row per search, for statistics and suggestions';
COMMENT ON COLUMN search_history.filters_applied IS 'The filters of the request, as JSON text';
$up$,
    down => $down$
DROP TABLE search_history;
DROP TABLE file_metadata_cache;
$down$
);

SELECT migrate_register(
    '5e90b7f2c36a',
    prefix => 'query',
    message => 'feat(query): download statistics',
    up => $up$
CREATE TABLE download_statistics (
    id serial PRIMARY KEY,
    file_id varchar(36) NOT NULL,
    bytes_transferred bigint NOT NULL,
    download_time_ms integer NOT NULL,
    was_resumed boolean NOT NULL,
    username varchar(255),
    storage_element_id varchar(50) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT check_bytes_positive CHECK (bytes_transferred >= 0),
    CONSTRAINT check_download_time_positive CHECK (download_time_ms >= 0)
);

CREATE INDEX idx_download_stats_file_created ON download_statistics (file_id, created_at);
CREATE INDEX idx_download_stats_storage_created
    ON download_statistics (storage_element_id, created_at);
CREATE INDEX idx_download_stats_username_created ON download_statistics (username, created_at);
CREATE INDEX ix_download_statistics_created_at ON download_statistics (created_at);
CREATE INDEX ix_download_statistics_file_id ON download_statistics (file_id);
CREATE INDEX ix_download_statistics_storage_element_id
    ON download_statistics (storage_element_id);
CREATE INDEX ix_download_statistics_username ON download_statistics (username);

COMMENT ON TABLE download_statistics IS 'One row per finished download';
COMMENT ON COLUMN download_statistics.was_resumed IS 'The download began in the middle of the file';
$up$,
    down => $down$
DROP TABLE download_statistics;
$down$
);
