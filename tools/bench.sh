# `./dev bench`: installs the tools to compare with, measures and shows the tables.  What measures is
# in bench/.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

# Results stay in build/bench; the tables go to the standard output.
bench() { # OPTIONS of bench/run
    begin
    need_build_tools
    provide server
    prepare_tree
    build_and_install || die "could not build and install the extension"
    heading "Installing what to compare with"
    quietly "$scratch/log/bench-setup" "$tree/bench/setup" || note "Going on without what could not be installed."
    heading "Measuring"
    PG_CONFIG=$(command -v "$pg_config") "$tree/bench/run" "$@"
    heading "Results"
    "$tree/bench/report"
}
