#!/usr/bin/env bash
# How long the model of a big schema takes: migrate_drift() of a prefix with many tables, beside
# pg_dump -s of the same database, and what noting the schema adds to an upgrade.  Needs a server
# with the extension installed, named by PGHOST and so on; makes and drops the database
# migrate_bench_model.
#
#   bench/model.sh [TABLES [CALLS]]
set -euo pipefail

tables=${1:-5000} calls=${2:-5}
database=migrate_bench_model
psql=("${PSQL:-psql}" -X -q -A -t -v ON_ERROR_STOP=1)
dump=("${PG_DUMP:-pg_dump}")

drop() { "${psql[@]}" -d postgres -c "DROP DATABASE IF EXISTS $database" 2>/dev/null; }
trap drop EXIT
drop
"${psql[@]}" -d postgres -c "CREATE DATABASE $database"
"${psql[@]}" -d "$database" -v tables="$tables" <<'SQL'
CREATE EXTENSION migrate;
-- A revision for each hundred tables, so that no transaction needs more locks than there are.
SELECT count(migrate_register('r' || r, (
    SELECT string_agg(format('CREATE TABLE t%1$s (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,'
        ' name text NOT NULL, price numeric(10, 2) DEFAULT 0 CHECK (price >= 0),'
        ' made timestamptz NOT NULL DEFAULT now(), tags text[] DEFAULT ''{}'', note varchar(80));'
        'CREATE INDEX t%1$s_name ON t%1$s (name);'
        'COMMENT ON TABLE t%1$s IS ''table number %1$s'';', i), '')
    FROM generate_series(100 * r + 1, least(100 * r + 100, :tables)) AS i), 'SELECT 1'))
FROM generate_series(0, (:tables - 1) / 100) AS r \g /dev/null
SELECT migrate_set_option('snapshots', 'off') \g /dev/null
CALL migrate_deploy();
SELECT migrate_set_option('snapshots', NULL) \g /dev/null
VACUUM ANALYZE;
SELECT migrate_stamp('{heads}') \g /dev/null
SQL

milliseconds() { # of a command
    local begin end
    begin=$(date +%s%N)
    "$@" >/dev/null
    end=$(date +%s%N)
    echo $(((end - begin) / 1000000))
}
median() { sort -n | sed -n "$(((calls + 1) / 2))p"; }

drift_times="" dump_times="" stamp_times=""
for _ in $(seq "$calls"); do # one of each in turn: whatever else the machine does meets all
    drift_times+="$(milliseconds "${psql[@]}" -d "$database" -c 'SELECT * FROM migrate_drift()')"$'\n'
    stamp_times+="$(milliseconds "${psql[@]}" -d "$database" -c "SELECT migrate_stamp('{heads}')")"$'\n'
    dump_times+="$(milliseconds "${dump[@]}" -s "$database")"$'\n'
done
drift_median=$(printf %s "$drift_times" | median)
stamp_median=$(printf %s "$stamp_times" | median)
dump_median=$(printf %s "$dump_times" | median)
size=$("${psql[@]}" -d "$database" -c \
    "SELECT sum(octet_length(text)) || ' bytes, stored as ' || pg_total_relation_size('migrate.noted_object') FROM migrate.noted_object")
echo "$tables tables: migrate_drift() $drift_median ms, noting the schema $stamp_median ms," \
    "pg_dump -s $dump_median ms, ratio of drift $(awk "BEGIN { printf \"%.2f\", $drift_median / $dump_median }");" \
    "note $size"
