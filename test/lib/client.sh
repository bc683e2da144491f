# shellcheck shell=bash
#
# For scripts that test migratectl: runs it and keeps what it said.
#
#   . "$(dirname "$0")/../lib/client.sh"
#
. "$(dirname "${BASH_SOURCE[0]}")/scratch.sh"

migratectl=${MIGRATECTL:-migratectl}
status=0 out='' err=''

# Sets status, out and err.
client() {
    status=0
    "$migratectl" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    out=$(<"$work/out")
    err=$(<"$work/err")
}

# The same, and it must end with this status.
ends() { # STATUS ARGUMENT...
    local expected=$1
    shift
    client "$@"
    if [[ $status != "$expected" ]]; then
        printf 'not ok - migratectl %s ends with %s\n  status %s\n%s\n%s\n' "$*" "$expected" "$status" "$out" "$err"
        exit 1
    fi
    printf 'ok - migratectl %s ends with %s\n' "${*//$work/…}" "$expected"
}

unlike() { # NAME FOUND PATTERN (of bash's [[ =~ ]])
    if [[ $2 =~ $3 ]]; then
        printf 'not ok - %s\n  found:    %s\n  should not match: %s\n' "$1" "$2" "$3"
        exit 1
    fi
    printf 'ok - %s\n' "$1"
}

# Files 0001 .. N in the layout of golang-migrate; each makes table PREFIX_n.
make_files() { # DIRECTORY COUNT PREFIX
    local n
    mkdir -p "$1"
    for ((n = 1; n <= $2; n++)); do
        printf 'CREATE TABLE %s_%d (\n    id int\n);\n' "$3" "$n" >"$1/$(printf '%04d' "$n")_table_$n.up.sql"
        printf 'DROP TABLE %s_%d;\n' "$3" "$n" >"$1/$(printf '%04d' "$n")_table_$n.down.sql"
    done
}

# A value out of the JSON on standard output, by an expression of Python over `rows`.
json() { # EXPRESSION
    python3 -c 'import json, sys; rows = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' \
        "$work/out" "$1"
}
