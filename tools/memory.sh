# `./dev valgrind`: regression tests on a server under valgrind, and the tests of migratectl with one
# that the compiler's sanitizers watch.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

# The main paths: a server under valgrind takes some thirty times as long.
valgrind_tests=(install running deploy deploy_parts fence orphaned_types stamping verify drift hardening)

# A `postgres` for pg_ctl to start: the real one under valgrind, with a log for each process.
make_checked_server() { # REPORTS
    cat >"$scratch/checked-postgres" <<END
#!/bin/sh
exec valgrind --quiet --trace-children=yes --leak-check=no --error-limit=no --num-callers=80 \\
    --suppressions='$scratch/valgrind.supp' --log-file='$1/%p' '$bindir/postgres' "\$@"
END
    chmod 755 "$scratch/checked-postgres"
    cp "$tree/test/valgrind.supp" "$scratch"
    chmod 644 "$scratch/valgrind.supp"
}

# Prints the reports that have a frame of the extension in their stack, and on the last line the
# number of the others.
sort_reports() { # REPORTS
    find "$1" -type f -exec cat {} + | perl -e '
        local $/;
        my $others = 0;
        for my $report (split /^==\d+== *\n/m, <STDIN>) {
            next if $report !~ /^==\d+== +at 0x/m;
            if ($report =~ /\bmigrate(::|_|\.so)/) { print "$report\n" } else { $others++ }
        }
        print "$others\n"'
}

check_memory() { # TEST...
    begin counted
    need_build_tools
    need_unit_tools
    need_client_tools
    need_valgrind_tools
    provide server
    prepare_tree
    build_and_install || die "build and installation"
    choose_server
    local reports=$scratch/reports found others
    mkdir -m 777 "$reports"
    make_checked_server "$reports"
    start_server -p "$scratch/checked-postgres" --timeout=300
    heading "Regression tests under valgrind"
    regress regression "$*" regression.diffs ISOLATION= TAP_TESTS= "REGRESS=$*"
    stop_servers
    if [[ -z $(ls -A "$reports") ]]; then fail "valgrind: the server did not run under it"; fi
    found=$(sort_reports "$reports")
    others=${found##*$'\n'}
    if [[ $found == "$others" ]]; then
        pass "valgrind: no report has the extension in its stack"
    else
        fail "valgrind: the extension is in the stack of a report"
        head -n 400 <<<"$found" | indented
    fi
    note "  $others reports of the server alone"
}

# migratectl's tests, with one that the sanitizers watch.
check_client_memory() {
    if ! sanitizers_work; then
        note "migratectl is not checked: the compiler's sanitizers do not work here."
        return
    fi
    if ! quietly "$scratch/log/cmake" cmake -S "$tree" -B "$tree/build/unit" -DMIGRATE_SANITIZE=ON ||
        ! quietly "$scratch/log/cmake-build" cmake --build "$tree/build/unit" --parallel "$jobs" --target migratectl; then
        fail "migratectl does not build with sanitizers"
        return
    fi
    start_again
    choose client
    MIGRATE_SANITIZED=1 run_kind client client_tests "$tree/build/unit/migratectl"
}

check_all_memory() { # [TEST...]
    if [[ $# -eq 0 ]]; then set -- "${valgrind_tests[@]}"; fi
    check_memory "$@"
    check_client_memory
}
