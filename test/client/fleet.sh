#!/usr/bin/env bash
# fleet: one history in 200 databases.
. "$(dirname "$0")/../lib/client.sh"

count=200
make_scratch_database
fleet=${PGDATABASE}_fleet
admin() { PGDATABASE=postgres psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }
# Dropping them takes longer than all the rest: a server that goes with the test keeps them.
remove_fleet() {
    if [[ -n ${MIGRATE_THROWAWAY_SERVER:-} ]]; then return; fi
    admin -c "SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE);', datname) FROM pg_database WHERE starts_with(datname, '$fleet')" |
        PGDATABASE=postgres psql -X -q >/dev/null 2>&1
}
trap 'status=$?; trap - EXIT; remove_fleet; (exit $status); remove_scratch' EXIT

admin -c "CREATE DATABASE ${fleet}_template TEMPLATE $PGDATABASE"
for ((n = 1; n <= count; n++)); do
    printf 'CREATE DATABASE %s_%03d TEMPLATE %s_template;\n' "$fleet" "$n" "$fleet"
done | admin
query="SELECT datname FROM pg_database WHERE datname ~ '^${fleet}_[0-9]+$' ORDER BY datname"
admin -c "$query" >"$work/list"
is 'so many databases' "$(wc -l <"$work/list")" $count

files=$work/files
make_files "$files" 2 t
in_database() { PGDATABASE=${fleet}_$1 sql "$2"; }
rows="SELECT coalesce(string_agg(revision, ' '), 'base') FROM migrate.version"

# --- all of them --------------------------------------------------------------------------------------

start=$SECONDS
ends 0 "$files" fleet --query "$query" --jobs 8 deploy
printf '  %d databases in %d s\n' $count $((SECONDS - start))
is 'a line for each' "$(grep -c "^\[[0-9]*/$count\] ${fleet}_[0-9]*: done, 2 revisions" <<<"$err")" $count
is 'and a row in the table' "$(grep -c "^ ${fleet}_[0-9]* *| done *| 0002 *| *0 | *2 |" <<<"$out")" $count
is 'there it is' "$(in_database 117 "$rows")" 0002
is 'the list may come from standard input' \
    "$(head -n 3 "$work/list" | "$migratectl" fleet --databases - status | tail -n 1)" '(3 rows)'
ends 0 fleet --databases "$work/list" --jobs 8 status --json
is 'JSON has them all, in the order of the list' \
    "$(json 'len(rows), rows[0]["database"][-4:], rows[-1]["database"][-4:], rows[5]["current"], rows[5]["pending"], rows[5]["error"]')" \
    "($count, '_001', '_200', ['0002'], 0, None)"

# The rest is about what happens to some of them.
some=20
head -n $some "$work/list" >"$work/some"

# --- a canary ---------------------------------------------------------------------------------------------

make_files "$files" 3 t
in_database 005 'CREATE TABLE t_3 ()'
ends 3 "$files" fleet --databases "$work/some" --jobs 8 check
is 'files that are not registered are pending' "$(grep -c '| pending' <<<"$out")" $((some + 1))
ends 1 "$files" fleet --databases "$work/some" --jobs 8 --canary "${fleet}_005" upgrade
like 'the canary fails, with file and line' "$err" "${fleet}_005: $files/0003_table_3.up.sql:1: ERROR:  relation \"t_3\" already exists"
like 'the others are left alone' "$err" 'a canary failed'
is 'all of them' "$(grep -c '| not begun' <<<"$out")" $((some - 1))
like 'the one that failed shows where it is' "$out" " ${fleet}_005 *\| failed *\| 0002 "
is 'nothing changed elsewhere' "$(in_database 001 "$rows")" 0002

# --- failures ----------------------------------------------------------------------------------------------

ends 1 "$files" fleet --databases "$work/some" --jobs 1 upgrade
is 'the first failure stops' "$(grep -c '| not begun' <<<"$out")" $((some - 5))
is 'after those before it' "$(grep -c '| done' <<<"$out")" 4
ends 1 "$files" fleet --databases "$work/some" --jobs 8 --max-failures 0 upgrade
is 'unless it should go on' "$(grep -c '| done' <<<"$out") $(grep -c '| failed' <<<"$out")" "$((some - 1)) 1"
ends 0 fleet --databases "$work/some" --jobs 8 --canary 2 downgrade base --quiet
is 'back again' "$(in_database 020 "$rows")$(in_database 005 "$rows")" basebase

# --- lists ---------------------------------------------------------------------------------------------------

printf '# two\n%s_001\npostgresql:///%s_002\n\n%s_001\n' "$fleet" "$fleet" "$fleet" >"$work/two"
ends 0 fleet --databases "$work/two" status --json
is 'names and URIs, each once' "$(json '[row["database"] for row in rows]')" "['${fleet}_001', '/${fleet}_002']"
printf 'postgresql://secret:password@127.0.0.1:1/x\n' >"$work/unreachable"
ends 1 fleet --databases "$work/unreachable" status
like 'one that cannot be reached has failed' "$out" ' 127.0.0.1:1/x *\| failed '
unlike 'passwords are not shown' "$out$err" 'password@'
ends 2 fleet --databases "$work/two" --canary nowhere status
ends 1 fleet --databases "$work/nowhere" status
like 'a list that is not there' "$err" 'nowhere.*No such file'
# Who may create a database chooses its name, and must not choose the server with it.
admin -c "CREATE DATABASE \"$fleet=x\" TEMPLATE ${fleet}_template"
ends 0 fleet --query "SELECT '$fleet=x'" status --json
is 'a query returns names' "$(json 'rows[0]["database"]')" "$fleet=x"
ends 1 fleet --query 'SELECT datname FROM nowhere' status
like 'a query that fails' "$err" 'relation "nowhere" does not exist'
ends 1 fleet --query "SELECT datname FROM pg_database WHERE false" status

# --- Ctrl-C ----------------------------------------------------------------------------------------------------

printf 'SELECT pg_sleep(60);\n' >"$files/0003_table_3.up.sql"
set -m
"$migratectl" "$files" fleet --databases "$work/some" --jobs 4 deploy >"$work/out" 2>"$work/err" </dev/null &
process=$!
set +m
wait_for 'four that sleep' "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' HAVING count(*) = 4"
kill -s INT $process
status=0
wait $process || status=$?
is 'an interrupted fleet ends with an error' $status 1
is 'all work was cancelled' "$(grep -c '| failed .*canceling statement due to user request' "$work/out")" 4
is 'the others were not begun' "$(grep -c '| not begun' "$work/out")" $((some - 4))
