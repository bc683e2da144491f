#!/usr/bin/env bash
#
# Calls that are cut off at any moment, by a timeout, a cancel or the end of their process: nobody
# else notices, and a session that does nothing holds no lock.
#
. "$(dirname "$0")/../lib/scratch.sh"

make_scratch_database
sql "SELECT migrate_create_prefix('pa'), migrate_create_prefix('boom'), migrate_create_prefix('long'),
            migrate_create_prefix('other')" \
    "SELECT migrate_register('a', 'SELECT 1', '', prefix => 'pa')" \
    "SELECT migrate_register('a', 'SELECT pg_sleep(60)', '', prefix => 'boom')" >/dev/null

# A crash of any process ends all the others, and they come back under other numbers.
background_process() {
    sql "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"
}
process=$(background_process)
is_alive() { # AFTER WHAT
    is "no process has crashed after $1" "$(background_process)" "$process"
}

# --- a wait that is cut off at the moment of the grant --------------------------------------------

# Somebody holds the right to run for about as long as the others wait.
holder() { # ROUNDS
    local i
    for ((i = 0; i < $1; i++)); do
        printf "BEGIN; SELECT migrate_drop_prefix('pa', true);\nSELECT pg_sleep(%s);\nROLLBACK;\n" \
            "$(printf '0.0%02d' $((16 + RANDOM % 20)))"
    done | psql -X -q -A -t >"$work/holder" 2>&1
}
waiter() { # ROUNDS CALL SETTING
    local i
    for ((i = 0; i < $1; i++)); do
        # Its locks, one statement later: the session has done its work.
        printf "SET %s; %s;\nRESET ALL;\n%s\n" "$3" "$2" \
            "SELECT 'left: ' || classid::regclass || ' ' || mode FROM pg_locks
              WHERE pid = pg_backend_pid() AND locktype = 'object'
                AND classid IN (SELECT oid FROM pg_class WHERE relnamespace = 'migrate'::regnamespace
                                UNION SELECT 'pg_extension'::regclass);"
    done | psql -X -q -A -t 2>&1
}
rounds=100
for setting in "statement_timeout = '25ms'" "lock_timeout = '25ms'"; do
    for calls in "CALL migrate_deploy('head', 'pa'); CALL migrate_revert('base', 'pa')" \
        "SELECT 1 FROM migrate_upgrade('head', 'pa'); SELECT 1 FROM migrate_downgrade('base', 'pa')"; do
        holder $((rounds * 4)) &
        holding=$!
        waiter $rounds "SET migrate.lock_retries = 0; $calls" "$setting" >"$work/waiter"
        kill "$holding" 2>/dev/null || true
        wait "$holding" 2>/dev/null || true
        is "$calls with $setting leave no lock" "$(grep '^left' "$work/waiter" | sort | uniq -c || true)" ''
        found=$(grep -c 'canceling statement due to' "$work/waiter" || true)
        is "$calls with $setting were cut off" "$((found > 5 ? 6 : found))" 6
    done
done
is_alive 'cut off waits'

# --- the end of the process within a deploy ---------------------------------------------------------

for ((i = 0; i < 20; i++)); do
    PGOPTIONS="-c migrate.lock_timeout=1ms" sql "CALL migrate_deploy(prefix => 'boom')" \
        >/dev/null 2>&1 &
    deploying=$!
    wait_for 'the deploy' "SELECT 1 FROM pg_stat_activity
        WHERE application_name LIKE 'migrate: %' AND wait_event = 'PgSleep'"
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name LIKE 'migrate: %'" >/dev/null
    wait "$deploying" || true
done
is_alive 'deploys that were terminated'

# --- a long history that is read again, and a timeout in the middle of it -----------------------------

sql "INSERT INTO migrate.revision (prefix, id, ordinal, down_revision, up, down, checksum, is_head)
     SELECT 'long', 'r' || n, n, CASE WHEN n = 1 THEN '{}' ELSE ARRAY['r' || n - 1] END,
            CASE WHEN n < 3 THEN 'SELECT pg_sleep(0.3)' ELSE '' END, '', '', n = 30000
       FROM generate_series(1, 30000) AS n"
(while :; do
    printf "SELECT migrate_set_option('lock_timeout', '1s', 'other');\nSELECT pg_sleep(0.02);\n"
done | psql -X -q -A -t >/dev/null 2>&1) &
changing=$!
for ((timeout = 360; timeout < 1200; timeout += 30)); do
    PGOPTIONS="-c statement_timeout=$timeout" sql "CALL migrate_deploy('r3', 'long')" >>"$work/long" 2>&1 || true
    sql "CALL migrate_revert('base', 'long')" >>"$work/long" 2>&1 || true
done
kill "$changing"
wait "$changing" 2>/dev/null || true
like 'deploys were cut off' "$(<"$work/long")" 'canceling statement due to statement timeout'
is_alive 'readings that were cut off'

# Whatever else reads it, at each moment.
for call in "SELECT count(*) FROM migrate_upgrade('r1', 'long')" "SELECT count(*) FROM migrate_downgrade('base', 'long')" \
    "SELECT count(*) FROM migrate_verify('r1', 'long')" "SELECT count(*) FROM migrate_status()" \
    "SELECT count(*) FROM migrate_plan('r9', prefix => 'long')" "SELECT migrate_stamp('{r1}', prefix => 'long')" \
    "SELECT migrate_register('r' || random(), '', prefix => 'long')" "CALL migrate_deploy('r1', 'long')" \
    "CALL migrate_revert('base', 'long')" "SELECT count(*) FROM migrate_history(prefix => 'long')" \
    "SELECT migrate_merge('{heads}', prefix => 'long')" "SELECT count(*) FROM migrate_drift('long')"; do
    for timeout in 1 3 7 15 30 60 100 150 200; do
        PGOPTIONS="-c statement_timeout=$timeout" sql "$call" >>"$work/calls" 2>&1 || true
    done
done
found=$(grep '^ERROR' "$work/calls" | grep -v -E 'canceling statement due to|is not known|a merge needs' | sort | uniq -c || true)
is 'a call that is cut off says so and nothing else' "$found" ''
is_alive 'calls that were cut off'
