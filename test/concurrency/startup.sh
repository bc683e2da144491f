#!/usr/bin/env bash
#
# Fifty replicas of a service boot at the same moment, and each upgrades the empty database that it
# finds.  All succeed, every revision runs once, and later boots take no lock at all.
#
. "$(dirname "$0")/../lib/scratch.sh"

clients=50
revisions=20
barrier=4711 # advisory lock that holds the clients back until all are there

make_scratch_database
register_line "$revisions" ''

# The starter holds the lock until every client waits for it.
sql "BEGIN" "SELECT pg_advisory_xact_lock($barrier)" "DO \$\$
    DECLARE
        deadline CONSTANT timestamptz := clock_timestamp() + interval '60 s';
    BEGIN
        WHILE (SELECT count(*) < $clients FROM pg_locks
                WHERE locktype = 'advisory' AND objid = $barrier AND NOT granted
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        LOOP
            IF clock_timestamp() > deadline THEN
                RAISE 'not all clients came';
            END IF;
            PERFORM pg_sleep(0.02);
        END LOOP;
    END \$\$" "COMMIT" >"$work/starter" &
starter=$!
holds_barrier="SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $barrier AND granted"
wait_for 'the starter' "$holds_barrier"

pids=()
for ((client = 1; client <= clients; client++)); do
    psql -X -q -A -t -F ' ' -v ON_ERROR_STOP=1 -o "$work/rows.$client" \
        -c "SELECT FROM pg_advisory_xact_lock_shared($barrier)" \
        -c "SELECT '=', u.* FROM migrate_upgrade() AS u" >"$work/output.$client" 2>&1 &
    pids+=($!)
done

succeeded=0
for client in "${!pids[@]}"; do
    if wait "${pids[$client]}"; then
        succeeded=$((succeeded + 1))
    else
        sed 's/^/  /' "$work/output.$((client + 1))"
    fi
done
wait "$starter"

is "all clients succeed" "$succeeded" "$clients"

# Each returned row names the revision: `= PREFIX REVISION ...`.
all=$(seq -f 'r%.0f' "$revisions" | sort)
ran=$(grep -h '^= ' "$work"/rows.* | cut -d ' ' -f 3 | sort)
is "each revision is returned to one client, once" "$ran" "$all"
logged=$(sql "SELECT revision FROM migrate.log WHERE direction = 'upgrade'" | sort)
is "each revision is logged once" "$logged" "$all"
is "one client did all of them" "$(grep -l '^= ' "$work"/rows.* | wc -l)" 1
is "the version is the head" "$(sql "SELECT prefix, revision FROM migrate.version")" "|r$revisions"
is "every table is there" \
    "$(sql "SELECT count(*) FROM pg_class WHERE relname LIKE 'table\_%' AND relkind = 'r'")" "$revisions"

own_locks="SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()
           AND locktype = 'object' AND classid = 'migrate.prefix'::regclass"
is "with nothing to do, an upgrade takes no lock and returns no row" \
    "$(sql 'BEGIN' 'SELECT count(*) FROM migrate_upgrade()' "$own_locks" 'COMMIT')" $'0\n0'
sql "SELECT migrate_register('last', '', '')" >/dev/null
is "with something to do, it holds one until the transaction ends" \
    "$(sql 'BEGIN' 'SELECT count(*) FROM migrate_upgrade()' "$own_locks" 'COMMIT' "$own_locks")" $'1\n1\n0'
