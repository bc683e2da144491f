#!/usr/bin/env bash
# Commands that look: tables for people, JSON for programs, exit statuses.
. "$(dirname "$0")/../lib/client.sh"

make_scratch_database
files=$work/files
make_files "$files" 3 t
export PGTZ=UTC

ends 0 status
like 'an empty database has a table without rows' "$out" '\(0 rows\)'
for command in current history heads bases branches plan; do
    ends 0 $command --json
    is "$command: an empty array" "$out" '[]'
done
ends 0 check
is 'nothing is pending where nothing is registered' "$out" 'nothing is pending'

# --- with files, before they are registered -----------------------------------------------------------

ends 3 "$files" check
is 'files count as pending, and are forgotten' "$(sql 'SELECT count(*) FROM migrate.revision')" 0
ends 0 "$files" plan
like 'they can be planned' "$out" ' 0003 +\| upgrade +\| table 3 '
ends 3 "$files" plan --exit-code
ends 0 "$files" graph
is 'and drawn' "$out" '* 0003 (head) table 3
* 0002 table 2
* 0001 table 1'

ends 0 "$files" up +2 --quiet
ends 3 check
like 'pending revisions are told' "$err" 'ERROR:  the default prefix has 1 pending revision'
ends 3 check --json
is 'also as JSON' "$(json 'rows[0]["pending"], rows[0]["detail"]')" "(True, 'Not applied: \"0003\".')"
ends 3 plan --exit-code
ends 0 plan head --direction upgrade
is 'the plan' "$out" ' revision | direction | message | is_transactional | is_reversible
----------+-----------+---------+------------------+---------------
 0003     | upgrade   | table 3 | yes              | yes
(1 row)'
ends 0 plan -2
like 'of a way back' "$out" ' 0002 +\| downgrade .*
 0001 +\| downgrade '
ends 0 plan 0002 --exit-code

ends 0 current
like 'current' "$out" '^ revision +\| +message +\| is_head \| +applied_at +\| applied_by *
-+\+-+\+-+\+-+\+-+
 0002 +\| table 2 \| no +\| 20[0-9-]+ [0-9:]+\+00 +\| '
ends 0 history 0002: --json
is 'a range of the history' "$(json '[row["revision"] for row in rows]')" "['0003', '0002']"
is 'its keys are the columns of the function' "$(json '",".join(rows[0])')" \
    "$(sql "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'migrate.history_row'::regclass AND attnum > 0")"
is 'times are ISO 8601' "$(json '__import__("re").match(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$", rows[1]["applied_at"]) is not None')" True
is 'durations are milliseconds' "$(json '0 <= rows[1]["duration"] < 60000, rows[0]["duration"]')" '(True, None)'
for command in current status plan heads; do
    case $command in
        current) type=current_row ;; status) type=prefix_status ;;
        plan) type=planned_step ;; heads) type=history_row ;;
    esac
    ends 0 $command --json
    is "$command: all columns of migrate.$type" "$(json '",".join(rows[0])')" \
        "$(sql "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'migrate.$type'::regclass AND attnum > 0")"
done
ends 0 status
like 'status' "$out" ' \(default\) \| 0002 +\| 0003 +\| +1 \| '
ends 0 show head
like 'a revision with its texts' "$out" '-- up
CREATE TABLE t_3 \(
    id int
\);

-- down
DROP TABLE t_3;$'
ends 0 show 0001 --json
is 'as JSON' "$(json 'rows[0]["down"]')" 'DROP TABLE t_1;'
ends 0 sql :
like 'the script of all' "$out" 'CREATE TABLE t_1 .*CREATE TABLE t_3 .*migrate_stamp'
ends 0 sql
unlike 'or of what is pending' "$out" 'CREATE TABLE t_2'
ends 0 graph mermaid
like 'a drawing for Mermaid' "$out" '^flowchart BT'
ends 1 graph crayon
ends 1 show nowhere
like 'unknown revisions are errors of the server' "$err" 'ERROR: '
ends 0 bases
like 'bases' "$out" '^ revision.* 0001 '
ends 0 branches
like 'branches' "$out" '\(0 rows\)'

# --- texts that try something ---------------------------------------------------------------------------

sql "SELECT migrate_register('wide', 'SELECT 1', message => E'漢字 und größer\nsecond \x1b[31mline')" >/dev/null
ends 0 history
like 'one line each, of any width' "$out" ' wide +\| 0003 +\| 漢字 und größer… \| pending, head \| '
ends 0 show wide
unlike 'nothing commands the terminal' "$out" $'\x1b'
