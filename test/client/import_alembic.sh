#!/usr/bin/env bash
# An Alembic project with branches, a merge, labels, depends_on and ENUM types, imported, loaded
# and run: the schema is the one that Alembic itself makes, and goes away again.
. "$(dirname "$0")/../lib/scratch.sh"

here=$(cd "$(dirname "$0")/.." && pwd)
fixture=$work/project
migratectl=${MIGRATECTL:-migratectl}
alembic=${ALEMBIC:-alembic}

cp -R "$here/fixtures/alembic" "$fixture"
export PYTHONDONTWRITEBYTECODE=1
make_scratch_database

# The statements that make the schema, without what either tool keeps for itself.
plain_schema() { # DATABASE
    pg_dump --schema-only --no-owner --no-privileges --exclude-table=public.alembic_version \
        --exclude-schema=migrate "$1" |
        grep -v -E '^(--|SET |SELECT pg_catalog.set_config|CREATE EXTENSION|COMMENT ON EXTENSION|\\|$)'
}

names_in() { # DIRECTORY
    (cd "$1" && printf '%s\n' *)
}

fails() { # NAME COMMAND…: prints what the command says on standard error
    local name=$1 said
    shift
    if said=$("$@" 2>&1 >/dev/null); then
        printf 'not ok - %s\n  it succeeded\n' "$name"
        exit 1
    fi
    printf '%s\n' "$said"
}

# --- import -----------------------------------------------------------------------------------

files=$work/files
said=$("$migratectl" import-alembic "$fixture" -o "$files" --alembic "$alembic" 2>&1)
like 'every revision becomes a file' "$said" '7 files written'
like 'autocommit_block is told' "$said" 'revision "4d": upgrade leaves the transaction'
is 'names begin with the date of Alembic' \
    "$(names_in "$files" | head -n 1)" 2023_05_01_0915-1a_start_the_shop_orders_and_their_states.sql
is 'a merge has both parents' "$(grep -h -- '-- down_revision: 3c' "$files"/*)" \
    '-- down_revision: 3c, 4d'
is 'labels stay' "$(grep -h -- '-- branch_labels: r' "$files"/*)" \
    '-- branch_labels: reports, analytics'
is 'depends_on stays as it was written' "$(cat "$files"/* | grep -- '-- depends_on' | paste -sd ';')" \
    '-- depends_on: billing;-- depends_on: 6f'
is 'tabs, percent signs and quotes stay' "$(grep -h -c "'A	tab, 50% off; it''s ok'" "$files"/*2b*)" 1
is 'nothing of the version table is there' "$(cat "$files"/* | grep -c alembic_version || true)" 0
is 'no BEGIN and COMMIT of Alembic' "$(cat "$files"/* | grep -c -E '^(BEGIN|COMMIT);' || true)" 0

like 'the same import changes nothing' \
    "$("$migratectl" import-alembic "$fixture" -o "$files" --alembic "$alembic" 2>&1)" \
    '0 files written, 7 unchanged'
echo 'SELECT 1;' >>"$files/2023_06_01_0800-3c_bills.sql"
like 'a file with another text stays' \
    "$(fails 'overwriting' "$migratectl" import-alembic "$fixture" -o "$files" --alembic "$alembic")" \
    '3c_bills.sql: .*file holds another text of revision "3c"'
rm "$files/2023_06_01_0800-3c_bills.sql"
"$migratectl" import-alembic "$fixture" -o "$files" --alembic "$alembic" >/dev/null 2>&1

# --- run, beside Alembic ------------------------------------------------------------------------

reference=${scratch_database}_alembic
trap 'PGDATABASE=postgres psql -X -q -c "DROP DATABASE IF EXISTS $reference WITH (FORCE)"; remove_scratch' EXIT
PGDATABASE=postgres sql "CREATE DATABASE $reference"
export ALEMBIC_TEST_URL="postgresql+psycopg2://$PGUSER@/$reference?host=$PGHOST&port=$PGPORT"
(cd "$fixture" && $alembic upgrade heads) >/dev/null 2>"$work/alembic.log" || {
    cat "$work/alembic.log"
    exit 1
}

"$migratectl" load "$files" >/dev/null
"$migratectl" upgrade heads >/dev/null 2>&1
made=$(plain_schema "$reference")
like 'Alembic makes a schema' "$made" 'CREATE TYPE public.goods_kind .*CREATE VIEW public.report '
is 'the schema is what Alembic makes' "$(plain_schema "$scratch_database")" "$made"
is 'the rows are what Alembic keeps' \
    "$(sql 'SELECT revision FROM migrate_current() ORDER BY 1')" \
    "$(PGDATABASE=$reference sql 'SELECT version_num FROM alembic_version ORDER BY 1')"
is 'the data are what Alembic writes' "$(sql 'SELECT title FROM goods')" \
    "$(PGDATABASE=$reference sql 'SELECT title FROM goods')"

# --- export -------------------------------------------------------------------------------------

