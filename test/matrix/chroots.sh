# What make.sh and run.sh agree on.  To be sourced.
#
# A chroot is a folder named like the version, such as 17; 17a is a layer to be put above 17, with a
# server of that version that checks its assertions.  `.finished` in it says that it is complete.
# shellcheck shell=bash
set -euo pipefail
export LC_ALL=C.UTF-8

chroots=${MIGRATE_CHROOTS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/migrate/chroots}

die() {
    printf 'matrix: %s\n' "$*" >&2
    exit 1
}

# What there is, as words.
known_versions='15 17 18, and each with an a for a server with assertions, such as 18a'

require_version() { # VERSION
    [[ $1 =~ ^(15|17|18)a?$ ]] || die "no chroot can be made for PostgreSQL $1 (known are $known_versions)"
}

require_root() {
    [[ $EUID -eq 0 ]] ||
        die "chroots and overlays need root: run it as root, such as: sudo ./dev matrix"
}

is_finished() { [[ -e $chroots/$1/.finished ]]; } # VERSION

inside=    # the process that `enclose` waits for
temporary= # what goes when the script ends
finish() {
    local status=$?
    trap - EXIT
    trap '' HUP INT TERM
    if [[ -n $inside ]]; then
        kill -KILL "$inside" 2>/dev/null || true
        wait "$inside" 2>/dev/null || true
    fi
    if [[ -n $temporary ]]; then rm -rf --one-file-system "$temporary"; fi
    exit "$status"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs `enclosed ARGUMENT...` in namespaces of its own, so that nothing that is mounted or started in
# there outlives it.  That function and `enter` are all that it knows of this shell.
enclose() {
    local status=0
    # shellcheck disable=SC2016 # for the inner shell
    unshare --mount --ipc --pid --fork --kill-child --propagation private \
        bash -euo pipefail -c "$(declare -f enclosed enter); enclosed \"\$@\"" enclosed "$@" </dev/null &
    inside=$!
    wait "$inside" || status=$?
    inside=
    return "$status"
}

# For `enclosed`: gives the folder what a system has and runs a command in it.
enter() { # FOLDER NAME=VALUE... COMMAND...
    local folder=$1
    shift
    mount -t proc proc "$folder/proc"
    mount --rbind /dev "$folder/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$folder/dev/shm"
    cp /etc/resolv.conf "$folder/etc/resolv.conf"
    chroot "$folder" /usr/bin/env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
