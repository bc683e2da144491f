#!/usr/bin/env bash
#
# A downgrade that cannot get at an orphaned type in time fails as a whole: half of it would leave
# the type behind and break the next upgrade.
#
. "$(dirname "$0")/../lib/scratch.sh"

make_scratch_database
sql "SELECT migrate_register('r1', 'CREATE TYPE e AS ENUM (''a''); CREATE TABLE t (x e)',
                             'DROP TABLE t')" 'SELECT count(*) FROM migrate_upgrade()' >/dev/null

PGAPPNAME=busy sql 'BEGIN' "COMMENT ON TYPE e IS 'busy'" 'SELECT pg_sleep(120)' \
    >"$work/busy" 2>&1 &
wait_for 'the type to be busy' \
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'busy' AND wait_event = 'PgSleep'"
busy=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'busy'")

status=0
found=$(psql -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -c "SET lock_timeout = '200ms'" \
    -c 'SELECT revision FROM migrate_downgrade()' 2>&1) || status=$?
like "the downgrade fails with 55P03" "$found status $status" 'ERROR: +55P03:.*status [^0]'
found=$(sql "SELECT revision FROM migrate.version")
is "the revision is still applied" "$found" 'r1'
found=$(sql "SELECT count(*) FROM pg_class WHERE relname = 't'")
is "its table is still there" "$found" '1'

sql "SELECT pg_terminate_backend($busy)" >/dev/null
found=$(sql 'SELECT dropped_types FROM migrate_downgrade()' 2>/dev/null)
is "without the other session the type goes" "$found" '{public.e}'
