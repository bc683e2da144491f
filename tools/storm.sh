# `./dev storm` and the storm of `./dev test`: sessions that are cut off all the time, and processes
# and servers that are killed.  The driver is in test/storm.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

# On a server of its own, whose log it reads and which it may stop.
run_storm() { # OPTION...
    local folder=$scratch/storm
    rm -rf --one-file-system -- "$folder"
    server_folder "$folder"
    cp -R "$tree/test/storm" "$folder/driver"
    if [[ -n $server_user ]]; then chown -R "$server_user" "$folder"; fi
    # Debian's psycopg2 is one of its own Python.
    as_server env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE HOME="$folder" PYTHONDONTWRITEBYTECODE=1 \
        timeout --foreground --kill-after=30 "$storm_patience" /usr/bin/python3 "$folder/driver/storm.py" \
        --bindir "$bindir" --folder "$folder/work" "$@"
}

# One counted test each; their figures are shown, for they tell whether much was attacked.
storm_tests() { # NAME...: storm, kills
    heading "Storm"
    local storm_patience=900 log=$scratch/log/storm name
    for name; do
        local options=(--seconds 120)
        if [[ $name == kills ]]; then options=(--kills 20); fi
        if run_storm "${options[@]}" >"$log" 2>&1; then
            pass "storm: $name ${dim}$(grep '^ok - ' "$log" | sed 's/^ok - //')${plain}"
        else
            fail "storm: $name"
            tail -n 120 "$log" | indented
        fi
        grep -E '^    (statements|rounds|cancel requests|sessions terminated|calls that were cut off)' "$log" | indented || true
    done
}

storm() { # [MINUTES] | kills [ROUNDS]
    local number=${1:-10} options
    if [[ $number == kills ]]; then number=${2:-200}; fi
    [[ $number =~ ^[1-9][0-9]*$ ]] || die "storm: for how many minutes? such as: ./dev storm 30, ./dev storm kills 500"
    options=(--seconds $((number * 60)))
    if [[ ${1:-} == kills ]]; then options=(--kills "$number"); fi
    begin
    need_build_tools
    need_storm_tools
    provide server
    prepare_tree
    build_and_install || die "build and installation"
    choose_server
    heading "Storm"
    local storm_patience=$((number * 120 + 600))
    run_storm "${options[@]}"
}
