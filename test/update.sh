#!/usr/bin/env bash
#
# ALTER EXTENSION migrate UPDATE from every version in test/released: a database that was updated is
# like one in which the extension was just created, and its histories go on.
#
# Against a running server (PGHOST, PGPORT and PGUSER say which) that is there for tests only, where
# the frozen scripts test/released/migrate--VERSION.sql lie beside the extension's own.
#
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
. "$root/test/lib/scratch.sh"

admin="SELECT 'CREATE ROLE ' || name || ' ' || options FROM (VALUES
    ('update_keeper', ''), ('update_owner', 'LOGIN'), ('update_admin', 'LOGIN SUPERUSER')) AS r (name, options)
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \\gexec"
PGDATABASE=postgres psql -X -q <<<"$admin"

current=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" "$root/migrate.control")
scratch_database=migrate_update_$$
export PGDATABASE=$scratch_database

# A database without anything in it, that belongs to a role without rights.
empty_database() {
    PGDATABASE=postgres PGOPTIONS='-c client_min_messages=warning' psql -X -q -v ON_ERROR_STOP=1 \
        -c "DROP DATABASE IF EXISTS $scratch_database WITH (FORCE)" \
        -c "CREATE DATABASE $scratch_database OWNER update_owner TEMPLATE template0"
}
catalog() { psql -X -q -A -t -v ON_ERROR_STOP=1 -f "$root/test/lib/extension_catalog.sql"; }
refused() { if sql "$@" 2>&1; then printf 'it was not refused\n'; fi; }
installed() { sql "SELECT extversion FROM pg_extension WHERE extname = 'migrate'"; }

same_catalog() { # NAME: the catalog is that in $work/fresh
    catalog >"$work/updated"
    is "$1" "$(diff "$work/fresh" "$work/updated" || true)" ''
}

# The queries for all rows of all tables, with the columns that they have now.
row_queries() {
    sql "SELECT format('SELECT %s FROM %s ORDER BY 1, 2', string_agg(quote_ident(attname), ', ' ORDER BY attnum),
                       attrelid::regclass)
           FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
          WHERE relnamespace = 'migrate'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
          GROUP BY attrelid ORDER BY attrelid::regclass::text"
}
rows() { # FILE of queries
    sed 's/$/;/' "$1" | psql -X -q -A -t -v ON_ERROR_STOP=1
}

restore_content() { # VERSION
    psql -X -q -A -t -v ON_ERROR_STOP=1 -f "$root/test/released/migrate--$1.dump.sql" >/dev/null
}

# The histories of content.sql are what they were, and go on.
histories_work() { # VERSION
    is "$1: the default prefix stands where it stood" \
        "$(sql 'SELECT revision, is_head, message FROM migrate_current()')" 'a2|f|feat(people): later'
    is "$1: the history is told" "$(sql 'SELECT revision, is_applied FROM migrate_history()')" $'a3|f\na2|t\na1|t'
    is "$1: every prefix is there" \
        "$(sql 'SELECT prefix, current, heads, pending, template FROM migrate_status() ORDER BY prefix')" \
        $'|{a2}|{a3}|1|\ncell|{}|{c1}|1|\ncell_01|{c1}|{c1}|0|cell\nold|{o1}|{o1}|0|\nshop|{s3}|{s2,s3}|0|'
    is "$1: settings are what they were" \
        "$(sql "SELECT isolation, settings FROM migrate.prefix WHERE name = 'shop'")" 'warn|{"lock_timeout": "3s"}'
    is "$1: what is pending is run" "$(sql 'SELECT revision FROM migrate_upgrade()')" a3
    is "$1: the downgrade drops the orphaned type" \
        "$(sql "SELECT revision, dropped_types FROM migrate_downgrade('base')")" \
        $'a3|{}\na2|{}\na1|{public.mood}'
    is "$1: and up again" "$(sql 'SELECT revision FROM migrate_upgrade()')" $'a1\na2\na3'
    is "$1: a deploy runs" "$(sql 'CALL migrate_revert()' 'CALL migrate_deploy()' \
        'SELECT current FROM migrate_status() WHERE prefix = '"''" 2>/dev/null)" '{a3}'
    is "$1: an instance goes down" "$(sql "SELECT revision FROM migrate_downgrade(prefix => 'cell_01')")" c1
    is "$1: what has no down text is known" \
        "$(sql "SELECT is_reversible FROM migrate_plan('-1', 'downgrade', 'shop')" 2>&1 | tail -n 1)" f
    is "$1: the log goes on" "$(sql "SELECT direction, count(*) FROM migrate.log WHERE revision = 'a1' GROUP BY 1 ORDER BY 1")" \
        $'downgrade|1\nupgrade|2'
}

