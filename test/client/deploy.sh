#!/usr/bin/env bash
# deploy and revert: a transaction per revision, what is said of a run that ends early, and the
# cancel that Ctrl-C sends.
. "$(dirname "$0")/../lib/client.sh"

make_scratch_database
files=$work/files
make_files "$files" 3 t
rows="SELECT coalesce(string_agg(revision, ' ' ORDER BY revision), 'base') FROM migrate.version"

ends 0 "$files" deploy --dry-run
like 'a trial of a deploy is its plan' "$out" 'would apply 3 revisions \(nothing was run\)'
is 'and registers nothing' "$(sql 'SELECT count(*) FROM migrate.revision')" 0
ends 0 "$files" deploy --json
is 'a step per revision, from the log' \
    "$(json '[(row["revision"], row["direction"], row["message"], row["statements"]) for row in rows]')" \
    "[('0001', 'upgrade', 'table 1', 1), ('0002', 'upgrade', 'table 2', 1), ('0003', 'upgrade', 'table 3', 1)]"
is 'each has its transaction' "$(sql 'SELECT count(DISTINCT transaction_id) FROM migrate.log')" 3
ends 0 deploy
is 'nothing to do' "$out$err" 'nothing to do'
ends 0 revert
like 'revert takes back one' "$out" 'took back 1 revision in'
ends 0 revert base --quiet
is 'or all' "$(sql "$rows")" 'base'

# --- statements outside of transactions ---------------------------------------------------------

printf 'CREATE INDEX CONCURRENTLY t_1_id ON t_1 (id);\n' >"$files/0004_index.up.sql"
printf 'DROP INDEX CONCURRENTLY t_1_id;\n' >"$files/0004_index.down.sql"
ends 1 "$files" up
like 'an upgrade cannot run them' "$err" 'ERROR: '
ends 0 "$files" deploy --verbose
like 'a deploy can' "$err" '\[4/4\] 0004, statement 1: CREATE INDEX CONCURRENTLY … '
is 'it is there' "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_1_id'::regclass")" t

# --- a run that ends early ---------------------------------------------------------------------------

ends 0 revert base --quiet
printf 'SELECT 1;\nSELECT nothing;\n' >"$files/0003_table_3.up.sql"
ends 1 "$files" deploy
like 'the error has file and line' "$err" "$files/0003_table_3.up.sql:2: ERROR:  column \"nothing\" does not exist"
like 'what was done' "$err" 'warning: 2 revisions were applied: 0001, 0002'
like 'and what was not' "$err" 'warning: not applied: 0003, 0004'
is 'so it is' "$(sql "$rows")" '0002'
ends 1 "$files" deploy
like 'again: none' "$err" 'warning: none of 2 revisions was applied'

# --- Ctrl-C ---------------------------------------------------------------------------------------------

# Runs it, and sends it a signal once the server sleeps; waits for its end.
interrupted() { # SIGNAL ARGUMENT...
    local signal=$1 process
    shift
    set -m # or the shell would have it ignore SIGINT
    "$migratectl" "$@" >"$work/out" 2>"$work/err" </dev/null &
    process=$!
    set +m
    wait_for 'the sleep' "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    kill -s "$signal" $process
    status=0
    wait $process || status=$?
    out=$(<"$work/out")
    err=$(<"$work/err")
    is "SIG$signal leaves no session" \
        "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")" 0
}

printf 'SELECT pg_sleep(60);\n' >"$files/0003_table_3.up.sql"
interrupted INT "$files" deploy
is 'a deploy that was interrupted is an error' $status 1
like 'of the server' "$err" "$files/0003_table_3.up.sql:1: ERROR:  canceling statement due to user request"
like 'with what was not done' "$err" 'warning: none of 2 revisions was applied'
sql "SELECT migrate_downgrade('base')" >/dev/null
interrupted INT "$files" deploy
like 'and what was' "$err" 'warning: 2 revisions were applied: 0001, 0002'
is 'so it is' "$(sql "$rows")" '0002'
sql "SELECT migrate_downgrade('base')" >/dev/null
mv "$files"/0004* "$work"
sql "SELECT migrate_unregister('0004')" >/dev/null
interrupted TERM "$files" up
like 'an upgrade leaves nothing' "$err" 'warning: nothing was applied: all revisions of one call succeed or fail together'
is 'nothing at all' "$(sql "$rows")" 'base'

# Whoever waits for the lock of the prefix can be interrupted as well.
psql -X -q -c 'BEGIN' -c "SELECT migrate_stamp('{0001}')" -c 'SELECT pg_sleep(30)' >/dev/null 2>&1 &
holder=$!
wait_for 'the holder' "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
set -m
"$migratectl" up >"$work/out" 2>"$work/err" </dev/null &
process=$!
set +m
wait_for 'the waiter' 'SELECT 1 FROM pg_locks WHERE NOT granted'
kill -s INT $process
status=0
wait $process || status=$?
is 'a wait for a lock ends' $status 1
like 'and says who holds it' "$(<"$work/err")" 'Process [0-9]+ .* holds it'
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()" >/dev/null
wait $holder || true
