#!/usr/bin/env bash
# The same migrations in the layout of each tool: told apart, loaded and run, there and back; the
# schema is the same for all, and errors of the server name the file and its line.
. "$(dirname "$0")/../lib/scratch.sh"

fixtures=$(cd "$(dirname "$0")/../fixtures" && pwd)
migratectl=${MIGRATECTL:-migratectl}
layouts=(native golang-migrate diesel dbmate goose flyway sqitch)

make_scratch_database

# The statements that make the schema, without what belongs to the extension.
plain_schema() {
    pg_dump --schema-only --no-owner --exclude-schema=migrate |
        grep -v -E '^(--|SET |SELECT pg_catalog.set_config|CREATE EXTENSION|COMMENT ON EXTENSION|\\|$)'
}

start_anew() { sql 'DROP EXTENSION migrate' 'CREATE EXTENSION migrate'; }

fails() { # COMMAND…: prints what the command says on standard error
    local said
    if said=$("$@" 2>&1 >/dev/null); then
        printf 'not ok - %s succeeded\n' "$*" >&2
        exit 1
    fi
    printf '%s\n' "$said"
}

# A copy of a layout's files with one text changed; prints "path:line" of it.
spoil() { # LAYOUT FROM TO
    local place file line
    rm -rf "$work/spoiled"
    cp -R "$fixtures/$1" "$work/spoiled"
    place=$(grep -r -n -F "$2" "$work/spoiled")
    file=${place%%:*} line=${place#*:} line=${line%%:*}
    sed -i "$line s/$2/$3/" "$file"
    printf '%s:%s\n' "$file" "$line"
}

declare -A ids=(
    [native]='a01 a02 a10'
    [golang-migrate]='1 2 10'
    [diesel]='20240101143000 20240102143000 20240110143000'
    [dbmate]='20240101143000 20240102143000 20240110143000'
    [goose]='00001 00002 00010'
    [flyway]='1.1 1.2 1.10'
    [sqitch]='create_orders count_orders add_note'
)

first=
for layout in "${layouts[@]}"; do
    directory=$fixtures/$layout
    "$migratectl" load "$directory" >/dev/null 2>"$work/errors" || { cat "$work/errors" && exit 1; }
    is "$layout: ids and order" \
        "$(sql "SELECT string_agg(id, ' ' ORDER BY ordinal) FROM migrate.revision")" "${ids[$layout]}"
    "$migratectl" upgrade >/dev/null 2>&1
    schema=$(plain_schema)
    first=${first:-$schema}
    like "$layout: there is a schema" "$schema" 'CREATE FUNCTION public.open_orders'
    is "$layout: the schema of all layouts" "$schema" "$first"
    like "$layout: loading again" "$("$migratectl" load "$directory" 2>&1)" 'unchanged'

    # Written as native files, the same revisions are known.
    rm -rf "$work/exported"
    "$migratectl" export "$work/exported" >/dev/null
    like "$layout: exported files load as they are" "$("$migratectl" load "$work/exported" 2>&1)" \
        'unchanged'
    is "$layout: exported whole" "$(find "$work/exported" -name '*.sql' | wc -l)" 3

    "$migratectl" downgrade base >/dev/null 2>&1
    is "$layout: the downgrade leaves nothing" "$(plain_schema || true)" ''
    start_anew

    place=$(spoil "$layout" 'ADD COLUMN note' 'ADD COLUMNN note')
    like "$layout: a syntax error has its place" "$(fails "$migratectl" load "$work/spoiled")" "$place"
    is "$layout: and nothing is registered" "$(sql 'SELECT count(*) FROM migrate.revision')" 0
    start_anew

    place=$(spoil "$layout" 'ADD COLUMN note' 'ADD COLUMN state')
    "$migratectl" load "$work/spoiled" >/dev/null 2>&1
    like "$layout: an error of the upgrade has its place" \
        "$(fails "$migratectl" "$work/spoiled" upgrade)" "$place"
    start_anew

    place=$(spoil "$layout" 'DROP COLUMN note' 'DROP COLUMN nothing')
    "$migratectl" "$work/spoiled" upgrade >/dev/null 2>&1
    like "$layout: an error of the downgrade has its place" \
        "$(fails "$migratectl" "$work/spoiled" downgrade)" "$place"
    sql 'DROP TABLE orders CASCADE' 'DROP TYPE order_state' 'DROP FUNCTION open_orders'
    start_anew
done

rm -rf "$work/mixed"
cp -R "$fixtures/goose" "$work/mixed"
cp "$fixtures"/golang-migrate/* "$work/mixed"
said=$(fails "$migratectl" load "$work/mixed")
like 'mixed layouts: files of each' "$said" 'golang-migrate: 10_add_note.down.sql.* goose: 00001_create'
like 'mixed layouts: the way out' "$said" '--format'
"$migratectl" load --format goose "$fixtures/goose" >/dev/null
is '--format names the layout' "$(sql 'SELECT count(*) FROM migrate.revision')" 3

# --- statements outside of transactions, as each layout declares them -----------------------------

start_anew
up='CREATE INDEX CONCURRENTLY i ON t (id);'
down='DROP INDEX CONCURRENTLY i;'
put() { # FILE LINE…
    mkdir -p "$(dirname "$work/outside/$1")"
    printf '%s\n' "${@:2}" >"$work/outside/$1"
}
put golang-migrate/2_i.up.sql "$up"
put golang-migrate/2_i.down.sql "$down"
put diesel/2_i/up.sql "$up"
put diesel/2_i/down.sql "$down"
put diesel/2_i/metadata.toml 'run_in_transaction = false'
put dbmate/2_i.sql '-- migrate:up transaction:false' "$up" '-- migrate:down transaction:false' "$down"
put goose/2_i.sql '-- +goose NO TRANSACTION' '-- +goose Up' "$up" '-- +goose Down' "$down"
put flyway/V2__i.sql "$up"
put flyway/U2__i.sql "$down"
put flyway/V2__i.sql.conf 'executeInTransaction=false'
put flyway/U2__i.sql.conf 'executeInTransaction=false'

sql 'CREATE TABLE t (id int)'
for layout in golang-migrate diesel dbmate goose flyway; do
    is "$layout: nothing to say about a declaration that is right" \
        "$("$migratectl" load --quiet "$work/outside/$layout" 2>&1)" ''
    "$migratectl" deploy >/dev/null 2>&1
    is "$layout: the index is there" "$(sql "SELECT count(*) FROM pg_class WHERE relname = 'i'")" 1
    rm -rf "$work/exported"
    "$migratectl" export "$work/exported" >/dev/null
    is "$layout: exported with the declaration" \
        "$(grep -h '^-- migrate:' "$work/exported"/* | paste -sd ';')" \
        '-- migrate:up transaction:false;-- migrate:down transaction:false'
    "$migratectl" revert base >/dev/null 2>&1
    is "$layout: the index is gone" "$(sql "SELECT count(*) FROM pg_class WHERE relname = 'i'")" 0
    start_anew
done
