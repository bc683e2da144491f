# `./dev fuzz`: libFuzzer on the core and on the readers of migration files, with sanitizers.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

# The layouts' fixtures as inputs of the fuzzer that reads migration files: each directory one file.
fuzz_fixtures() { # DESTINATION
    local folder file
    for folder in "$tree"/test/fixtures/*/; do
        (cd "$folder" && find . -type f | LC_ALL=C sort | while IFS= read -r file; do
            printf '=== %s\n' "${file#./}"
            cat "$file"
        done) >"$1/$(basename "$folder")"
    done
}

# What a fuzzer finds worth keeping stays in build/fuzz; the seeds are only read.
fuzz_one() { # NAME WHAT SECONDS SEEDS...
    local name=$1 what=$2 seconds=$3
    shift 3
    heading "Fuzzing $what for $seconds seconds"
    mkdir -p "$built/$name"
    (cd "$built" && "./migrate_fuzz_$name" -max_total_time="$seconds" -max_len=4000 \
        -print_final_stats=1 -artifact_prefix="$built/$name-" "$name" "$@") \
        >"$scratch/log/fuzz" 2>&1 || {
        tail -n 60 "$scratch/log/fuzz" | indented
        die "an input made it fail; it is kept in $built"
    }
    grep -E '^Done|^stat::number_of_executed_units' "$scratch/log/fuzz" | indented
    note "  $(find "$built/$name" -type f | wc -l) inputs kept as interesting"
}

fuzz() { # SECONDS
    [[ $1 =~ ^[1-9][0-9]*$ ]] || die "fuzz: for how many seconds? such as: ./dev fuzz 300"
    begin
    need_fuzz_tools
    provide
    prepare_tree
    local built=$tree/build/fuzz
    quietly "$scratch/log/cmake" cmake -S "$tree" -B "$built" -DCMAKE_CXX_COMPILER=clang++ \
        -DMIGRATE_FUZZ=ON -DMIGRATE_SANITIZE=ON || die "the fuzzers cannot be configured"
    quietly "$scratch/log/build" cmake --build "$built" --parallel "$jobs" \
        --target migrate_fuzz_core migrate_fuzz_files || die "the fuzzers do not build"
    mkdir "$scratch/fixtures"
    fuzz_fixtures "$scratch/fixtures"
    fuzz_one core "the core" "$1" "$tree/test/fuzz/corpus"
    fuzz_one files "the readers of migration files" "$1" "$tree/test/fuzz/files_corpus" "$scratch/fixtures"
}