test_content() { # VERSION
    local version=$1
    empty_database
    sql "CREATE EXTENSION migrate VERSION '$version'"
    restore_content "$version"
    row_queries >"$work/queries"
    rows "$work/queries" >"$work/before"
    like "$version: there are rows" "$(wc -l <"$work/before")" '^[0-9][0-9]'

    like "$version: before the update a call says what to do" "$(refused 'SELECT * FROM migrate_status()')" \
        'extension "migrate" has to be updated.*HINT:  Run ALTER EXTENSION migrate UPDATE.'
    # Every entry of the library that the old functions know.
    is "$version: and so does every call" "$(sql "
        SELECT format('SELECT %s(%s)', p.oid::regproc, string_agg('NULL::' || t::regtype, ', ' ORDER BY n))
          FROM pg_proc AS p
          JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
          JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'migrate'
          LEFT JOIN unnest(proargtypes) WITH ORDINALITY AS a (t, n) ON true
         WHERE prokind = 'f' AND prorettype <> 'trigger'::regtype GROUP BY p.oid" |
        while read -r call; do
            refused "$call" | grep -q 'has to be updated in this database' || printf '%s\n' "$call"
        done)" ''

    sql 'ALTER EXTENSION migrate UPDATE'
    is "$version: after it the version is $current" "$(installed)" "$current"
    same_catalog "$version: a database that was updated is like a new one"
    rows "$work/queries" >"$work/after"
    is "$version: every row is what it was" "$(diff "$work/before" "$work/after" || true)" ''
    pg_dump --format=custom --file="$work/dump" "$PGDATABASE"
    histories_work "$version, updated"

    empty_database
    pg_restore --dbname="$PGDATABASE" --exit-on-error "$work/dump"
    same_catalog "$version: a dump of an updated database makes a new one"
    histories_work "$version, updated, restored"

    # No UPDATE: a dump does not say which version it is from.
    empty_database
    restore_content "$version"
    rows "$work/queries" >"$work/after"
    is "$version: its dump restores into $current" "$(installed; diff "$work/before" "$work/after" || true)" "$current"
    histories_work "$version, restored"
}

# Objects that are new belong to whom they would in a new installation, whoever updates.
test_owners() { # VERSION
    local creator updater
    for creator in update_owner update_admin; do
        for updater in "$creator" "$PGUSER"; do
            empty_database
            PGUSER=$creator sql 'CREATE EXTENSION migrate'
            catalog >"$work/fresh"
            empty_database
            PGUSER=$creator sql "CREATE EXTENSION migrate VERSION '$1'"
            PGUSER=$updater sql 'ALTER EXTENSION migrate UPDATE'
            same_catalog "$1: like a new one when $creator had created it and $updater updates"
        done
    done
}

# In a schema of choice, behind functions of the same names that somebody else has put into the path.
test_schema() { # VERSION
    empty_database
    sql 'CREATE SCHEMA "my tools"' 'CREATE EXTENSION migrate SCHEMA "my tools"'
    catalog >"$work/fresh"
    empty_database
    sql 'CREATE SCHEMA "my tools"' "CREATE EXTENSION migrate SCHEMA \"my tools\" VERSION '$1'" \
        "CREATE FUNCTION migrate_status(text) RETURNS text LANGUAGE sql AS 'SELECT \$1'" \
        "CREATE PROCEDURE migrate_deploy(text, text) LANGUAGE sql AS 'SELECT \$1'" \
        'ALTER EXTENSION migrate UPDATE'
    same_catalog "$1: like a new one in a schema of its own"
    is "$1: what has the names of its functions elsewhere is left alone" \
        "$(sql "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace")" 2
}

functions() {
    sql "SELECT p.oid::regprocedure FROM pg_proc AS p
           JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
           JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'migrate'
          ORDER BY p.oid::regprocedure::text COLLATE \"C\""
}

# What somebody has put where a new function is to be is not taken over.
test_planted() { # VERSION
    local new
    empty_database
    sql 'CREATE EXTENSION migrate'
    functions >"$work/functions"
    empty_database
    sql "CREATE EXTENSION migrate VERSION '$1'"
    new=$(functions | comm -13 - "$work/functions" | grep -v '^migrate\.' | head -n 1 || true)
    if [[ -z $new ]]; then return; fi
    sql "CREATE FUNCTION $new RETURNS integer LANGUAGE sql AS 'SELECT 1'"
    like "$1: a function in the place of a new one stops the update" "$(refused 'ALTER EXTENSION migrate UPDATE')" \
        'function "?migrate_[a-z_]+"?.* already exists|is not a member of extension'
    is "$1: which has changed nothing" "$(installed)" "$1"
    sql "DROP FUNCTION $new" 'ALTER EXTENSION migrate UPDATE'
    is "$1: when it is gone the update goes through" "$(installed)" "$current"
}

