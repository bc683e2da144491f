#!/usr/bin/env bash
# What an upgrade by one revision with one small table costs in a prefix that has many tables, beside
# the same in a prefix that has none.  Needs a server with the extension installed, named by PGHOST
# and so on; makes and drops the databases migrate_bench_big and migrate_bench_empty.
#
#   bench/small.sh [TABLES [CALLS]]
set -euo pipefail

tables=${1:-5000} calls=${2:-15}
big=migrate_bench_big empty=migrate_bench_empty
psql=("${PSQL:-psql}" -X -q -A -t -v ON_ERROR_STOP=1)

drop() {
    for database in "$big" "$empty"; do
        "${psql[@]}" -d postgres -c "DROP DATABASE IF EXISTS $database" 2>/dev/null
    done
}
trap drop EXIT
drop
for database in "$big" "$empty"; do
    "${psql[@]}" -d postgres -c "CREATE DATABASE $database"
    "${psql[@]}" -d "$database" <<'SQL'
CREATE EXTENSION migrate;
SELECT migrate_register('root', 'SELECT 1', 'SELECT 1') \g /dev/null
SQL
done
"${psql[@]}" -d "$big" -v tables="$tables" <<'SQL'
-- A revision for each hundred tables, so that no transaction needs more locks than there are.
SELECT count(migrate_register('r' || r, (
    SELECT string_agg(format('CREATE TABLE t%1$s (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,'
        ' name text NOT NULL, price numeric(10, 2) DEFAULT 0 CHECK (price >= 0));'
        'CREATE INDEX t%1$s_name ON t%1$s (name);', i), '')
    FROM generate_series(100 * r + 1, least(100 * r + 100, :tables)) AS i), 'SELECT 1'))
FROM generate_series(0, (:tables - 1) / 100) AS r \g /dev/null
SQL
for database in "$big" "$empty"; do
    "${psql[@]}" -d "$database" -c "SET migrate.progress = none" -c 'CALL migrate_deploy()' -c 'VACUUM ANALYZE'
done

# Of one upgrade, in microseconds, in a session that has done nothing before.
upgrade() { # DATABASE NUMBER
    "${psql[@]}" -d "$1" <<SQL
SELECT migrate_register('small$2', 'CREATE TABLE small$2 (id integer PRIMARY KEY, name text)', 'DROP TABLE small$2') \g /dev/null
\c
SELECT clock_timestamp() AS before \gset
SELECT migrate_upgrade() \g /dev/null
SELECT round(extract(epoch FROM clock_timestamp() - :'before') * 1000000);
SQL
}
median() { sort -n | sed -n "$(((calls + 1) / 2))p"; }

big_times="" empty_times=""
for number in $(seq "$calls"); do # one of each in turn: whatever else the machine does meets all
    big_times+="$(upgrade "$big" "$number")"$'\n'
    empty_times+="$(upgrade "$empty" "$number")"$'\n'
done
drift=$("${psql[@]}" -d "$big" -c 'SELECT count(*) FROM migrate_drift()')
[[ $drift == 0 ]] || { echo "the note is wrong: $drift differences" >&2; exit 1; }
big_median=$(printf %s "$big_times" | median)
empty_median=$(printf %s "$empty_times" | median)
echo "one small table among $tables tables: $big_median us, among none $empty_median us," \
    "ratio $(awk "BEGIN { printf \"%.2f\", $big_median / $empty_median }")"
