#!/usr/bin/env bash
# How long migrate_plan() takes over histories of two sizes: the median of several calls in each of
# three sessions, and their ratio.  Needs a server with the extension installed, named by
# PGHOST and so on; makes and drops the database migrate_bench_plan.
#
#   bench/plan.sh [SMALL [LARGE [CALLS]]]
set -euo pipefail

small=${1:-10000} large=${2:-100000} calls=${3:-15}
database=migrate_bench_plan
psql=("${PSQL:-psql}" -X -q -A -t -v ON_ERROR_STOP=1)

drop() { "${psql[@]}" -d postgres -c "DROP DATABASE IF EXISTS $database" 2>/dev/null; }
trap drop EXIT
drop
"${psql[@]}" -d postgres -c "CREATE DATABASE $database"
"${psql[@]}" -d "$database" -v small="$small" -v large="$large" <<'SQL'
CREATE EXTENSION migrate;
SELECT migrate_create_prefix('small', naming => 'any'), migrate_create_prefix('large', naming => 'any') \g /dev/null
SELECT count(migrate_register(lpad(to_hex(i * 7919), 12, '0'), 'SELECT 1', 'SELECT 1',
    'feat(bench): revision number ' || i, prefix => p.name))
FROM (VALUES ('small', :small), ('large', :large)) AS p (name, size),
     LATERAL generate_series(1, p.size) AS i \g /dev/null
VACUUM ANALYZE;
CREATE TABLE timing (size text, milliseconds double precision);
SQL

# A session for each size, for the C library keeps memory for the small histories once a large one
# was there; and by turns, so that whatever else the machine does meets both.
for _ in 1 2 3; do
    for size in small large; do
        "${psql[@]}" -d "$database" -c "SET bench.size = '$size'" -c "SET bench.calls = $calls" -f - <<'SQL'
DO $$
DECLARE
    size CONSTANT text := current_setting('bench.size');
    started timestamptz;
BEGIN
    FOR i IN 0..current_setting('bench.calls')::int LOOP
        started := clock_timestamp();
        PERFORM count(*) FROM migrate_plan(prefix => size);
        IF i > 0 THEN -- the first one warms up
            INSERT INTO timing VALUES (size, 1000 * extract(epoch FROM clock_timestamp() - started));
        END IF;
    END LOOP;
END $$;
SQL
    done
done

"${psql[@]}" -d "$database" -v small="$small" -v large="$large" <<'SQL'
SELECT format('%s revisions: %s ms, %s revisions: %s ms, ratio %s', :small, round(s::numeric, 1),
              :large, round(l::numeric, 1), round((l / s)::numeric, 1))
FROM (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds) FILTER (WHERE size = 'small'),
             percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds) FILTER (WHERE size = 'large')
      FROM timing) AS median (s, l);
SQL