"$migratectl" export "$work/exported" >/dev/null
bodies() { # DIRECTORY: the texts, in the order of the revisions
    local file
    for file in "$1"/*; do printf '%s %s\n' "$(sed -n 's/^-- revision: //p' "$file")" "$file"; done |
        sort | cut -d ' ' -f 2 | xargs cat
}
is 'what was loaded is exported as it was' "$(bodies "$work/exported")" "$(bodies "$files")"
like 'and loads as it was' "$("$migratectl" load "$work/exported" 2>&1)" 'unchanged'
like 'files that are there keep their names' "$("$migratectl" export "$files" 2>&1)" \
    '0 files written, 7 unchanged'

"$migratectl" downgrade base >/dev/null 2>&1
is 'the downgrade leaves nothing, not even types' "$(plain_schema "$scratch_database" || true)" ''

# --- take over a database that Alembic brought up to date -----------------------------------------

PGDATABASE=$reference sql 'CREATE EXTENSION migrate'
"$migratectl" -d "$reference" load "$files" >/dev/null
"$migratectl" -d "$reference" adopt >/dev/null
is 'adopted: nothing is left to do' "$("$migratectl" -d "$reference" check >/dev/null 2>&1 && echo "at head")" "at head"
"$migratectl" -d "$reference" downgrade base >/dev/null 2>&1
is 'adopted: the downgrade leaves nothing' "$(plain_schema "$reference" || true)" ''

# --- what cannot be imported ----------------------------------------------------------------------

cat >"$fixture/migrations/versions/8b_live.py" <<'PYTHON'
"""Needs rows

Revision ID: 8b
Revises: 7a
"""
from alembic import op

revision = "8b"
down_revision = "7a"


def upgrade():
    for row in op.get_bind().execute("SELECT id FROM orders"):
        op.execute("SELECT %d" % row.id)


def downgrade():
    raise NotImplementedError("no way")
PYTHON
cat >"$fixture/migrations/versions/9c_oneway.py" <<'PYTHON'
"""Goes one way

Revision ID: 9c
Revises: 7a
"""
revision = "9c"
down_revision = "7a"


def upgrade():
    pass


def downgrade():
    raise NotImplementedError()
PYTHON
cat >"$fixture/migrations/versions/ad_unnamed.py" <<'PYTHON'
"""Can never be taken back

Revision ID: ad
Revises: 9c
Create Date: 2023-10-01 00:00:00
"""
from alembic import op

revision = "ad"
down_revision = "9c"


def upgrade():
    op.get_bind().commit()
    op.create_unique_constraint(None, "goods", ["title"])


def downgrade():
    op.drop_constraint(None, "goods", type_="unique")
PYTHON
said=$(fails 'a live revision' "$migratectl" import-alembic "$fixture" -o "$work/live" --alembic "$alembic")
like 'a revision that needs a database is named with its line' "$said" \
    '8b_live.py:13: .*revision "8b" cannot be written as SQL'
like 'the way out is told' "$said" '--keep-going'
is 'and nothing is written' "$(test -e "$work/live" && echo there || echo nothing)" nothing
said=$(fails 'going on' "$migratectl" import-alembic "$fixture" -o "$work/live" --alembic "$alembic" --keep-going)
like 'the others are written with --keep-going' "$(names_in "$work/live" | wc -l)" 9
like 'a downgrade that fails is told' "$said" 'ad_unnamed.py:19: .*downgrade of revision "ad" cannot be'
is 'and left out' "$(grep -c 'migrate:down' "$work/live"/*-ad_* || true)" 0
like 'an irreversible revision is told' "$said" 'revision "9c": downgrade is irreversible'
is 'and has no down text' "$(grep -c 'migrate:down' "$work/live"/*9c* || true)" 0
is 'one without a date takes that of its parent' "$(names_in "$work/live" | grep 9c)" \
    2023_09_01_0000-9c_goes_one_way.sql

like 'a directory without alembic.ini' \
    "$(fails 'no ini' "$migratectl" import-alembic "$fixture/migrations" --alembic "$alembic")" \
    'there is no file alembic.ini.*It is one directory above'
like 'a program that is not there' \
    "$(fails 'no alembic' "$migratectl" import-alembic "$fixture" --alembic no-such/alembic)" \
    'there is no program no-such/alembic'

sed -i 's/^fileConfig.*/raise KeyError("DATABASE_URL")/' "$fixture/migrations/env.py"
said=$(fails 'env.py fails' "$migratectl" import-alembic "$fixture" --alembic "$alembic")
like 'an env.py that fails is told once' "$said" 'alembic.ini: error: KeyError: .DATABASE_URL.'
like 'with the way out' "$said" 'environment variables that env.py reads'
like 'a Python without Alembic' \
    "$(fails 'no module' "$migratectl" import-alembic "$fixture" --alembic 'python3 -S -m alembic')" \
    'Alembic cannot be loaded.*--alembic'
like 'an unknown prefix' "$(fails 'no prefix' "$migratectl" export "$work/none" --prefix none)" \
    'prefix "none" does not exist'