# Somebody is in a transaction that has used the tables.
test_while_used() { # VERSION
    local waiting caller other
    empty_database
    sql "CREATE EXTENSION migrate VERSION '$1'"
    PGAPPNAME=user sql 'BEGIN' 'SELECT count(*) FROM migrate.prefix' "SELECT pg_sleep(120)" >"$work/user" 2>&1 &
    wait_for 'the one who uses it' "SELECT 1 FROM pg_stat_activity WHERE application_name = 'user' AND wait_event = 'PgSleep'"
    like "$1: an update waits for who uses the tables" \
        "$(refused "SET lock_timeout = '200ms'" 'ALTER EXTENSION migrate UPDATE')" 'lock timeout'
    is "$1: and has changed nothing when it gives up" "$(installed)" "$1"

    PGAPPNAME=updater sql 'BEGIN' 'ALTER EXTENSION migrate UPDATE' 'SELECT pg_sleep(1)' COMMIT >"$work/updater" 2>&1 &
    waiting=$!
    wait_for 'the update to wait' "SELECT 1 FROM pg_stat_activity WHERE application_name = 'updater' AND wait_event_type = 'Lock'"
    sql 'SELECT count(*) FROM migrate_current()' >"$work/caller" 2>&1 &
    caller=$!
    sql 'SELECT count(*) FROM migrate_status()' >"$work/caller_of_other" 2>&1 &
    other=$!
    # Both are within our functions by then.
    wait_for 'the callers to wait' "SELECT 1 FROM pg_locks WHERE relation = 'migrate.prefix'::regclass
        AND mode = 'AccessShareLock' AND NOT granted HAVING count(*) = 2"
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'user'" >/dev/null
    wait "$waiting"
    is "$1: it goes on when they have ended" "$(installed)" "$current"
    wait "$caller" || true
    is "$1: a call meanwhile waits, and finds the new version" "$(<"$work/caller")" 0
    wait "$other" || true
    like "$1: if its function is not there any more, it says so" "$(<"$work/caller_of_other")" \
        '^0$|was updated while the call was waiting.*HINT:  Call again.'
}

# A deploy is between two transactions, or within a statement outside of any: its library is that of
# the version before, in this test by a stroke of the pen.
test_while_deploying() { # VERSION
    local deploy result
    empty_database
    sql 'CREATE EXTENSION migrate' \
        "SELECT migrate_register('d1', 'CREATE TABLE one (); SELECT pg_advisory_xact_lock(4711)', 'DROP TABLE one')" \
        "SELECT migrate_register('d2', 'CREATE TABLE two ()', 'DROP TABLE two')" >/dev/null
    PGAPPNAME=gate sql 'SELECT pg_advisory_lock(4711)' 'SELECT pg_sleep(120)' >/dev/null 2>&1 &
    wait_for 'the gate' "SELECT 1 FROM pg_stat_activity WHERE application_name = 'gate' AND wait_event = 'PgSleep'"
    sql 'CALL migrate_deploy()' >"$work/deploy" 2>&1 &
    deploy=$!
    wait_for 'the deploy' "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    sql "UPDATE pg_extension SET extversion = '$1' WHERE extname = 'migrate'"
    like "$1: no update while a deploy is running" "$(refused 'ALTER EXTENSION migrate UPDATE')" \
        'cannot be updated while a deploy is running.*DETAIL:  Process [0-9]+ is at it.*HINT:  Try again when it has ended.'

    sql "UPDATE pg_extension SET extversion = '99.0' WHERE extname = 'migrate'" \
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gate'" >/dev/null
    result=0
    wait "$deploy" || result=$?
    is "$1: a deploy ends before what its library does not know" "$result|$(sql "SELECT to_regclass('two')")" '1|'
    like "$1: and says why" "$(<"$work/deploy")" 'this session has loaded a library that is older.*HINT:  Connect again;'
    sql "UPDATE pg_extension SET extversion = '$current' WHERE extname = 'migrate'"
    sql 'CALL migrate_deploy()' 2>/dev/null
    is "$1: called again it finishes" "$(sql 'SELECT current, state FROM migrate_status()')" '{d2}|idle'
}

shopt -s nullglob
tested=0
for script in "$root"/test/released/migrate--*.sql; do
    version=${script##*/migrate--}
    version=${version%.sql}
    if [[ $version == *.dump ]]; then continue; fi
    tested=$((tested + 1))
    empty_database
    sql 'CREATE EXTENSION migrate'
    catalog >"$work/fresh"
    test_content "$version"
    test_owners "$version"
    test_schema "$version"
    test_planted "$version"
    test_while_used "$version"
    test_while_deploying "$version"
done
like 'there are earlier versions' "$tested" '^[1-9]'
