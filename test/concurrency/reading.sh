#!/usr/bin/env bash
#
# Reading the schema locks nothing, so all that is in it may go while it is read: it is read again
# then, and nobody is disturbed.
#
. "$(dirname "$0")/../lib/scratch.sh"

make_scratch_database
# Each type is looked up for the first time between finding an index and naming it.
sql "SELECT migrate_register('r1', 'CREATE TABLE steady (id integer)')" \
    'SELECT revision FROM migrate_upgrade()' >/dev/null

cat >"$work/changing.sql" <<'SQL'
CREATE TABLE racy (a smallint, b integer, c bigint, d numeric, e text, f varchar, g char(2), h bytea, i date,
    j time, k timestamp, l timestamptz, m interval, n uuid, o inet, p macaddr, q boolean, r name, s oid, t bit(2),
    u money, v real, w float8, x jsonb, y tsvector, z int4range);
CREATE INDEX racy_all ON racy (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z);
CREATE TYPE racy_mood AS ENUM ('a', 'b');
ALTER TABLE racy ADD mood racy_mood DEFAULT 'a', ADD CHECK (mood = 'a' OR a > 5);
CREATE VIEW racy_view AS SELECT a, mood FROM racy WHERE mood = 'b';
CREATE FUNCTION racy_function(racy_mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION racy_function;
DROP VIEW racy_view;
DROP INDEX racy_all;
DROP TABLE racy;
DROP TYPE racy_mood;
SQL
for ((i = 0; i < 50; i++)); do
    echo 'SELECT count(*) FROM migrate_drift();'
done >"$work/reading.sql"

started=$(sql 'SELECT pg_postmaster_start_time()')
pgbench -n -T 8 -f "$work/changing.sql" "$PGDATABASE" >"$work/changing" 2>&1 &
changing=$!
while kill -0 "$changing" 2>/dev/null; do
    # After an error psql goes on with the next call.
    psql -X -q -A -t -f "$work/reading.sql" >>"$work/reading" 2>&1 || true
done
wait "$changing" && status=0 || status=$?
is 'the other session was not disturbed' "$status" 0
is 'no call took its server process down' "$(grep -c 'server closed the connection' "$work/reading")" 0
is 'no call failed' "$(grep -c 'ERROR' "$work/reading")" 0
like 'calls have read the schema meanwhile' "$(grep -c '^[0-9]' "$work/reading")" '^[1-9]'
is 'the server is the one that it was' \
    "$(sql "SELECT pg_postmaster_start_time() = '$started'")" t
