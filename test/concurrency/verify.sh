#!/usr/bin/env bash
#
# migrate_verify() waits for locks as long as the caller's timeouts allow, which end it with an
# error and not with a finding; and when it has ended, its transaction holds none of them.
#
. "$(dirname "$0")/../lib/scratch.sh"

make_scratch_database
sql 'CREATE TABLE goods (id integer)' \
    "SELECT migrate_register('r1', 'ALTER TABLE goods ADD name text', 'ALTER TABLE goods DROP name')" >/dev/null

PGAPPNAME=holder sql 'BEGIN' 'LOCK TABLE goods IN ROW EXCLUSIVE MODE' 'SELECT pg_sleep(120)' \
    >"$work/holder" 2>&1 &
wait_for 'the lock of the holder' \
    "SELECT 1 FROM pg_locks WHERE relation = 'goods'::regclass AND mode = 'RowExclusiveLock' AND granted"
holder=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'holder'")

# Prints the status of psql and what it said.
verify_with() { # SETTING
    local status=0
    psql -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -c "SET $1" \
        -c 'SELECT * FROM migrate_verify()' 2>&1 || status=$?
    printf 'status %s\n' "$status"
}

found=$(verify_with "lock_timeout = '200ms'")
like "lock_timeout ends the wait with 55P03" "$found" 'ERROR: +55P03:.*status 1'
found=$(verify_with "statement_timeout = '200ms'")
like "statement_timeout ends the wait with 57014" "$found" 'ERROR: +57014:.*status 1'
sql "SELECT pg_terminate_backend($holder)" >/dev/null

# Another session gets the strongest lock while the transaction that verified is still open.
PGAPPNAME=verifier sql 'BEGIN' 'SELECT * FROM migrate_verify()' 'SELECT pg_sleep(120)' \
    >"$work/verifier" 2>&1 &
wait_for 'the verification to have ended' \
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'verifier' AND wait_event = 'PgSleep'"
found=$(sql "SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
    WHERE a.application_name = 'verifier' AND (l.relation = 'goods'::regclass
        OR l.locktype = 'object' AND l.classid IN (SELECT oid FROM pg_class
            WHERE relnamespace = 'migrate'::regnamespace))")
is "no lock of it is left" "$found" 0
found=$(PGOPTIONS='-c lock_timeout=5s' sql 'SELECT count(*) FROM migrate_upgrade()')
is "another session upgrades meanwhile" "$found" 1
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'verifier'" >/dev/null
