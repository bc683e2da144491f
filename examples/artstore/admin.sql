--
-- ArtStore, admin module: users, service accounts, storage elements, signing keys, audit log.
--
-- Its history lives in the default prefix (''), which the first registration below creates.
-- This file registers the revisions and runs none of them; see README.md.
--

-- The first revision. Two things about it come from real life:
--
--   * Its down text drops the five tables and FORGETS THE SEVEN ENUM TYPES, on purpose. A type
--     outlives the table that used it, so without help the next upgrade stops at its first
--     statement with "type already exists". migrate_downgrade() drops the orphans by itself
--     and names them in the column dropped_types. Please do not repair the text.
--
--   * audit_logs.service_account_id is a uuid, as service_accounts.id is. It was an integer once;
--     no server accepts such a foreign key, and a step that fails leaves nothing behind here.

SELECT migrate_register(
    '4c7e84fcc6b9',
    message => 'feat(database): initial schema',
    up => $up$
-- Types

CREATE TYPE service_account_role_enum AS ENUM ('ADMIN', 'USER', 'AUDITOR', 'READONLY');
CREATE TYPE service_account_status_enum AS ENUM ('ACTIVE', 'SUSPENDED', 'EXPIRED', 'DELETED');
CREATE TYPE storage_mode_enum AS ENUM ('EDIT', 'RW', 'RO', 'AR');
CREATE TYPE storage_status_enum AS ENUM ('ONLINE', 'OFFLINE', 'DEGRADED', 'MAINTENANCE');
CREATE TYPE storage_type_enum AS ENUM ('LOCAL', 'S3');
CREATE TYPE user_role_enum AS ENUM ('ADMIN', 'OPERATOR', 'USER');
CREATE TYPE user_status_enum AS ENUM ('ACTIVE', 'INACTIVE', 'LOCKED', 'DELETED');

-- People

CREATE TABLE users (
    id serial PRIMARY KEY,
    username varchar(100) NOT NULL,
    email varchar(255) NOT NULL,
    first_name varchar(100),
    last_name varchar(100),
    hashed_password varchar(255),
    ldap_dn varchar(500),
    role user_role_enum NOT NULL,
    status user_status_enum NOT NULL,
    is_system boolean NOT NULL,
    last_login timestamptz,
    failed_login_attempts integer NOT NULL,
    lockout_until timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT uq_username UNIQUE (username),
    CONSTRAINT uq_email UNIQUE (email)
);

CREATE INDEX idx_user_ldap_lookup ON users (ldap_dn) WHERE ldap_dn IS NOT NULL;
CREATE INDEX idx_user_status_role ON users (status, role);
CREATE UNIQUE INDEX ix_users_email ON users (email);
CREATE UNIQUE INDEX ix_users_ldap_dn ON users (ldap_dn);
CREATE INDEX ix_users_status ON users (status);
CREATE UNIQUE INDEX ix_users_username ON users (username);

COMMENT ON TABLE users IS 'People who may sign in';
COMMENT ON COLUMN users.hashed_password IS 'Empty for accounts that a directory authenticates';
COMMENT ON COLUMN users.ldap_dn IS 'Distinguished name in the LDAP directory';
COMMENT ON COLUMN users.is_system IS 'Made by the installation; cannot be deleted';
COMMENT ON COLUMN users.lockout_until IS 'No sign-in before this moment after too many failures';

-- Programs

CREATE TABLE service_accounts (
    id uuid PRIMARY KEY,
    name varchar(200) NOT NULL,
    description varchar(500),
    client_id varchar(100) NOT NULL,
    client_secret_hash varchar(255) NOT NULL,
    secret_history json,
    secret_changed_at timestamptz NOT NULL,
    role service_account_role_enum NOT NULL,
    status service_account_status_enum NOT NULL,
    is_system boolean NOT NULL,
    rate_limit integer NOT NULL,
    secret_expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT uq_service_account_name UNIQUE (name),
    CONSTRAINT uq_service_account_client_id UNIQUE (client_id)
);

CREATE INDEX idx_service_account_client_id ON service_accounts (client_id);
CREATE INDEX idx_service_account_secret_expiry ON service_accounts (secret_expires_at);
CREATE INDEX idx_service_account_status_role ON service_accounts (status, role);
CREATE UNIQUE INDEX ix_service_accounts_client_id ON service_accounts (client_id);
CREATE UNIQUE INDEX ix_service_accounts_name ON service_accounts (name);
CREATE INDEX ix_service_accounts_status ON service_accounts (status);

COMMENT ON TABLE service_accounts IS 'Programs that call the API with a client id and a secret';
COMMENT ON COLUMN service_accounts.secret_history IS 'Hashes of earlier secrets, never reused';
COMMENT ON COLUMN service_accounts.rate_limit IS 'Requests per minute';

-- Storage

CREATE TABLE storage_elements (
    id serial PRIMARY KEY,
    name varchar(100) NOT NULL,
    description varchar(500),
    mode storage_mode_enum NOT NULL,
    storage_type storage_type_enum NOT NULL,
    base_path varchar(500) NOT NULL,
    api_url varchar(255) NOT NULL,
    api_key varchar(255),
    status storage_status_enum NOT NULL,
    capacity_bytes bigint,
    used_bytes bigint NOT NULL,
    file_count integer NOT NULL,
    retention_days integer,
    last_health_check timestamptz,
    is_replicated boolean NOT NULL,
    replica_count integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE INDEX idx_storage_mode_status ON storage_elements (mode, status);
CREATE INDEX idx_storage_status ON storage_elements (status);
CREATE INDEX ix_storage_elements_mode ON storage_elements (mode);
CREATE UNIQUE INDEX ix_storage_elements_name ON storage_elements (name);
CREATE INDEX ix_storage_elements_status ON storage_elements (status);

COMMENT ON TABLE storage_elements IS 'Registered storage elements and their last known state';
COMMENT ON COLUMN storage_elements.mode IS 'EDIT, then RW, then RO, then AR: a one-way road';
COMMENT ON COLUMN storage_elements.capacity_bytes IS 'NULL: no limit is known';
COMMENT ON COLUMN storage_elements.retention_days IS 'NULL: files are kept for ever';

-- Signing keys

CREATE TABLE jwt_keys (
    id serial PRIMARY KEY,
    version varchar(36) NOT NULL,
    private_key text NOT NULL,
    public_key text NOT NULL,
    algorithm varchar(10) NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    is_active boolean NOT NULL,
    rotation_count integer NOT NULL
);

CREATE INDEX ix_jwt_keys_is_active ON jwt_keys (is_active);
CREATE UNIQUE INDEX ix_jwt_keys_version ON jwt_keys (version);

COMMENT ON TABLE jwt_keys IS 'Key pairs that sign and verify access tokens';
COMMENT ON COLUMN jwt_keys.version IS 'The kid of the token header';

-- Audit

CREATE TABLE audit_logs (
    id bigserial PRIMARY KEY,
    event_type varchar(100) NOT NULL,
    severity varchar(20) NOT NULL,
    user_id integer,
    service_account_id uuid,
    actor_type varchar(20) NOT NULL,
    resource_type varchar(50),
    resource_id varchar(100),
    action varchar(50) NOT NULL,
    ip_address varchar(45),
    user_agent text,
    request_id varchar(36),
    session_id varchar(100),
    data jsonb,
    success boolean NOT NULL,
    error_message text,
    hmac_signature varchar(64) NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT audit_logs_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT audit_logs_service_account_id_fkey
        FOREIGN KEY (service_account_id) REFERENCES service_accounts (id) ON DELETE SET NULL
);

CREATE INDEX ix_audit_logs_created_at ON audit_logs (created_at);
CREATE INDEX ix_audit_logs_event_type ON audit_logs (event_type);
CREATE INDEX ix_audit_logs_request_id ON audit_logs (request_id);
CREATE INDEX ix_audit_logs_service_account_id ON audit_logs (service_account_id);
CREATE INDEX ix_audit_logs_severity ON audit_logs (severity);
CREATE INDEX ix_audit_logs_success ON audit_logs (success);
CREATE INDEX ix_audit_logs_user_id ON audit_logs (user_id);

COMMENT ON TABLE audit_logs IS 'Who did what, when, and whether it worked';
COMMENT ON COLUMN audit_logs.data IS 'Details of the event, in a shape of its own per event type';
COMMENT ON COLUMN audit_logs.hmac_signature IS 'HMAC-SHA256 over the row, in hexadecimal';
$up$,
    down => $down$
DROP TABLE audit_logs;
DROP TABLE jwt_keys;
DROP TABLE storage_elements;
DROP TABLE service_accounts;
DROP TABLE users;
$down$
);

-- Administrators get a table of their own. This down text does drop its type: both ways work.

SELECT migrate_register(
    '9b21d6e0f374',
    message => 'feat(database): add admin_users',
    up => $up$
CREATE TYPE admin_role AS ENUM ('SUPER_ADMIN', 'ADMIN', 'READONLY');

CREATE TABLE admin_users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    username varchar(100) NOT NULL,
    email varchar(255),
    password_hash varchar(255) NOT NULL,
    password_history jsonb NOT NULL DEFAULT '[]',
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    role admin_role NOT NULL DEFAULT 'READONLY',
    enabled boolean NOT NULL DEFAULT true,
    is_system boolean NOT NULL DEFAULT false,
    login_attempts integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    last_login_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_admin_users_username UNIQUE (username),
    CONSTRAINT uq_admin_users_email UNIQUE (email),
    CONSTRAINT check_admin_users_login_attempts CHECK (login_attempts >= 0)
);

CREATE INDEX ix_admin_users_role_enabled ON admin_users (role, enabled);
CREATE INDEX ix_admin_users_locked_until ON admin_users (locked_until)
    WHERE locked_until IS NOT NULL;

COMMENT ON TABLE admin_users IS 'Administrators of the ArtStore, apart from its ordinary users';
COMMENT ON COLUMN admin_users.password_history IS 'Hashes of earlier passwords, newest first';
COMMENT ON COLUMN admin_users.is_system IS 'Made by the installation; cannot be deleted';
$up$,
    down => $down$
DROP TABLE admin_users;
DROP TYPE admin_role;
$down$
);

