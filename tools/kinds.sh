# How each kind of test is run.  The functions get the names of the tests to run; what they count is
# printed by `pass` and `fail`, and of a test that fails the end of its output or the difference.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

# --- unit tests -----------------------------------------------------------------------------------

# AddressSanitizer does not run everywhere: old ones crash on kernels that spread addresses widely.
sanitizers_work() {
    local probe=$scratch/sanitizer
    echo 'int main() { return 0; }' >"$probe.cpp"
    g++ -fsanitize=address,undefined "$probe.cpp" -o "$probe" >/dev/null 2>&1 &&
        timeout 20 "$probe" >/dev/null 2>&1
}

# Sets `sanitize` to ON or OFF.
build_unit_tests() { # TARGET
    sanitize=OFF
    if sanitizers_work; then sanitize=ON; fi
    quietly "$scratch/log/cmake" cmake -S "$tree" -B "$tree/build/unit" \
        -DMIGRATE_SANITIZE="$sanitize" -DCMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE=PRE_TEST &&
        quietly "$scratch/log/cmake-build" cmake --build "$tree/build/unit" --parallel "$jobs" --target "$1"
}

# Counts by what ctest prints.
all_unit_tests() {
    local log=$scratch/log/ctest status=0 line before=$((passed + failed))
    (cd "$tree/build/unit" && ctest --parallel "$jobs" --timeout 300 --output-on-failure) \
        >"$log" 2>&1 || status=$?
    while IFS= read -r line; do
        if [[ $line =~ ^\ *[0-9]+/[0-9]+\ +Test\ +#[0-9]+:\ (.*[^. ])\ ?\.*\ *(Passed|\*\*\*.*) ]]; then
            if [[ ${BASH_REMATCH[2]} == Passed ]]; then
                passed=$((passed + 1))
            else
                fail "unit: ${BASH_REMATCH[1]}: ${BASH_REMATCH[2]#\*\*\*}"
            fi
        fi
    done <"$log"
    ran=$((passed + failed - before))
    if [[ $status -ne 0 ]]; then
        if [[ $failed -eq $failed_before || $ran -eq 0 ]]; then fail "unit: ctest ended with status $status"; fi
        { grep -v ' Passed ' "$log" || true; } | tail -n 200 | indented
    fi
}

# The suites that these files define, by what the program of all unit tests prints.
some_unit_tests() { # NAME...: files without _test.cpp
    local log=$scratch/log/unit status=0 line suites before=$((passed + failed))
    suites=$(printf "$tree/test/unit/%s_test.cpp\0" "$@" |
        xargs -0 sed -n 's/^TEST\(_F\|_P\)\{0,1\}(\([A-Za-z0-9_]*\),.*/\2/p' | sort -u |
        sed 's,.*,&.*:*/&.*,' | paste -s -d :)
    (cd "$tree/build/unit" && exec timeout --kill-after=20 300 ./migrate_unit_tests --gtest_color=no \
        --gtest_filter="$suites") >"$log" 2>&1 || status=$?
    while IFS= read -r line; do
        if [[ $line =~ ^'[       OK ] '[^\ ]+ ]]; then
            passed=$((passed + 1))
        elif [[ $line =~ ^'[  FAILED  ] '([^\ ,]+).*' ms)'$ ]]; then
            fail "unit: ${BASH_REMATCH[1]}"
        fi
    done <"$log"
    ran=$((passed + failed - before))
    if [[ $status -ne 0 ]]; then
        # One that dies takes the others with it.
        if [[ $failed -eq $failed_before || $status -ne 1 ]]; then
            fail "unit: the tests ended with status $status"
        fi
        { grep -v -E '^\[( RUN     |       OK|-+)' "$log" || true; } | tail -n 200 | indented
    fi
}

unit_tests() { # [NAME...]
    heading "Unit tests"
    local sanitize ran failed_before=$failed
    if ! build_unit_tests "$([[ $# -eq 0 ]] && echo all || echo migrate_unit_tests)"; then
        fail "unit tests: they do not build"
        return
    fi
    if [[ $# -eq 0 ]]; then all_unit_tests; else some_unit_tests "$@"; fi
    if [[ $ran -eq 0 && $failed -eq $failed_before ]]; then fail "unit: there is no unit test"; fi
    note "  $ran tests ran, $([[ $sanitize == ON ]] && echo with || echo without) sanitizers"
}

# --- regression and isolation tests ---------------------------------------------------------------

# Reads what pg_regress printed (15: `test NAME ... ok  9 ms`, from 16 on: `ok 1  - NAME  9 ms`).
# Every name that should have run must have.
count_regress() { # KIND LOG NAME...
    local kind=$1 log=$2 line name result
    shift 2
    local -A seen=()
    while IFS= read -r line; do
        if [[ $line =~ ^(test)?\ *([^ ]+)\ +\.\.\.\ (ok|FAILED|failed)(.*)$ ]]; then
            name=${BASH_REMATCH[2]} result=${BASH_REMATCH[3]} line=${BASH_REMATCH[4]}
        elif [[ $line =~ ^(ok|not\ ok)\ +[0-9]+\ +[-+]\ ([^ ]+)(.*)$ ]]; then
            name=${BASH_REMATCH[2]} result=${BASH_REMATCH[1]} line=${BASH_REMATCH[3]}
        else
            continue
        fi
        seen[$name]=1
        read -r line <<<"$line"
        if [[ $result == ok ]]; then pass "$kind: $name ${dim}$line${plain}"; else fail "$kind: $name $line"; fi
    done <"$log"
    for name; do
        if [[ -z ${seen[$name]:-} ]]; then fail "$kind: $name did not run"; fi
    done
}

# What a variable of the Makefile says for this server.
make_variable() { # NAME
    make_here -s --eval="dev-print: ; @echo \$($1)" dev-print
}

regress() { # KIND NAMES DIFFS MAKE-ARGUMENT...
    local kind=$1 names=$2 diffs=$tree/$3 log=$scratch/log/$1 status=0
    shift 3
    rm -f "$diffs"
    make_here installcheck "$@" >"$log" 2>&1 || status=$?
    # shellcheck disable=SC2086 # a list of names
    count_regress "$kind" "$log" $names
    if [[ $status -ne 0 ]]; then
        if [[ -s $diffs ]]; then
            head -n 1000 "$diffs"
        else
            tail -n 40 "$log" | indented
        fi
        crash_report
    fi
}

# What the server says about processes that died.
crash_report() {
    grep -E -A 3 'PANIC|TRAP|terminated by signal' "$scratch/server/log" | tail -n 40 | indented || true
}

regression_tests() { # [NAME...]
    heading "Regression tests"
    local names=$*
    [[ -n $names ]] || names=$(make_variable REGRESS)
    if [[ -z $names ]]; then
        fail "regression: the Makefile lists no test"
        return
    fi
    regress regression "$names" regression.diffs ISOLATION= TAP_TESTS= "REGRESS=$names"
}

isolation_tests() { # [NAME...]
    heading "Isolation tests"
    local names
    names=$(make_variable ISOLATION)
    if [[ -z $names ]]; then
        note "  skipped: this server comes without the isolation tester"
        return
    fi
    if [[ $# -gt 0 ]]; then names=$*; fi
    regress isolation "$names" output_iso/regression.diffs REGRESS= TAP_TESTS= "ISOLATION=$names"
}

# --- tests that are programs ----------------------------------------------------------------------

# These make servers of their own, so they run as whoever may; from a copy, for that one may be
# unable to read the checkout.
tap_tests() { # NAME...
    heading "TAP tests"
    local copy=$scratch/tap pgxs name status
    # shellcheck disable=SC2016 # for the inner shell
    local prove='cd "$1" && exec prove -v -I "$2" -I . "test/t/$3.pl"'
    pgxs=$(cd "$(dirname "$("$pg_config" --pgxs)")/.." && pwd)
    server_folder "$copy"
    copy_tree "$copy"
    if [[ -n $server_user ]]; then chown -R "$server_user" "$copy"; fi
    for name; do
        status=0
        as_server env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE HOME="$copy" TESTDIR="$copy" \
            PG_REGRESS="$pgxs/test/regress/pg_regress" PGPORT=65432 top_builddir="$copy" \
            timeout --foreground --kill-after=20 900 sh -c "$prove" \
            prove "$copy" "$pgxs/test/perl" "$name" >"$scratch/log/$name" 2>&1 || status=$?
        if [[ $status -eq 0 ]]; then
            pass "tap: $name ${dim}$(grep -c '^ok ' "$scratch/log/$name" || true) checks${plain}"
        else
            fail "tap: $name"
            { grep -v '^ok ' "$scratch/log/$name" || true; } | tail -n 60 | indented
            find "$copy" -name "regress_log_$name" -exec tail -n 30 {} \; | indented
        fi
    done
}

concurrency_tests() { # NAME...
    heading "Concurrency tests"
    local name
    for name; do
        if timeout --foreground --kill-after=20 300 bash "$tree/test/concurrency/$name.sh" \
            >"$scratch/log/$name" 2>&1; then
            pass "concurrency: $name"
        else
            fail "concurrency: $name"
            tail -n 40 "$scratch/log/$name" | indented
            crash_report
        fi
    done
}

# migratectl against the server of this run.
client_tests() { # PROGRAM NAME...
    heading "Tests of migratectl"
    local program=$1 name file how
    shift
    for name; do
        file=$tree/test/client/$name.sh how=bash
        if [[ ! -e $file ]]; then file=${file%.sh}.pl how=perl; fi
        if MIGRATE_THROWAWAY_SERVER=1 MIGRATECTL=$program timeout --foreground --kill-after=20 300 "$how" "$file" \
            >"$scratch/log/$name" 2>&1; then
            pass "migratectl: $name ${dim}$(grep -c '^ok ' "$scratch/log/$name" || true) checks${plain}"
        else
            fail "migratectl: $name"
            { grep -v '^ok ' "$scratch/log/$name" || true; } | tail -n 40 | indented
            crash_report
        fi
    done
}

# --- updates --------------------------------------------------------------------------------------

# The scripts of earlier versions, which nobody is meant to install, lie beside the present one
# while their updates are tested.
placed=() # files that tests have put into the server's folders
place_released() {
    local folder file
    folder=$("$pg_config" --sharedir)/extension
    for file in "$tree"/test/released/migrate--*.sql; do
        if [[ $file == *.dump.sql ]]; then continue; fi
        placed+=("$folder/${file##*/}")
        as_installer "$folder" install -m 644 "$file" "$folder/" || return
    done
}
remove_placed() {
    local file
    for file in "${placed[@]}"; do as_installer "${file%/*}" rm -f "$file"; done
    placed=()
}
at_end+=(remove_placed)

update_tests() {
    heading "Updates of the extension"
    local log=$scratch/log/update
    if place_released && timeout --foreground --kill-after=20 600 bash "$tree/test/update.sh" >"$log" 2>&1; then
        pass "update ${dim}$(grep -c '^ok ' "$log" || true) checks${plain}"
    else
        fail "update"
        { grep -v '^ok ' "$log" || true; } | tail -n 60 | indented
        crash_report
    fi
    remove_placed
}

# A cluster with histories, from each of these server versions to the next.
pg_upgrade_tests() { # VERSION...
    heading "pg_upgrade"
    local version old='' new script=$scratch/pg_upgrade.sh log status
    if [[ $# -lt 2 ]]; then
        note "  skipped: two server versions are needed; here is: ${*:-none}"
        return
    fi
    cp "$tree/test/pg_upgrade.sh" "$script"
    chmod 644 "$script"
    for version; do
        pg_config=$(debian_pg_config "$version")
        if ! build_and_install; then
            fail "build and installation for $version"
            return
        fi
        choose_server
        new=$bindir log=$scratch/log/pg_upgrade-$version status=0
        if [[ -n $old ]]; then
            as_server timeout --foreground --kill-after=20 600 bash "$script" "$old" "$new" >"$log" 2>&1 || status=$?
            case $status in
            0) pass "pg_upgrade: to $version ${dim}$(grep -c '^ok ' "$log" || true) checks${plain}" ;;
            77) note "  $(tail -n 1 "$log")" ;;
            *)
                fail "pg_upgrade: to $version"
                { grep -v '^ok ' "$log" || true; } | tail -n 60 | indented
                ;;
            esac
        fi
        old=$new
    done
}

# --- checks without a server ----------------------------------------------------------------------

static_checks() {
    heading "Static checks"
    local line
    perl "$tree/test/lib/static_checks.pl" "$tree" "$("$pg_config" --includedir-server)" \
        "$(make_variable REGRESS || true)" "$(make_variable ISOLATION || true)" \
        >"$scratch/log/static" 2>&1 || echo "not ok - static checks ran to their end" >>"$scratch/log/static"
    while IFS= read -r line; do
        case $line in
        'ok - '*) pass "static: ${line#ok - }" ;;
        'not ok - '*) fail "static: ${line#not ok - }" ;;
        *) indented <<<"$line" ;;
        esac
    done <"$scratch/log/static"
}
