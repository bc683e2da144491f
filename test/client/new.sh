#!/usr/bin/env bash
# new and merge: files that somebody is about to fill.
. "$(dirname "$0")/../lib/client.sh"

make_scratch_database
files=$work/files
mkdir "$files"
id_of() { sed -n 's/^-- revision: //p' "$1"; }
count_files() { find "$1" -type f | wc -l; }
parents_of() { sed -n 's/^-- down_revision: *//p' "$1"; }

TZ=Asia/Tokyo client "$files" new 'add orders'
is 'new ends with success' $status 0
first=$out
like 'its name has time, id and message' "$first" "^$files/20[0-9]{2}_[0-9]{2}_[0-9]{2}_[0-9]{4}-[0-9a-f]{12}_add_orders.sql$"
stamp=${first#"$files/"} stamp=${stamp%%-*}
is 'the time is UTC' "$(((10#$(date -u +%Y%m%d%H%M) - 10#${stamp//_/}) <= 1))" 1
is 'the first is a base' "$(parents_of "$first")" ''
ends 0 "$files" new 'feat(orders): a note' --json
second=$(json 'rows[0]["path"]')
is 'the next follows it' "$(parents_of "$second")" "$(id_of "$first")"
is 'its id is told' "$(json 'rows[0]["revision"]')" "$(id_of "$second")"

ends 0 "$files" new 'plugins' --branch plug --head base
third=$out
is 'a branch begins anew' "$(parents_of "$third")" ''
like 'with its label' "$(<"$third")" '-- branch_labels: plug'
ends 1 "$files" new 'which one'
like 'several heads are told' "$err" 'several heads.*--head '
ends 0 "$files" new 'more plugins' --branch plug --depends-on "$(id_of "$first")"
fourth=$out
is 'the branch goes on' "$(parents_of "$fourth")" "$(id_of "$third")"
unlike 'the label is not repeated' "$(<"$fourth")" 'branch_labels: plug'
like 'with what it needs' "$(<"$fourth")" "-- depends_on: $(id_of "$first")"
ends 0 "$files" new 'after the second' --head "$(id_of "$second" | cut -c 1-7)"
fifth=$out
is 'a head by the beginning of its id' "$(parents_of "$fifth")" "$(id_of "$second")"
ends 1 "$files" new x --head nowhere
ends 1 "$files" new x --branch 'not@good'

ends 0 "$files" merge -m 'all together'
merged=$out
like 'a merge is a file, where there are files' "$(parents_of "$merged")" "^($(id_of "$fourth"), $(id_of "$fifth")|$(id_of "$fifth"), $(id_of "$fourth"))$"
ends 1 "$files" merge
like 'then there is nothing to merge' "$err" 'there is one head\.?|There is one head'
ends 0 "$files" new 'only shown' --dry-run
like 'a trial shows the text' "$out" "^-- revision: [0-9a-f]{12}
-- down_revision: $(id_of "$merged")
-- message: only shown"
is 'and writes nothing' "$(count_files "$files")" 6

ends 0 "$files" up
is 'all of it can be loaded and run' "$(sql "SELECT revision FROM migrate.version")" "$(id_of "$merged")"
ends 0 load "$files"
is 'and is the same when loaded again' "$out" '6 files: 0 registered, 0 replaced, 6 unchanged'

ends 0 export "$work/exported"
is 'what is exported' "$(count_files "$work/exported")" 6
ends 0 load "$work/exported"
is 'is what was registered' "$out" '6 files: 0 registered, 0 replaced, 6 unchanged'

make_files "$work/other" 1 t
ends 1 "$work/other" new x
like 'other layouts are left to their tools' "$err" 'golang-migrate'
mkdir "$work/here"
cd "$work/here"
ends 2 new x
mkdir migrations
ends 0 new x
like 'a directory called migrations is the default' "$out" '^migrations/'
