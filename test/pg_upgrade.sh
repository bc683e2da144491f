#!/usr/bin/env bash
#
# A cluster with histories goes from one server version to the next by pg_upgrade: rows, oids as far
# as they are kept, orphaned types, the fence and a deploy that stopped half-way work afterwards.
#
#   test/pg_upgrade.sh OLD_BINDIR NEW_BINDIR
#
# The extension must be installed in both.  With one folder, or the same twice, there is nothing to
# upgrade, and the test says that it is skipped.  Not to be run as root.
#
set -euo pipefail
export LC_ALL=C.UTF-8

# A test that did not run must not look like one that passed.
skip() {
    printf 'skipped: %s\n' "$*"
    exit 77
}

[[ $# -eq 2 ]] || skip "two server versions are needed: test/pg_upgrade.sh OLD_BINDIR NEW_BINDIR"
old=$1
new=$2
for bindir in "$old" "$new"; do
    [[ -x $bindir/initdb && -x $bindir/postgres ]] || skip "$bindir holds no server"
done
version_of() { "$1/postgres" --version | sed 's/.* \([0-9][0-9.]*\).*/\1/'; }
major_of() { version_of "$1" | cut -d . -f 1; }
[[ $(major_of "$old") -lt $(major_of "$new") ]] ||
    skip "$(version_of "$new") is no later version than $(version_of "$old")"

work=$(mktemp -d /tmp/migrate-upgrade.XXXXXX)
running= # bindir of the server that runs on $work/$data
data=
failed=0

finish() {
    local status=$?
    trap - EXIT
    if [[ -n $running ]]; then "$running/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1 || true; fi
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT

export PGHOST=$work PGPORT=5432 PGUSER=postgres PGDATABASE=app

start() { # BINDIR DATA
    running=$1 data=$2
    "$running/pg_ctl" -D "$data" -l "$data.log" -w -o "-c listen_addresses= -c unix_socket_directories=$work" \
        start >/dev/null || { tail -n 20 "$data.log" && exit 1; }
}
stop() {
    "$running/pg_ctl" -D "$data" -m fast -w stop >/dev/null
    running=
}
sql() { "$running/psql" -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"; }
is() { # WHAT GOT WANTED
    if [[ $2 == "$3" ]]; then
        printf 'ok - %s\n' "$1"
    else
        printf 'not ok - %s\n  got:    %s\n  wanted: %s\n' "$1" "$2" "$3"
        failed=1
    fi
}
like() { # WHAT GOT PATTERN
    if [[ $2 =~ $3 ]]; then is "$1" "$3" "$3"; else is "$1" "$2" "$3"; fi
}

# Two empty clusters in $work/NAME.old and $work/NAME.new.
make_clusters() { # NAME
    local place bindir data_folder
    for place in "$old $1.old" "$new $1.new"; do
        read -r bindir data_folder <<<"$place"
        "$bindir/initdb" -D "$work/$data_folder" -U postgres -A trust --no-sync -E UTF8 --locale=C \
            >"$work/initdb.log" 2>&1 || { tail -n 20 "$work/initdb.log" && exit 1; }
    done
    # Checksums became the default in 18; pg_upgrade wants both alike.
    if [[ $(checksums "$old" "$1.old") -eq 0 && $(checksums "$new" "$1.new") -ne 0 ]]; then
        "$old/pg_checksums" --enable -D "$work/$1.old" >/dev/null 2>&1
    fi
}
checksums() { "$1/pg_controldata" -D "$work/$2" | sed -n 's/^Data page checksum version: *//p'; }

upgrade() { # NAME
    (cd "$work" && "$new/pg_upgrade" --old-bindir="$old" --new-bindir="$new" --old-datadir="$work/$1.old" \
        --new-datadir="$work/$1.new" --socketdir="$work" --username=postgres) >"$work/$1.log" 2>&1
}

# Some pairs of minor versions cannot be upgraded with any table.
require_upgradable() {
    make_clusters plain
    start "$old" "$work/plain.old"
    PGDATABASE=postgres sql 'CREATE TABLE plain (i int, t text)'
    stop
    upgrade plain || skip "pg_upgrade from $(version_of "$old") to $(version_of "$new") fails without the extension, too"
}

make_clusters app
start "$old" "$work/app.old"
PGDATABASE=postgres sql 'CREATE DATABASE app'
sql "CREATE EXTENSION migrate"
sql "SELECT migrate_register('a1', 'CREATE TYPE mood AS ENUM (''calm'', ''angry'');
        CREATE TABLE people (id integer PRIMARY KEY, now mood);
        CREATE FUNCTION oldest() RETURNS bigint LANGUAGE sql AS ''SELECT max(id) FROM people''',
        'DROP FUNCTION oldest(); DROP TABLE people')" >/dev/null
sql "SELECT migrate_register('a2', 'ALTER TABLE people ADD COLUMN later mood',
        'ALTER TABLE people DROP COLUMN later')" >/dev/null
sql "SELECT count(*) FROM migrate_upgrade()" >/dev/null
sql "SELECT migrate_create_prefix('shop', naming => 'any')" >/dev/null
sql "SELECT migrate_register('s1', 'DROP TABLE people', '', prefix => 'shop')" >/dev/null
sql "SELECT migrate_create_prefix('half', naming => 'any')" >/dev/null
sql "SELECT migrate_register('h1', 'CREATE TABLE twice (i int); INSERT INTO twice VALUES (1), (1)',
        'DROP TABLE twice', prefix => 'half')" >/dev/null
# Its index stays invalid, which no dump carries.
sql "SELECT migrate_register('h2', 'VACUUM twice; CREATE UNIQUE INDEX CONCURRENTLY twice_i ON twice (i)',
        'DROP INDEX CONCURRENTLY twice_i', prefix => 'half')" >/dev/null
if sql "CALL migrate_deploy(prefix => 'half')" 2>/dev/null; then
    echo 'the deploy should have failed' && exit 1
fi
state="SELECT state, running_revision, current, leftovers FROM migrate_status('half')"
is 'before: a deploy has stopped half-way' "$(sql "$state")" 'failed|h2|{h1}|{"invalid index public.twice_i"}'
tables='SELECT t.* FROM migrate.prefix AS t ORDER BY t::text; '
for table in revision version run object; do tables+="SELECT t.* FROM migrate.$table AS t ORDER BY t::text; "; done
tables+='SELECT * FROM migrate.log ORDER BY id'
sql "$tables" >"$work/rows.old"
stop

upgrade app || {
    require_upgradable
    tail -n 30 "$work/app.log"
    find "$work/app.new/pg_upgrade_output.d" -name 'pg_upgrade_dump_*.log' -exec tail -n 20 {} + 2>/dev/null || true
    exit 1
}

start "$new" "$work/app.new"
printf '# %s -> %s\n' "$(version_of "$old")" "$(sql 'SHOW server_version')"
sql "$tables" >"$work/rows.new"
is 'every row came along' "$(<"$work/rows.new")" "$(<"$work/rows.old")"
is 'the prefix stands where it stood' "$(sql 'SELECT revision, is_head FROM migrate_current()')" 'a2|t'
is 'the history is told' "$(sql 'SELECT revision, is_applied FROM migrate_history()')" $'a2|t\na1|t'
is 'nothing is planned' "$(sql 'SELECT * FROM migrate_plan()')" ''
like 'the fence holds' "$(sql "SELECT migrate_upgrade(prefix => 'shop')" 2>&1 || true)" \
    'table public.people belongs to the default prefix'
is 'the half-done deploy is told, and that its index is gone' "$(sql "$state")" 'failed|h2|{h1}|{}'
sql "DELETE FROM twice; INSERT INTO twice VALUES (1)"
sql "CALL migrate_deploy(prefix => 'half')" 2>/dev/null
is 'it is finished' "$(sql "$state")" 'idle||{h2}|{}'
is 'its index is valid' "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'twice_i'::regclass")" t
is 'the downgrade drops the orphaned type' \
    "$(sql "SELECT revision, dropped_types FROM migrate_downgrade('base')")" $'a2|{}\na1|{public.mood}'
is 'no record is left of them' "$(sql "SELECT count(*) FROM migrate.object WHERE prefix = ''")" 0
is 'up again' "$(sql 'SELECT count(*) FROM migrate_upgrade()')" 2
stop
[[ $failed -eq 0 ]]
