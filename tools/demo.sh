# `./dev demo`: the histories of examples/artstore on a throwaway server, up, down and up again, with
# every statement shown as psql would show it.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

shown_psql() { psql -X -q -v ON_ERROR_STOP=1 -P pager=off -P null='(null)' -P linestyle=unicode "$@"; }

prompt() { printf '\n%s%s=#%s %s\n' "$blue" "$PGDATABASE" "$plain" "$*"; }

# Runs a command and shows it as psql would.
sql() {
    prompt "$1"
    shown_psql -c "$1" 2>&1 || die "this should have worked"
}

# A command that must be refused, with these words in the message.
refused_sql() { # SQL WORDS
    prompt "$1"
    local output
    if output=$(shown_psql -c "$1" 2>&1); then
        printf '%s\n' "$output"
        die "this should have been refused"
    fi
    printf '%s\n' "$output"
    [[ $output == *"$2"* ]] || die "the message should have named $2"
}

# A query of one value that must be this one.
proof_sql() { # SQL VALUE
    sql "$1"
    local value
    value=$(psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1")
    [[ $value == "$2" ]] || die "this should have been $2, not $value"
}

register_file() { # NAME
    printf '\n%s$ psql -f examples/artstore/%s%s\n' "$blue" "$1" "$plain"
    shown_psql -A -t -1 -f "$root/examples/artstore/$1" 2>&1 | sed '/^$/d' || die "examples/artstore/$1 failed"
}

upgrade_everything() {
    local columns='revision, message, statements' prefix
    sql "SELECT $columns FROM migrate_upgrade();"
    for prefix in storage_elem_01 storage_elem_02 storage_elem_03 query; do
        sql "SELECT $columns FROM migrate_upgrade(prefix => '$prefix');"
    done
}

demo() {
    begin
    need_build_tools
    provide server
    prepare_tree
    build_and_install || die "could not build and install the extension"
    start_server

    local left_over="SELECT count(*) AS left_over
  FROM (SELECT c.oid, c.relnamespace FROM pg_class c
        UNION ALL
        SELECT t.oid, t.typnamespace FROM pg_type t) AS o (oid, namespace)
 WHERE o.namespace IN ('public'::regnamespace, 'query'::regnamespace)
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.objid = o.oid AND d.refclassid = 'pg_extension'::regclass);"
    local enums="SELECT count(*) AS enum_types FROM pg_type WHERE typtype = 'e';"

    heading "1. A database and its histories"
    note "Registering puts revisions into tables of the extension. Nothing is created yet."
    prompt "CREATE DATABASE artstore;"
    shown_psql -c 'CREATE DATABASE artstore' || die "this should have worked"
    export PGDATABASE=artstore
    sql "CREATE EXTENSION migrate;"
    register_file admin.sql
    register_file storage.sql
    register_file query.sql
    proof_sql "$left_over" 0

    heading "2. Up: every module to its head"
    upgrade_everything
    sql '\dt (public|query).*'
    sql '\dT public.*'
    sql "SELECT * FROM migrate_status();"

    heading "3. Down to the base: no table stays, and no type"
    note "The first revision of the admin module forgets its seven ENUM types in the down text."
    local columns="revision, array_to_string(dropped_types, E'\\n') AS dropped_types" prefix
    for prefix in query storage_elem_03 storage_elem_02 storage_elem_01; do
        sql "SELECT $columns FROM migrate_downgrade('base', prefix => '$prefix');"
    done
    sql "SELECT $columns FROM migrate_downgrade('base');"
    proof_sql "SELECT cardinality(dropped_types) AS orphans FROM migrate.log
 WHERE revision = '4c7e84fcc6b9' AND direction = 'downgrade';" 7
    proof_sql "$left_over" 0
    proof_sql "$enums" 0

    heading "4. Up again: no type is in the way"
    upgrade_everything
    proof_sql "SELECT count(*) AS not_at_head FROM migrate_status() WHERE pending > 0 AND prefix <> 'storage_elem';" 0

    heading "5. A revision that would drop the neighbour's tables"
    register_file contaminated.sql
    refused_sql "SELECT * FROM migrate_upgrade(prefix => 'query');" storage_elem_01
    sql '\dt storage_elem_01*'
    sql "SELECT * FROM migrate_current(prefix => 'query');"
    sql "SELECT migrate_unregister('c1d7f03e9a58', prefix => 'query');"
    proof_sql "SELECT current = heads AS at_head FROM migrate_status() WHERE prefix = 'query';" t

    heading "Done."
    note "The server of this demo and its data are removed now."
}
