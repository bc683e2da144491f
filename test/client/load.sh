#!/usr/bin/env bash
# load: what becomes of files that are new, known, changed, gone or wrong.
. "$(dirname "$0")/../lib/client.sh"

make_scratch_database
files=$work/files
make_files "$files" 3 t
registered='SELECT string_agg(id, chr(32) ORDER BY ordinal) FROM migrate.revision'

# --- new, known, changed ----------------------------------------------------------------------

ends 0 load "$files" --dry-run
like 'a trial says what it would do' "$out" '3 files: 3 registered, 0 replaced, 0 unchanged \(rolled back\)'
is 'and leaves nothing' "$(sql "$registered")" ''

ends 0 load "$files"
like 'each new file is told' "$out" "registered 0002  $files/0002_table_2.up.sql"
is 'all are registered' "$(sql "$registered")" '0001 0002 0003'
is 'in a line' "$(sql "SELECT down_revision FROM migrate.revision WHERE id = '0003'")" '{0002}'
is 'texts arrive as they are' "$(sql "SELECT up FROM migrate_show('0001')")" "$(<"$files/0001_table_1.up.sql")"

ends 0 load "$files"
is 'known files are only counted' "$out" '3 files: 0 registered, 0 replaced, 3 unchanged'
ends 0 load "$files" --verbose
like 'and named with --verbose' "$out" 'unchanged 0002 '
ends 0 load "$files" --quiet
is 'nothing is said with --quiet' "$out$err" ''

printf '\n-- a remark\n' >>"$files/0003_table_3.up.sql"
sed -i '1i -- another' "$files/0003_table_3.up.sql"
ends 0 load "$files" --json
is 'as JSON, file by file' "$(json '[(row["revision"], row["result"]) for row in rows]')" \
    "[('0001', 'unchanged'), ('0002', 'unchanged'), ('0003', 'replaced')]"
is 'with paths' "$(json 'rows[0]["path"]')" "$files/0001_table_1.up.sql"

# --- changed after they were applied -------------------------------------------------------------

ends 0 upgrade
make_files "$files" 4 t
sed -i 's/id int/id bigint/' "$files/0002_table_2.up.sql"
rm "$files/0001_table_1.down.sql"
ends 1 load "$files"
like 'all changed files are named' "$err" "0001_table_1.up.sql, $files/0002_table_2.up.sql, $files/0003"
like 'with a diff' "$out" "--- registered 0002 \(up\)
\+\+\+ $files/0002_table_2.up.sql
@@ -1,3 \+1,3 @@
 CREATE TABLE t_2 \(
-    id int
\+    id bigint
 \);"
like 'a text that is gone is said in words' "$out" 'down: a text was registered, the file has none'
is 'nothing was registered' "$(sql "$registered")" '0001 0002 0003'
ends 1 "$files" up
is 'nor before an upgrade' "$(sql "$registered")" '0001 0002 0003'

# --- files that are gone ----------------------------------------------------------------------------

rm -rf "$files"
make_files "$files" 2 t
ends 0 load "$files"
like 'a revision without a file is told' "$err" '1 registered revision has no file in .*: 0003'

# --- errors ------------------------------------------------------------------------------------------

start_anew() { sql 'DROP EXTENSION migrate' 'CREATE EXTENSION migrate'; }

start_anew
printf 'SELECT 1;\n\nCREATE TABLE x (\n  i int,,\n);\n' >"$files/0003_wrong.up.sql"
ends 1 load "$files"
like 'a syntax error has file and line' "$err" "$files/0003_wrong.up.sql:4: ERROR:  syntax error at or near \",\""
is 'one error, and nothing is registered' "$(sql "$registered")" ''
printf 'SELECT 1;\nROLLBACK;\n' >"$files/0003_wrong.up.sql"
ends 1 load "$files"
like 'so has a refused statement' "$err" "$files/0003_wrong.up.sql:2: ERROR: "
printf 'SELECT 1;' >"$files/0003_wrong.up.sql"
printf 'SELECT 1;\n\nSELEC 1;' >"$files/0003_wrong.down.sql"
ends 1 load "$files"
like 'in the other text as well' "$err" "$files/0003_wrong.down.sql:3: ERROR: "
printf 'SELECT 1;\nSELECT \0 2;\n' >"$files/0003_wrong.up.sql"
ends 1 load "$files"
like 'a byte that no text can have' "$err" "$files/0003_wrong.up.sql:2: error: text contains a NUL byte"
printf "SELECT '\xff';\n" >"$files/0003_wrong.up.sql"
ends 1 load "$files"
like 'other characters than UTF-8' "$err" "$files/0003_wrong.up.sql.*"
rm "$files"/0003*
ends 1 load "$files" --prefix nowhere
like 'an unknown prefix is the error of the server' "$err" 'ERROR:  prefix "nowhere" does not exist'
ends 1 load "$work/nowhere"
like 'a missing directory' "$err" 'there is no directory'
mkdir "$work/empty"
ends 1 load "$work/empty"
like 'an empty directory' "$err" "$work/empty"
ends 1 load "$files/0001_table_1.up.sql"
like 'a file instead of a directory' "$err" 'is not a directory'
(cd "$work" && mkdir here && cd here && client load && [[ $status == 2 ]])
printf 'ok - no directory at all is wrong usage\n'
mv "$files" "$work/here/migrations"
cd "$work/here"
ends 0 load
like 'a directory called migrations is the default' "$out" '2 registered'

