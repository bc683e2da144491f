-- What the functions return: a parameter and a column of one function cannot share a name,
-- and "prefix" is both, so rows have types of their own.

CREATE TYPE migrate.step AS (
    prefix text,
    revision text,
    direction text,
    message text,
    statements bigint,
    duration interval,
    dropped_types text[]
);
COMMENT ON TYPE migrate.step IS 'one revision that ran';

CREATE TYPE migrate.stamped_row AS (
    prefix text,
    revision text
);
COMMENT ON TYPE migrate.stamped_row IS 'a row of a prefix after a stamp';

CREATE TYPE migrate.current_row AS (
    prefix text,
    revision text,
    message text,
    is_head boolean,
    is_missing boolean,
    applied_at timestamptz,
    applied_by text
);
COMMENT ON TYPE migrate.current_row IS 'a latest applied revision of a prefix';

CREATE TYPE migrate.history_row AS (
    prefix text,
    revision text,
    down_revision text[],
    depends_on text[],
    branch_labels text[],
    message text,
    message_type text,
    message_scope text,
    is_head boolean,
    is_current boolean,
    is_applied boolean,
    is_branch_point boolean,
    is_merge_point boolean,
    applied_at timestamptz,
    applied_by text,
    duration interval
);
COMMENT ON TYPE migrate.history_row IS 'a revision and how it stands';

CREATE TYPE migrate.revision_details AS (
    prefix text,
    revision text,
    down_revision text[],
    depends_on text[],
    branch_labels text[],
    message text,
    is_head boolean,
    is_current boolean,
    is_applied boolean,
    registered_at timestamptz,
    registered_by text,
    up text,
    down text
);
COMMENT ON TYPE migrate.revision_details IS 'a revision with its texts';

CREATE TYPE migrate.planned_step AS (
    prefix text,
    revision text,
    direction text,
    message text,
    is_other_line boolean,
    is_transactional boolean,
    is_reversible boolean
);
COMMENT ON TYPE migrate.planned_step IS 'a step that an upgrade or downgrade would run';

CREATE TYPE migrate.prefix_status AS (
    prefix text,
    owner text,
    schema text,
    template text,
    current text[],
    heads text[],
    pending bigint,
    last_run text,
    last_run_at timestamptz,
    state text,
    running_revision text,
    running_since timestamptz,
    running_pid bigint,
    running_query text,
    leftovers text[]
);
COMMENT ON TYPE migrate.prefix_status IS 'where a prefix stands';

