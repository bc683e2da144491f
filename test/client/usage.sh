#!/usr/bin/env bash
# What a pedantic user types.
. "$(dirname "$0")/../lib/client.sh"

make_scratch_database

ends 2
like 'no arguments: the help' "$err" 'Usage: migratectl .*error: no command was given'
is 'on standard error' "$out" ''
ends 0 --help
like 'help was asked for' "$out" 'Usage: migratectl \[OPTION\]'
is 'so nothing is wrong' "$err" ''
ends 0 -?
ends 0 --version
like 'the version' "$out" '^migratectl [0-9.]+$'

commands=$(sed -n "s/.*local commands=\"\(.*\)\"/\1/p" < <("$migratectl" completion))
[[ $(wc -w <<<"$commands") -ge 25 ]]
for command in $commands; do
    ends 0 "$command" --help
    like "$command: its usage" "$out" "Usage: migratectl \[OPTION\]... "
    while IFS= read -r line; do
        if ((${#line} > 100)); then printf 'not ok - too wide: %s\n' "$line" && exit 1; fi
    done <<<"$out"
done
while IFS= read -r line; do
    if ((${#line} > 100)); then printf 'not ok - too wide: %s\n' "$line" && exit 1; fi
done < <("$migratectl" --help)
printf 'ok - help fits into 100 columns\n'

ends 2 upgarde
like 'a wrong command: the nearest' "$err" 'unknown command "upgarde".*Did you mean "upgrade"'
ends 2 frobnicate
like 'none is near' "$err" 'See migratectl --help'
ends 2 status --nope
like 'a wrong option' "$err" '--nope.*See migratectl status --help'
ends 2 stamp
ends 2 -h
ends 1 ./nowhere up
like 'a directory that is not there' "$err" 'there is no directory "./nowhere"'
ends 2 .
ends 2 --wait never status

# --- connecting -------------------------------------------------------------------------------------

ends 1 -h "$work" status
like 'no server' "$err" "connection to server on socket \"$work.*No such file or directory"
ends 1 -h 127.0.0.1 -p 1 status
like 'no server there' "$err" 'Connection refused'
ends 1 -d no_such_database status
like 'no such database' "$err" 'database "no_such_database" does not exist'
ends 1 -U nobody_here status
like 'no such role' "$err" 'role "nobody_here" does not exist'
ends 1 -d 'postgresql://h/x?nonsense=1' status
like 'a URI that libpq refuses' "$err" 'nonsense'
before=$SECONDS
ends 1 -h 127.0.0.1 -p 1 --wait 2 status
is 'a wait that was in vain' "$((SECONDS - before >= 2 && SECONDS - before < 10))" 1
before=$SECONDS
ends 1 -d no_such_database --wait 30 status
is 'no wait for what will not come' "$((SECONDS - before < 10))" 1

database=$PGDATABASE
(
    unset PGDATABASE
    DATABASE_URL=postgresql:///$database client status
    is 'DATABASE_URL' "$status" 0
    DATABASE_URL="postgresql+asyncpg:///$database?ssl=prefer&prepared_statement_cache_size=0" client status
    is 'as SQLAlchemy writes it' "$status" 0
    DATABASE_URL=postgresql:///nowhere client -d "$database" status
    is '-d goes before it' "$status" 0
    DATABASE_URL=postgresql://127.0.0.1:1/nowhere client -d "postgresql:///$database" status
    is 'a URI replaces it' "$status" 0
    ends 0 -d "dbname=$database application_name=mine" status
) || exit 1

sql 'ALTER DATABASE '"$PGDATABASE"' SET default_transaction_read_only = on'
make_files "$work/files" 1 t
ends 1 "$work/files" up
like 'a database that is read-only' "$err" 'ERROR:  .*read-only'
ends 0 status
sql 'BEGIN READ WRITE' 'ALTER DATABASE '"$PGDATABASE"' RESET default_transaction_read_only' 'COMMIT'

# --- output that nobody reads ----------------------------------------------------------------------------

make_files "$work/files" 40 t
ends 0 "$work/files" up --quiet
{ "$migratectl" history || printf 'status %s\n' $? >&2; } 2>"$work/err" | head -n 1 >/dev/null
is 'a reader that goes away' "$(<"$work/err")" ''
sql "SELECT migrate_downgrade('base')" >/dev/null
"$migratectl" up --verbose 2>&1 | head -n 1 >/dev/null || true
is 'does not stop a run' "$(sql 'SELECT revision FROM migrate.version')" 0040

# --- completion --------------------------------------------------------------------------------------------

"$migratectl" completion >"$work/completion"
complete_words() { # WORD...: what bash would offer for the last one
    bash --norc -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _migratectl; printf "%s\n" "${COMPREPLY[@]}"' \
        bash "$work/completion" "$@"
}
like 'commands are completed' "$(complete_words migratectl upg)" '^upgrade$'
like 'options too' "$(complete_words migratectl stamp --pur)" '^--purge$'
like 'and options of all commands' "$(complete_words migratectl up --dry)" '^--dry-run$'
like 'and layouts' "$(complete_words migratectl --format g)" 'golang-migrate
goose'
