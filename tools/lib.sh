# What every command of `dev` uses: output and counted results, the beginning and the end of a run
# with its temporary folder, and the tree in which things are built.
#
# The files of tools/ are only read by `dev`, which loads those that a command needs.  Each file
# leaves functions; what must be undone at the end of a run is a function in `at_end`.
#
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables that other files use or set

wanted_pg_config=${PG_CONFIG:-}
unset CDPATH MAKEFLAGS MFLAGS MAKELEVEL DATABASE_URL "${!PG@}"
export LC_ALL=C.UTF-8

tree=$root # where things are built: the checkout, or a copy of it (see prepare_tree)
jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}
scratch=   # temporary folder of this run
at_end=()  # functions that `finish` calls, the last one first
counting=  # set while tests are counted
passed=0
failed=0

# --- output ---------------------------------------------------------------------------------------

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
    bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' blue=$'\e[34m' plain=$'\e[0m'
else
    bold='' dim='' red='' green='' blue='' plain=''
fi

heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
note() { printf '%s%s%s\n' "$dim" "$*" "$plain"; }
die() {
    printf '%sdev: %s%s\n' "$red" "$*" "$plain" >&2
    exit 1
}

pass() {
    passed=$((passed + 1))
    printf '  %sok%s    %s\n' "$green" "$plain" "$*"
}
fail() {
    failed=$((failed + 1))
    printf '  %sFAIL%s  %s\n' "$red" "$plain" "$*"
}
indented() { sed 's/^/        /'; }

# Runs a command with its output in a file; shows the end of it only when the command fails.
quietly() { # FILE COMMAND...
    local log=$1 status=0
    shift
    "$@" >"$log" 2>&1 || status=$?
    if [[ $status -ne 0 ]]; then
        printf '%s%s%s (status %s); the end of its output:\n' "$red" "$*" "$plain" "$status"
        tail -n 40 "$log" | indented
    fi
    return "$status"
}

# --- beginning and end of a run -------------------------------------------------------------------

begin() { # [counted]
    exec </dev/null
    counting=${1:-}
    trap finish EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    # A socket's path has room for about a hundred bytes.
    local base=${TMPDIR:-/tmp}
    [[ ${#base} -le 40 && -w $base ]] || base=/tmp
    scratch=$(mktemp -d "$base/migrate-dev.XXXXXX")
    chmod 711 "$scratch"
    mkdir "$scratch/log"
}

finish() {
    local status=$? i
    trap - EXIT
    trap '' HUP INT TERM
    set +e
    for ((i = ${#at_end[@]} - 1; i >= 0; i--)); do "${at_end[i]}"; done
    if [[ -n $scratch ]]; then rm -rf --one-file-system -- "$scratch"; fi
    if [[ -n $counting ]]; then
        if [[ $status -ne 0 && $failed -eq 0 ]]; then fail "the run stopped early (status $status)"; fi
        printf '\n%d passed, %d failed\n' "$passed" "$failed"
        if [[ $status -eq 0 && ($failed -gt 0 || $passed -eq 0) ]]; then status=1; fi
    fi
    exit "$status"
}

# --- the tree -------------------------------------------------------------------------------------

# Make and PGXS cannot cope with blanks in a path, and a checkout may be read-only.
prepare_tree() {
    if [[ $root =~ ^[A-Za-z0-9_./+@=,-]+$ && -w $root ]]; then return; fi
    tree=$scratch/tree
    copy_tree "$tree"
    note "Building in a temporary copy of the checkout."
}

copy_tree() { # DESTINATION
    mkdir -p "$1"
    tar -C "$root" -cf - --exclude=./.git --exclude=./build --exclude='*.o' --exclude='*.d' \
        --exclude='*.so' --exclude=./results --exclude=./output_iso --exclude=./tmp_check . |
        tar -C "$1" --no-same-owner -xf -
}