-- An administrator may be the actor of an audit event, too.

SELECT migrate_register(
    '2f8ac3b5710d',
    message => 'feat(database): link audit_logs to admin_users',
    up => $up$
ALTER TABLE audit_logs
    ADD COLUMN admin_user_id uuid,
    ADD CONSTRAINT audit_logs_admin_user_id_fkey
        FOREIGN KEY (admin_user_id) REFERENCES admin_users (id) ON DELETE SET NULL;

CREATE INDEX ix_audit_logs_admin_user_id ON audit_logs (admin_user_id);

COMMENT ON COLUMN audit_logs.admin_user_id IS 'The administrator who acted, if one did';
$up$,
    down => $down$
DROP INDEX ix_audit_logs_admin_user_id;

ALTER TABLE audit_logs
    DROP CONSTRAINT audit_logs_admin_user_id_fkey,
    DROP COLUMN admin_user_id;
$down$
);

-- LDAP is gone. The way back restores the column, its comment and both indexes; the values, of
-- course, are lost, and the column returns as the last one of its table.

SELECT migrate_register(
    'e05d947b1ca8',
    message => 'refactor(database): remove ldap_dn from users',
    up => $up$
DROP INDEX idx_user_ldap_lookup;
DROP INDEX ix_users_ldap_dn;

ALTER TABLE users DROP COLUMN ldap_dn;
$up$,
    down => $down$
ALTER TABLE users ADD COLUMN ldap_dn varchar(500);

COMMENT ON COLUMN users.ldap_dn IS 'Distinguished name in the LDAP directory';

CREATE UNIQUE INDEX ix_users_ldap_dn ON users (ldap_dn);
CREATE INDEX idx_user_ldap_lookup ON users (ldap_dn) WHERE ldap_dn IS NOT NULL;
$down$
);
