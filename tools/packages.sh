# Which packages and which server a command needs, and how they are installed: by Debian's packages,
# as root or with sudo.  Nothing is installed when all is there.
#
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables that other files use or set

supported=(18 17 16 15)
dropin= # setting for Debian's packages that lives as long as their installation

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "neither root nor sudo: cannot run $*"
    fi
}

missing=()
need() { # PACKAGE PROBE...: the package is missing when the probe fails
    local package=$1
    shift
    if [[ " ${missing[*]} " == *" $package "* ]]; then return; fi
    "$@" >/dev/null 2>&1 || missing+=("$package")
}

has_pgbouncer() { PATH=$PATH:/usr/sbin command -v pgbouncer; }
has_header() { [[ -e /usr/include/$1 || -e /usr/local/include/$1 ]]; }

need_build_tools() {
    need g++ command -v g++
    need make command -v make
    need libcli11-dev has_header CLI/CLI.hpp
    need nlohmann-json3-dev has_header nlohmann/json.hpp
    need help2man command -v help2man
}
need_unit_tools() {
    need cmake command -v cmake
    need libgtest-dev has_header gtest/gtest.h
    need patch command -v patch
}
need_tap_tools() {
    need perl command -v prove
    need libipc-run-perl perl -MIPC::Run -e 1
    need pgbouncer has_pgbouncer
    need openssl command -v openssl
}
need_client_tools() {
    need libio-pty-perl perl -MIO::Pty -e 1
    need python3 command -v python3
    need alembic command -v alembic
}
need_storm_tools() {
    need python3 command -v python3
    need python3-psycopg2 test -e /usr/lib/python3/dist-packages/psycopg2
}
need_check_tools() {
    need perl command -v prove
    need binutils command -v nm
}
need_test_tools() {
    need_unit_tools
    need_tap_tools
    need_client_tools
    need_storm_tools
    need_check_tools
}

need_fuzz_tools() {
    need cmake command -v cmake
    need libgtest-dev has_header gtest/gtest.h
    need clang command -v clang++
}
need_valgrind_tools() {
    need valgrind command -v valgrind
    need libc6-dbg test -d /usr/lib/debug/.build-id
}
need_lint_tools() {
    need cmake command -v cmake
    need libgtest-dev has_header gtest/gtest.h
    need clang-format command -v clang-format
    need clang-tidy command -v clang-tidy
    need cppcheck command -v cppcheck
    need shellcheck command -v shellcheck
}

# A server with everything that builds extensions and runs them.
is_complete() { # PG_CONFIG
    local bin headers
    command -v "$1" >/dev/null || return 1
    bin=$("$1" --bindir 2>/dev/null) && headers=$("$1" --includedir-server 2>/dev/null) || return 1
    # The headers, not PGXS: Debian's client package brings pgxs.mk without what it includes.
    [[ -x $bin/postgres && -x $bin/initdb && -x $bin/psql && -e $headers/postgres.h ]]
}

debian_pg_config() { printf '/usr/lib/postgresql/%s/bin/pg_config' "$1"; }

find_server() { # sets pg_config; fails when there is no complete server
    local version candidate
    if [[ -n $wanted_pg_config ]]; then
        pg_config=$wanted_pg_config
        is_complete "$pg_config"
        return
    fi
    local candidates=(pg_config)
    for version in "${supported[@]}"; do candidates+=("$(debian_pg_config "$version")"); done
    for candidate in "${candidates[@]}"; do
        if is_complete "$candidate"; then
            pg_config=$candidate
            return
        fi
    done
    return 1
}

can_install() { # VERSION
    apt-cache show "postgresql-$1" "postgresql-server-dev-$1" >/dev/null 2>&1
}

# Which version to install: the one that PG_CONFIG names, the one that is there without its
# development files, the distribution's own, the newest.
choose_version() {
    local version choices=()
    if [[ -n $wanted_pg_config ]]; then
        [[ $wanted_pg_config =~ ^/usr/lib/postgresql/([0-9]+)/bin/pg_config$ ]] ||
            die "PG_CONFIG=$wanted_pg_config is no complete server installation (server, psql, PGXS)"
        echo "${BASH_REMATCH[1]}"
        return
    fi
    for version in "${supported[@]}"; do
        if [[ -x /usr/lib/postgresql/$version/bin/postgres ]]; then choices+=("$version"); fi
    done
    mapfile -t -O "${#choices[@]}" choices < <(apt-cache depends postgresql 2>/dev/null |
        sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p')
    for version in "${choices[@]}" "${supported[@]}"; do
        if [[ " ${supported[*]} " == *" $version "* ]] && can_install "$version"; then
            echo "$version"
            return
        fi
    done
    die "no package postgresql-NN with NN in: ${supported[*]}"
}

# Installs what `need` found missing, and a server unless `tools` is all that is wanted.
provide() { # [server]
    local version='' want_server=''
    if [[ ${1:-} == server ]] && ! find_server; then want_server=1; fi
    if [[ ${#missing[@]} -eq 0 && -z $want_server ]]; then return; fi
    command -v apt-get >/dev/null ||
        die "missing: ${missing[*]:-} ${want_server:+a PostgreSQL server with its development files}"
    heading "Installing packages"
    quietly "$scratch/log/apt-update" as_root apt-get -q update || note "Going on with the package lists of before."
    if [[ -n $want_server ]]; then
        version=$(choose_version)
        missing+=("postgresql-$version" "postgresql-server-dev-$version")
    fi
    printf '  %s\n' "${missing[@]}"
    add_dropin
    quietly "$scratch/log/apt-install" as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold install "${missing[@]}" ||
        die "could not install the packages"
    remove_dropin
    if [[ " ${missing[*]} " == *' pgbouncer '* ]]; then stop_pgbouncer; fi
    missing=()
    if [[ -n $want_server ]]; then
        if [[ -z $wanted_pg_config ]]; then pg_config=$(debian_pg_config "$version"); fi
        is_complete "$pg_config" || die "$pg_config is not complete after the installation"
    fi
}

# Debian makes and starts a cluster when a server package arrives; nobody here wants it.
add_dropin() {
    local settings=/etc/postgresql-common/createcluster.d
    if [[ -e $settings/migrate-dev.conf ]]; then return; fi
    dropin=$settings/migrate-dev.conf
    as_root install -d "$settings"
    echo 'create_main_cluster = false' | as_root tee "$dropin" >/dev/null
}
remove_dropin() {
    if [[ -z $dropin ]]; then return; fi
    as_root rm -f "$dropin"
    as_root rmdir --ignore-fail-on-non-empty "${dropin%/*}"
    dropin=
}
at_end+=(remove_dropin)

# The same for the pooler, which the package starts: its tests start one of their own.
stop_pgbouncer() {
    if [[ -d /run/systemd/system ]]; then
        as_root systemctl --quiet disable --now pgbouncer || true
    fi
}

setup() { # [test]
    begin
    need_build_tools
    need_test_tools
    if [[ ${1:-} != test ]]; then need_lint_tools; fi
    provide server
    note "Everything is there, for $("$pg_config" --version)."
}
