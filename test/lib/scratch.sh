# shellcheck shell=bash
#
# For scripts that test against a running server (PGHOST, PGPORT and PGUSER say which): a scratch
# database with the extension, and assertions that print what they find.
#
#   . "$(dirname "$0")/../lib/scratch.sh"
#   make_scratch_database
#
set -euo pipefail

work=$(mktemp -d)
scratch_database=

remove_scratch() {
    local status=$?
    trap - EXIT
    set +e
    if [[ -n $scratch_database ]]; then
        PGDATABASE=postgres psql -X -q -c "DROP DATABASE IF EXISTS $scratch_database WITH (FORCE)"
    fi
    # Sessions of the database ended with it.
    wait
    rm -rf "$work"
    exit "$status"
}
trap remove_scratch EXIT
trap 'exit 130' INT TERM

# Creates the database, with the extension in it, and makes it the default of psql.
make_scratch_database() {
    scratch_database=migrate_scratch_$$
    PGDATABASE=postgres psql -X -q -v ON_ERROR_STOP=1 -c "CREATE DATABASE $scratch_database"
    export PGDATABASE=$scratch_database
    sql 'CREATE EXTENSION migrate'
}

# Runs commands, each in a transaction of its own unless it says BEGIN; prints bare values.
sql() {
    local command arguments=()
    for command; do arguments+=(-c "$command"); done
    psql -X -q -A -t -v ON_ERROR_STOP=1 "${arguments[@]}"
}

# Registers revisions r1 .. rN in a line; each makes a table and takes a moment.
register_line() { # COUNT PREFIX
    psql -X -q -A -t -v ON_ERROR_STOP=1 -v count="$1" -v prefix="$2" >"$work/register" <<'SQL'
SELECT format('SELECT migrate_register(%L, %L, %L, prefix => %L)', 'r' || n,
              format('CREATE TABLE %s (id int); SELECT pg_sleep(0.02);', name),
              format('DROP TABLE %s;', name), :'prefix')
  FROM generate_series(1, :count) AS n,
       concat_ws('_', nullif(:'prefix', ''), 'table', n) AS name
\gexec
SQL
}

# Waits until a query returns a row.
wait_for() { # WHAT QUERY
    local deadline=$((SECONDS + 60))
    until [[ -n $(sql "$2") ]]; do
        if ((SECONDS > deadline)); then
            printf 'not ok - waited in vain for %s\n' "$1"
            exit 1
        fi
        sleep 0.05
    done
}

is() { # NAME FOUND EXPECTED
    if [[ $2 == "$3" ]]; then
        printf 'ok - %s\n' "$1"
    else
        printf 'not ok - %s\n  found:    %s\n  expected: %s\n' "$1" "$2" "$3"
        exit 1
    fi
}

like() { # NAME FOUND PATTERN (of bash's [[ =~ ]])
    if [[ $2 =~ $3 ]]; then
        printf 'ok - %s\n' "$1"
    else
        printf 'not ok - %s\n  found:    %s\n  expected: %s\n' "$1" "$2" "$3"
        exit 1
    fi
}
