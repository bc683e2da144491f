# `./dev lint` and `./dev format`: clang-format, clang-tidy, cppcheck, shellcheck and the static checks.
# Each step is counted as a test is, so that `./dev ci` can go on with the tests.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

# A whole run of clang-tidy takes a quarter of an hour; with --changed no more of it is begun than this.
tidy_seconds=150

cpp_sources() {
    find "$tree/src" "$tree/test/unit" "$tree/test/fuzz" "$tree/bench" \( -name '*.cpp' -o -name '*.hpp' \) -print0
}

shell_sources() {
    printf '%s\0' "$tree/dev" "$tree/.ci/run" "$tree/bench/setup"
    find "$tree/tools" "$tree/test" "$tree/bench" -name '*.sh' -print0
}

lint_step() { # NAME COMMAND...
    local name=$1
    shift
    if "$@" >"$scratch/log/lint" 2>&1; then
        pass "lint: $name"
    else
        fail "lint: $name"
        indented <"$scratch/log/lint"
    fi
}

check_format() { cpp_sources | xargs -0 clang-format --dry-run -Werror; }
check_bash() { shell_sources | xargs -0 -n 1 bash -n; }
check_shellcheck() { shell_sources | xargs -0 shellcheck -x -P "$tree/test/lib:$tree/test/matrix"; }

# The sources in src that are concerned by what has changed, a line each: a header stands for the
# source beside it.
changed_sources() {
    local file
    while IFS= read -r file; do
        case $file in
        src/*.cpp | src/*.hpp) if [[ -e $tree/${file%.*}.cpp ]]; then echo "$tree/${file%.*}.cpp"; fi ;;
        esac
    done < <(changed_files) | sort -u
}

# Every source that CMake knows how to compile, or those of SOURCES among them.  What is not begun by
# the deadline is counted in $scratch/not-tidied.
check_tidy() { # [SOURCES]: a file with a path on each line
    local commands=$tree/build/lint list=$scratch/tidy
    cmake -S "$tree" -B "$commands" -DPG_CONFIG="$(command -v "$pg_config")" >/dev/null || return
    sed -n 's/^ *"file": "\(.*\/src\/.*\)",\{0,1\}$/\1/p' "$commands/compile_commands.json" | sort -u >"$list"
    local deadline=$(($(date +%s) + 86400))
    if [[ $# -gt 0 ]]; then
        comm -12 "$list" "$1" >"$list.chosen"
        list=$list.chosen deadline=$(($(date +%s) + tidy_seconds))
    fi
    export -f tidy_one
    tr '\n' '\0' <"$list" | xargs -0 -r -P "$jobs" -n 1 bash -c 'tidy_one "$@"' tidy \
        "$deadline" "$scratch/not-tidied" "$commands" 2>&1 |
        { grep -v -E '^[0-9]+ warnings? generated' || true; }
}
tidy_one() { # DEADLINE NOT-TIDIED COMMANDS SOURCE
    if [[ $(date +%s) -gt $1 ]]; then
        echo "$4" >>"$2"
    else
        clang-tidy --quiet -p "$3" "$4"
    fi
}

# src/pg is left to the compiler: the server's macros are lost on cppcheck, which reads its headers
# for the engine even so.  The suppressed checks guess wrongly about loops over std::string_view and
# about references to elements of a map.
check_cppcheck() { # [SOURCES]
    local list=$scratch/cppcheck
    if [[ $# -gt 0 ]]; then
        { grep -v -F "$tree/src/pg/" "$1" || true; } >"$list"
        if [[ ! -s $list ]]; then return; fi
    else
        printf '%s\n' "$tree"/src/{core,files,engine,client} >"$list"
    fi
    cppcheck --quiet --std=c++20 --language=c++ --enable=warning,performance,portability \
        --inline-suppr --suppress=missingInclude --suppress=missingIncludeSystem \
        --suppress=containerOutOfBounds --suppress=iterators3 --suppress='*:*/src/pg/*' \
        --error-exitcode=1 -j "$jobs" -I "$tree/src" --file-list="$list"
}

# After `begin`, `provide` and `prepare_tree`.
run_lint() { # [--changed]
    local sources=()
    heading "Lint"
    lint_step "clang-format" check_format
    lint_step "bash -n" check_bash
    lint_step "shellcheck" check_shellcheck
    if [[ ${1:-} == --changed ]]; then
        sources=("$scratch/changed")
        changed_sources >"${sources[0]}"
        note "  clang-tidy and cppcheck: $(wc -l <"${sources[0]}") changed sources; ./dev lint takes all"
    fi
    lint_step "clang-tidy" check_tidy "${sources[@]}"
    if [[ -e $scratch/not-tidied ]]; then
        note "  clang-tidy: no time for $(wc -l <"$scratch/not-tidied") of them"
    fi
    lint_step "cppcheck" check_cppcheck "${sources[@]}"
}

lint() { # [--changed]
    [[ $# -eq 0 || $1 == --changed ]] || die "lint: only --changed is known"
    begin counted
    need_build_tools
    need_check_tools
    need_lint_tools
    provide server
    prepare_tree
    run_lint "$@"
    build_extension || fail "build"
    static_checks
}

# What a change has to pass: lint, with the slow checks for what it changes, and all tests.
ci() {
    choose_all
    begin counted
    need_chosen_tools
    need_lint_tools
    provide server
    prepare_tree
    run_lint --changed
    run_chosen_tests
}

format() {
    begin
    need clang-format command -v clang-format
    provide
    cpp_sources | xargs -0 clang-format -i
}