# --- transactions ---------------------------------------------------------------------------------------

start_anew
goose=$work/goose
mkdir "$goose"
printf -- '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE g (i int);\n-- +goose Down\nDROP TABLE g;\n' >"$goose/00001_g.sql"
printf -- '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY gi ON g (i);\n-- +goose Down\nDROP INDEX CONCURRENTLY gi;\n' >"$goose/00002_gi.sql"
ends 0 load "$goose"
like 'a marker that is not needed is a warning' "$err" "warning: $goose/00001_g.sql:[0-9]+: the file asks for no transaction"
unlike 'one that is needed is fine' "$err" '00002'
ends 0 load "$goose"
is 'said once' "$err" ''

native=$work/native
mkdir "$native"
printf -- '-- revision: n1\n-- down_revision: 00002\n-- migrate:up transaction:true\n\nCREATE INDEX CONCURRENTLY gj ON g (i);\n-- migrate:down\nDROP INDEX gj;\n' >"$native/2026_01_01_0000-n1_index.sql"
ends 1 load "$native"
like 'a marker that is wrong is an error' "$err" "$native/2026_01_01_0000-n1_index.sql:5: error: the file says that this text runs in a transaction"
is 'and registers nothing' "$(sql "$registered")" '00001 00002'
sed -i 's/ transaction:true//' "$native"/*
ends 0 load "$native"
like 'no marker is fine, and told once' "$err" 'run it with deploy or revert'

# --- many ------------------------------------------------------------------------------------------------

# The best of five of each, by turns; psql gets the same registrations as statements.
start_anew
many=$work/many
make_files "$many" 1000 many
python3 - "$many" >"$work/many.sql" <<'PY'
import os, sys
before = "'{}'"
for name in sorted(n for n in os.listdir(sys.argv[1]) if n.endswith(".up.sql")):
    up = open(os.path.join(sys.argv[1], name)).read().strip()
    down = open(os.path.join(sys.argv[1], name.replace(".up.", ".down."))).read().strip()
    version, slug = name[:-7].split("_", 1)
    print(f"SELECT migrate_register('{version}', $a${up}$a$, $b${down}$b$, '{slug.replace('_', ' ')}', {before});")
    before = "'{%s}'" % version
PY
microseconds() {
    local start=${EPOCHREALTIME/./}
    "$@" >/dev/null
    echo $((${EPOCHREALTIME/./} - start))
}
best_load=999999999 best_psql=999999999
for _ in 1 2 3 4 5; do
    start_anew
    took=$(microseconds psql -X -q -A -t -1 -v ON_ERROR_STOP=1 -f "$work/many.sql")
    if ((took < best_psql)); then best_psql=$took; fi
    checksums=$(sql "SELECT md5(string_agg(encode(checksum, 'hex') || down_revision::text || message, ',' ORDER BY id)) FROM migrate.revision")
    start_anew
    took=$(microseconds "$migratectl" load "$many")
    if ((took < best_load)); then best_load=$took; fi
done
is 'both registered the same' \
    "$(sql "SELECT md5(string_agg(encode(checksum, 'hex') || down_revision::text || message, ',' ORDER BY id)) FROM migrate.revision")" \
    "$checksums"
printf '  1,000 files: %d ms; psql -1 -f: %d ms\n' $((best_load / 1000)) $((best_psql / 1000))
# Sanitizers cost more than that.
if [[ -z ${MIGRATE_SANITIZED:-} ]]; then
    is 'loading takes at most twice the time of psql' "$((best_load <= 2 * best_psql))" 1
fi
