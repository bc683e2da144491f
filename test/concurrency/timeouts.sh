#!/usr/bin/env bash
#
# A call that waits for another one's upgrade gives up when the caller's own timeouts say so, and
# says whom it waited for.  Other prefixes wait for nobody.
#
. "$(dirname "$0")/../lib/scratch.sh"

make_scratch_database
register_line 2 ''
sql "SELECT migrate_create_prefix('other')" >/dev/null
register_line 2 other

# The holder upgrades and keeps its transaction open until it is ended below.
PGAPPNAME=holder sql 'BEGIN' 'SELECT count(*) FROM migrate_upgrade()' 'SELECT pg_sleep(120)' \
    >"$work/holder" 2>&1 &
wait_for 'the lock of the holder' "SELECT 1 FROM pg_locks
    WHERE locktype = 'object' AND classid = 'migrate.prefix'::regclass AND granted"
wait_for 'the holder to have upgraded' \
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'holder' AND wait_event = 'PgSleep'
        AND query LIKE '%pg_sleep(120)%'"
holder=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'holder'")

# Prints the status of psql and what it said.
upgrade_with() { # SETTING
    local status=0
    psql -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -c "SET $1" \
        -c 'SELECT revision FROM migrate_upgrade()' 2>&1 || status=$?
    printf 'status %s\n' "$status"
}

found=$(upgrade_with "lock_timeout = '200ms'")
like "lock_timeout ends the wait with 55P03" "$found" 'ERROR: +55P03:.*status 1'
like "the error's DETAIL names the holder's process" "$found" "DETAIL: [^"$'\n'"]*[^0-9]$holder([^0-9]|$)"

found=$(upgrade_with "statement_timeout = '200ms'")
like "statement_timeout ends the wait with 57014" "$found" 'ERROR: +57014:.*status 1'

found=$(PGOPTIONS="-c lock_timeout=200ms" sql "SELECT revision FROM migrate_upgrade(prefix => 'other')")
is "another prefix does not wait" "$found" $'r1\nr2'

# Names that had one lock while that was made of 47 bits of their hash (FNV-1a).
sql "SELECT migrate_create_prefix(x) FROM unnest('{books,mine_u7_fcbd9af8,mine_6u3fdac66lt}'::text[]) AS x" >/dev/null
PGAPPNAME=mallory sql 'BEGIN' "SELECT migrate_set_option('isolation', 'warn', 'mine_u7_fcbd9af8')" \
    "SELECT migrate_set_option('isolation', 'warn', 'mine_6u3fdac66lt')" 'SELECT pg_sleep(120)' >"$work/mallory" 2>&1 &
wait_for 'the locks of mallory' \
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'mallory' AND wait_event = 'PgSleep'"
found=$(PGOPTIONS="-c lock_timeout=200ms" sql "SELECT migrate_set_option('isolation', 'warn', 'books')" 2>&1)
is "a prefix whose name has the same hash does not wait" "$found" ''
found=$(sql "SELECT pid::text FROM pg_stat_activity WHERE application_name = 'mallory'")
like "and the default prefix waits for others only" \
    "$(PGOPTIONS="-c lock_timeout=200ms" sql "SELECT migrate_set_option('isolation', 'warn', '')" 2>&1 || true)" \
    "DETAIL: [^"$'\n'"]*[^0-9]$holder([^0-9]|$)"
sql "SELECT pg_terminate_backend($found)" >/dev/null

# A request to cancel reaches a process twice, of its own and as one of its group, and the second
# signal may come while it looks for who holds the lock.
storm_of_cancels() { # CALL
    local deadline=$((SECONDS + 60)) waiter
    PGAPPNAME=waiter sql "$1" >"$work/waiter" 2>&1 &
    local process=$!
    wait_for 'the waiter' "SELECT 1 FROM pg_stat_activity AS a JOIN pg_locks AS l USING (pid)
        WHERE a.application_name = 'waiter' AND NOT l.granted"
    waiter=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'waiter'")
    until ! kill -0 $process 2>/dev/null || ((SECONDS > deadline)); do
        sql "SELECT count(pg_cancel_backend($waiter)) FROM generate_series(1, 2000)" >/dev/null 2>&1 || true
    done
    wait $process && return 1
    cat "$work/waiter"
}
for call in 'SELECT revision FROM migrate_upgrade()' 'CALL migrate_deploy()'; do
    for _ in 1 2 3; do
        found=$(storm_of_cancels "$call")
        like "$call, cancelled many times, is cancelled" "$found" '^ERROR:  canceling statement due to user request'
        like "$call, cancelled many times, names the holder" "$found" "DETAIL: [^"$'\n'"]*[^0-9]$holder([^0-9]|$)"
    done
done

sql "SELECT pg_terminate_backend($holder)" >/dev/null
found=$(upgrade_with "lock_timeout = '30s'")
is "the next caller does what the ended one did not" "$found" $'r1\nr2\nstatus 0'
