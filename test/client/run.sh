#!/usr/bin/env bash
# upgrade, downgrade and what else changes where a database stands.
. "$(dirname "$0")/../lib/client.sh"

make_scratch_database
files=$work/files
make_files "$files" 3 t
rows="SELECT coalesce(string_agg(revision, ' ' ORDER BY revision), 'base') FROM migrate.version"

# --- up and down -----------------------------------------------------------------------------------

ends 0 "$files" up
like 'the files are loaded' "$out" '3 files: 3 registered'
like 'what ran is told' "$out" 'applied 3 revisions in [0-9.]+ m?s'
like 'revision by revision, on standard error' "$err" '\[2/3\] 0002 table 2 … [0-9.]+ m?s'
is 'it stands at the head' "$(sql "$rows")" '0003'
ends 0 up
is 'nothing to do is success' "$out$err" 'nothing to do'
ends 0 down
is 'down takes back one' "$(sql "$rows")" '0002'
ends 0 down base
is 'or all' "$(sql "$rows")" 'base'
ends 0 up +1
is 'up by one' "$(sql "$rows")" '0001'
ends 0 upgrade 0002 --json
is 'JSON has a step per revision' \
    "$(json '[(row["prefix"], row["revision"], row["direction"], row["message"], row["statements"], row["dropped_types"]) for row in rows]')" \
    "[('', '0002', 'upgrade', 'table 2', 1, [])]"
is 'with its duration in milliseconds' "$(json 'isinstance(rows[0]["duration"], float) and 0 < rows[0]["duration"] < 60000')" True
ends 0 downgrade -1 --json
is 'downgrades as well' "$(json '[(row["revision"], row["direction"]) for row in rows]')" "[('0002', 'downgrade')]"
ends 0 up --quiet
is '--quiet is quiet' "$out$err" ''

ends 0 down base --dry-run
like 'a trial really runs' "$out" 'would take back 3 revisions \(it worked, and was rolled back\)'
is 'and changes nothing' "$(sql "$rows")" '0003'
ends 0 down base

# --- errors -------------------------------------------------------------------------------------------

printf 'CREATE TABLE t_4 (id int);\n\nALTER TABLE t_4\n    ADD COLUMN note tekst;\n' >"$files/0004_wrong.up.sql"
printf 'DROP TABLE t_4;\nDROP TABLE t_5;\n' >"$files/0004_wrong.down.sql"
ends 1 "$files" up
like 'an error has file and line' "$err" "$files/0004_wrong.up.sql:4: ERROR:  type \"tekst\" does not exist
LINE 4:     ADD COLUMN note tekst;
                            \^
CONTEXT:  revision \"0004\" of the default prefix, statement 2, line 4"
unlike 'the whole text is not repeated' "$err" 'QUERY'
is 'nothing was applied' "$(sql "$rows")" 'base'
ends 1 up --verbose
like 'verbose has the SQLSTATE' "$err" 'ERROR:  42704: type "tekst" does not exist'
like 'and the text' "$err" 'QUERY:  CREATE TABLE t_4'
unlike 'without files there is no file' "$err" '0004_wrong'

sed -i s/tekst/text/ "$files/0004_wrong.up.sql"
ends 0 "$files" up
like 'a corrected file is replaced' "$out" 'replaced 0004'
ends 1 "$files" down
like 'the way back has file and line' "$err" "$files/0004_wrong.down.sql:2: ERROR:  table \"t_5\" does not exist"
is 'and still stands' "$(sql "$rows")" '0004'
ends 1 up nowhere
like 'an unknown target' "$err" 'ERROR:  .*"nowhere"'
unlike 'nothing had begun' "$err" 'nothing was applied'

# --- where it stands -------------------------------------------------------------------------------------

ends 0 stamp 0002
is 'a stamp' "$out$(sql "$rows")" 'stands at 0002 now0002'
ends 0 stamp base --purge --json
is 'as JSON' "$out" '[]'
ends 1 stamp 0003 --verify
like 'a stamp that is proved' "$err" 'ERROR:  the schema of .* is not proved'
ends 0 stamp 0003 --dry-run
is 'tried only' "$(sql "$rows")" 'base'
sql 'CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)' "INSERT INTO alembic_version VALUES ('0003')"
ends 0 adopt
is 'adopted' "$(sql "$rows")" '0003'
sql "SELECT migrate_register('side', 'SELECT 1', '', down_revision => '{0002}')" >/dev/null
ends 1 up
like 'several heads' "$err" 'HINT: '
ends 0 merge -m 'both together' --json
merged=$(json 'rows[0]["revision"]')
is 'a merge' "$(sql "SELECT down_revision, message FROM migrate.revision WHERE id = '$merged'")" '{0004,side}|both together'
ends 0 unregister "$merged"
is 'unregistered' "$(sql "SELECT count(*) FROM migrate.revision WHERE id = '$merged'")" 0

# --- prefixes ------------------------------------------------------------------------------------------------

sql "SELECT migrate_create_prefix('shop')" >/dev/null
make_files "$work/shop" 2 shop
ends 0 "$work/shop" up --prefix shop
is 'a prefix has its own history' "$(sql "SELECT revision FROM migrate.version WHERE prefix = 'shop'")" 0002
PGOPTIONS='-c migrate.prefix=shop' client down base
is 'the setting migrate.prefix counts' "$(sql "SELECT count(*) FROM migrate.version WHERE prefix = 'shop'")" 0
PGOPTIONS='-c migrate.prefix=shop' client load "$work/shop"
like 'also for what is compared' "$out$err" '^2 files: 0 registered, 0 replaced, 2 unchanged$'

# --- other schema, hostile search_path ---------------------------------------------------------------------------

sql 'DROP EXTENSION migrate CASCADE' 'CREATE SCHEMA "My Tools"' 'CREATE EXTENSION migrate SCHEMA "My Tools"'
make_files "$work/other" 2 other
ends 0 "$work/other" up
is 'the functions are found in any schema' "$(sql 'SELECT revision FROM migrate.version')" 0002
sql 'CREATE SCHEMA evil' "CREATE FUNCTION evil.to_json(anyelement) RETURNS json LANGUAGE sql AS 'SELECT NULL::json'"
PGOPTIONS='-c search_path=evil,pg_catalog,public' client history --json
is 'no search_path is in the way' "$(json 'len(rows)')" 2

# --- without the extension -----------------------------------------------------------------------------------------

sql 'DROP EXTENSION migrate CASCADE'
ends 1 status
like 'it is said where the extension is missing' "$err" 'extension "migrate" is not installed in database'
like 'with the way out' "$err" 'CREATE EXTENSION migrate'
ends 0 status --create-extension
is 'which can be taken at once' "$(sql "SELECT count(*) FROM pg_extension WHERE extname = 'migrate'")" 1

# --- names in the place of @schema@ -------------------------------------------------------------------

sql 'CREATE SCHEMA "My App"' "SELECT migrate_create_prefix('odd', schema => 'My App')"
mkdir "$work/odd"
printf "SELECT 1;\nSELECT 'of @schema@';\n" >"$work/odd/0001_name.up.sql"
ends 1 "$work/odd" --prefix odd up
like 'a name that cannot stand there has file and line' "$err" \
    "$work/odd/0001_name.up.sql:2: ERROR:  cannot replace @schema@ in line 2 of the up text"
