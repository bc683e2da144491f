# `./dev test`: what is asked for (kinds of tests, names, what has changed), what that needs, and the
# order in which it runs.  How a kind is run is in kinds.sh and storm.sh.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

# In the order in which `./dev test` runs them.
test_kinds=(unit regression isolation tap concurrency storm client update checks)
# It takes two server versions, so that it is run by hand only.
test_kinds_by_hand=(pg_upgrade)

# The names of all tests of a kind, one a line; nothing when it has only one.
tests_of() { # KIND
    case $1 in
    unit) files_of test/unit '*_test.cpp' | sed 's/_test$//' ;;
    regression) files_of sql '*.sql' ;;
    isolation) files_of test/specs '*.spec' ;;
    tap) files_of test/t '*.pl' ;;
    concurrency) files_of test/concurrency '*.sh' ;;
    client) files_of test/client '*.sh' '*.pl' ;;
    storm) printf '%s\n' storm kills ;;
    pg_upgrade) pg_upgrade_versions ;;
    esac
}

files_of() { # FOLDER PATTERN...: paths below it, without their endings
    local folder=$1 pattern
    shift
    for pattern; do find "$root/$folder" -name "$pattern" -printf '%P\n'; done | sed 's/\.[a-z]*$//' | sort
}

pg_upgrade_versions() {
    local version
    for version in "${supported[@]}"; do
        if is_complete "$(debian_pg_config "$version")"; then echo "$version"; fi
    done | sort -n
}

# Whether NAME means this test: all of its name, what follows its folder, or the number or the words
# of a TAP test.  It may be a pattern as for files.
# shellcheck disable=SC2053 # a pattern
means() { # NAME TEST
    [[ $2 == $1 || ${2##*/} == $1 ]] ||
        [[ $2 =~ ^([0-9]+)_(.*)$ && (${BASH_REMATCH[1]} == $1 || ${BASH_REMATCH[2]} == $1) ]]
}

# --- what is asked for ----------------------------------------------------------------------------

declare -gA chosen=() # kind => names, or nothing for all of them

choose() { # KIND [NAME]
    if [[ -v chosen[$1] && -z ${chosen[$1]} ]]; then return; fi
    if [[ $# -eq 1 ]]; then
        chosen[$1]=''
    elif [[ " ${chosen[$1]:-} " != *" $2 "* ]]; then
        chosen[$1]="${chosen[$1]:-} $2"
    fi
}

choose_by_name() { # KIND [NAME...]
    local kind=$1 name test tests found
    shift
    if [[ " ${test_kinds[*]} ${test_kinds_by_hand[*]} " != *" $kind "* ]]; then
        die "test: there is no kind $kind; there are: ${test_kinds[*]}, and by hand only: ${test_kinds_by_hand[*]}"
    fi
    if [[ $# -eq 0 ]]; then choose "$kind"; fi
    mapfile -t tests < <(tests_of "$kind")
    for name; do
        [[ ${#tests[@]} -gt 0 ]] || die "test: the kind $kind has no tests to choose from"
        found=
        for test in "${tests[@]}"; do
            if means "$name" "$test"; then
                choose "$kind" "$test"
                found=1
            fi
        done
        [[ -n $found ]] || die "test: there is no test $name of kind $kind; there are: ${tests[*]}"
    done
}

# A test that has changed, unless it is gone.
choose_test() { # KIND NAME
    if grep -q -x -F -- "$2" < <(tests_of "$1"); then choose "$1" "$2"; fi
}

# What is concerned by what has changed.  Core and files are plain C++, which the unit tests know
# best; what the server runs is tested by SQL.
choose_changed() {
    local file name files
    files=$(changed_files) || die "test --changed: git does not know an earlier commit to compare with"
    choose checks
    while IFS= read -r file; do
        name=${file##*/}
        name=${name%.*}
        case $file in
        sql/* | expected/*) choose_test regression "$name" ;;
        test/specs/* | test/expected/*) choose_test isolation "$name" ;;
        test/t/*) choose_test tap "$name" ;;
        test/concurrency/*) choose_test concurrency "$name" ;;
        test/client/*) choose_test client "$name" ;;
        test/unit/*_test.cpp)
            name=${file#test/unit/}
            choose_test unit "${name%_test.cpp}"
            ;;
        src/core/* | src/files/* | test/unit/* | test/fuzz/*) choose unit ;;
        src/client/* | test/lib/client.sh) choose client ;;
        src/sql/update/* | test/released/* | test/update.sh) choose update ;;
        test/fixtures/*/*)
            choose unit
            choose client
            ;;
        src/* | migrate.control | test/fixtures/*.sql)
            choose regression
            choose isolation
            ;;
        test/lib/*.pm) choose tap ;;
        test/lib/scratch.sh)
            choose client
            choose concurrency
            choose update
            ;;
        test/storm/*) choose storm ;;
        esac
    done <<<"$files"
}

# --- the run --------------------------------------------------------------------------------------

is_chosen() { # KIND...: whether one of them is
    local kind
    for kind; do
        if [[ -v chosen[$kind] ]]; then return; fi
    done
    return 1
}

# Calls FUNCTION with the names of the tests, which follow the other arguments.
run_kind() { # KIND FUNCTION [ARGUMENT...]
    local kind=$1 names
    shift
    if ! is_chosen "$kind"; then return; fi
    read -r -a names <<<"${chosen[$kind]}"
    # Which regression tests there are for this server is known to the Makefile, and all unit tests
    # to ctest.
    case $kind in
    unit | regression | isolation) ;;
    *) if [[ ${#names[@]} -eq 0 ]]; then mapfile -t names < <(tests_of "$kind"); fi ;;
    esac
    "$@" "${names[@]}"
}

need_chosen_tools() {
    need_build_tools
    if is_chosen unit; then need_unit_tools; fi
    if is_chosen tap; then need_tap_tools; fi
    if is_chosen storm; then need_storm_tools; fi
    if is_chosen client; then need_client_tools; fi
    if is_chosen checks; then need_check_tools; fi
}

run_server_tests() {
    if ! build_and_install; then
        fail "build and installation"
        return
    fi
    choose_server
    if is_chosen regression isolation concurrency client update; then start_server; fi
    run_kind regression regression_tests
    run_kind isolation isolation_tests
    run_kind tap tap_tests
    run_kind concurrency concurrency_tests
    run_kind storm storm_tests
    run_kind client client_tests "$bindir/migratectl"
    run_kind update update_tests
}

# What is chosen, after `begin`, `provide` and `prepare_tree`.
run_chosen_tests() {
    run_kind unit unit_tests
    if is_chosen regression isolation tap concurrency storm client update; then
        run_server_tests
    elif is_chosen checks; then
        build_extension || fail "build"
    fi
    run_kind pg_upgrade pg_upgrade_tests
    run_kind checks static_checks
}

choose_all() {
    local kind
    for kind in "${test_kinds[@]}"; do choose "$kind"; done
    if [[ -n ${WITHOUT_UNIT_TESTS:-} ]]; then unset 'chosen[unit]'; fi
}

run_tests() { # [--changed | KIND [NAME...]]
    case ${1:-} in
    '') choose_all ;;
    --changed) choose_changed ;;
    *) choose_by_name "$@" ;;
    esac
    begin counted
    need_chosen_tools
    provide server
    prepare_tree
    run_chosen_tests
}
