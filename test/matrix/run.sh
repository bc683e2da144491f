#!/usr/bin/env bash
#
# Runs a command for one server version in its chroot, in the folder /src, which is TREE and cannot
# be written there.  An overlay takes what the command writes and is removed when it has ended,
# with every process that it left.
#
#   test/matrix/run.sh VERSION TREE COMMAND [ARGUMENT...]
#
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=chroots.sh
. "$here/chroots.sh"

[[ $# -ge 3 ]] || die "usage: test/matrix/run.sh VERSION TREE COMMAND [ARGUMENT...]"
version=$1
tree=$(cd "$2" && pwd -P)
shift 2
require_version "$version"
require_root
is_finished "$version" || die "there is no chroot of PostgreSQL $version: make it with test/matrix/make.sh $version"
lower=$chroots/$version
if [[ $version == *a ]]; then lower+=:$chroots/${version%a}; fi

box=$(mktemp -d "$chroots/.run-$version.XXXXXX")
temporary=$box
mkdir "$box/upper" "$box/work" "$box/root"
mkdir -m 1777 "$box/tmp"
chmod 755 "$box/upper"

# shellcheck disable=SC2317,SC2329 # called by enclose
enclosed() { # LOWER BOX TREE VERSION JOBS COMMAND...
    local lower=$1 box=$2 tree=$3 version=$4 jobs=$5
    shift 5
    mount -t overlay overlay -o "lowerdir=$lower,upperdir=$box/upper,workdir=$box/work" "$box/root"
    # Tests make and remove clusters there, which an overlay is slow at.
    mount --bind "$box/tmp" "$box/root/tmp"
    mkdir "$box/root/src"
    mount --bind "$tree" "$box/root/src"
    mount -o remount,bind,ro "$box/root/src"
    # shellcheck disable=SC2016 # for the inner shell
    enter "$box/root" JOBS="$jobs" PG_CONFIG="/usr/lib/postgresql/$version/bin/pg_config" \
        bash -c 'cd /src && "$@"' run "$@"
}

enclose "$lower" "$box" "$tree" "$version" "${JOBS:-$(nproc)}" "$@"
