#!/usr/bin/env bash
#
# Makes the chroot of a server version, if there is none: Debian of the suite that carries it, the
# packages that `./dev test` needs, and for a version such as 18a a server with assertions, compiled
# from Debian's source.  Packages come from the archive that this machine's apt uses.
#
#   test/matrix/make.sh VERSION
#
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=chroots.sh
. "$here/chroots.sh"
root=$(cd "$here/../.." && pwd -P)

[[ $# -eq 1 ]] || die "usage: test/matrix/make.sh VERSION"
version=$1
require_version "$version"
require_root
mkdir -p "$chroots"
exec 9>"$chroots/.$version.lock"
flock 9
if is_finished "$version"; then exit 0; fi

suites_of() { # VERSION: those to try, one after the other
    case $1 in
    15) echo bookworm ;;
    17) echo trixie ;;
    18) echo forky sid ;;
    esac
}

# The archive that this machine's own apt uses: Debian's, or that of its security updates.
archive() { # LABEL
    # shellcheck disable=SC2016 # for apt-get
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
        awk -v label="$1" '$1 == label { sub("/$", "", $2); print $2; exit }'
}

log=$chroots/$version.log
part=$chroots/.$version.part # becomes the chroot when it is complete
temporary=$part

failed() { # WHAT
    printf 'matrix: %s; the end of %s:\n' "$1" "$log" >&2
    tail -n 15 "$log" | sed 's/^/    /' >&2
}

# A daemon that a package would start outlives nobody, but would be in the way of tests.
write_settings() { # FOLDER SUITE
    printf 'deb %s %s main\n' "$debian" "$2" >"$1/etc/apt/sources.list"
    rm -f "$1"/etc/apt/sources.list.d/*.sources
    if [[ -n $security && $2 != sid ]]; then
        printf 'deb %s %s-security main\n' "$security" "$2" >"$1/etc/apt/sources.list.d/security.list"
    fi
    # A mirror that lags behind has lists past their date; signatures are checked all the same.
    printf 'Acquire::Check-Valid-Until "false";\nAcquire::Retries "3";\n' >"$1/etc/apt/apt.conf.d/90matrix"
    printf 'path-exclude /usr/share/%s/*\n' doc man locale >"$1/etc/dpkg/dpkg.cfg.d/matrix"
    printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
    chmod 755 "$1/usr/sbin/policy-rc.d"
}

# The packages, as tools/packages.sh knows them.  What the security archive announces may be missing in it.
install_packages() { # FOLDER VERSION
    # shellcheck disable=SC2317,SC2329 # called by enclose
    enclosed() { # FOLDER VERSION
        local setup=(PG_CONFIG="/usr/lib/postgresql/$2/bin/pg_config" /tmp/setup/dev setup test)
        enter "$1" "${setup[@]}" && return
        [[ -e $1/etc/apt/sources.list.d/security.list ]] || return 1
        rm "$1/etc/apt/sources.list.d/security.list"
        chroot "$1" /usr/bin/env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "${setup[@]}"
    }
    mkdir -p "$1/tmp/setup"
    cp -R "$root/dev" "$root/tools" "$1/tmp/setup/"
    enclose "$1" "$2" || return
    rm -r "$1/tmp/setup"
    chroot "$1" apt-get clean
    rm -rf "$1"/var/lib/apt/lists/*
}

make_chroot() { # SUITE
    local suite=$1 script
    script=/usr/share/debootstrap/scripts/$suite
    # A suite that is younger than debootstrap
    [[ -e $script ]] || script=/usr/share/debootstrap/scripts/sid
    rm -rf --one-file-system "$part"
    debootstrap --variant=minbase --merged-usr --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
        --include=ca-certificates "$suite" "$part" "$debian" "$script" >"$log" 2>&1 || {
        failed "the chroot of $suite could not be made"
        return 1
    }
    write_settings "$part" "$suite"
    install_packages "$part" "$version" >>"$log" 2>&1 || {
        failed "the packages for PostgreSQL $version could not be installed from $suite"
        return 1
    }
    [[ -x $part/usr/lib/postgresql/$version/bin/postgres ]] || {
        failed "$suite has no PostgreSQL $version"
        return 1
    }
    echo "suite=$suite" >"$part/.finished"
}

# A server with assertions goes to a folder of its own, beside the packaged one.
compile_server() { # VERSION
    # shellcheck disable=SC2317,SC2329 # called by enclose
    enclosed() { # LOWER PART VERSION JOBS
        mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
        sed 's/^deb /deb-src /' "$2/root/etc/apt/sources.list" >"$2/root/etc/apt/sources.list.d/source.list"
        # shellcheck disable=SC2016 # for the inner shell
        enter "$2/root" VERSION="$3" JOBS="$4" bash -euc '
            apt-get -q update
            apt-get -q -y --no-install-recommends install bison flex libicu-dev libreadline-dev \
                libssl-dev pkgconf xz-utils bzip2 zlib1g-dev
            mkdir /root/server
            cd /root/server
            apt-get -q source --download-only "postgresql-$VERSION"
            tar -xf postgresql-"$VERSION"_*.orig.tar.*
            cd postgresql-*/
            ./configure --prefix="/usr/lib/postgresql/${VERSION}a" --enable-cassert --enable-debug \
                --enable-tap-tests --with-icu --with-openssl CFLAGS="-O1 -g" CXXFLAGS="-O1 -g"
            make -s -j "$JOBS" world-bin
            make -s install-world-bin'
    }
    mkdir -p "$part/upper" "$part/work" "$part/root"
    enclose "$chroots/$1" "$part" "$1" "${JOBS:-$(nproc)}"
}

make_layer() { # VERSION
    rm -rf --one-file-system "$part"
    compile_server "$1" >"$log" 2>&1 || {
        failed "PostgreSQL $1 with assertions could not be compiled"
        return 1
    }
    mkdir -p "$part/layer/usr/lib/postgresql"
    mv "$part/upper/usr/lib/postgresql/$version" "$part/layer/usr/lib/postgresql/"
    rm -rf --one-file-system "$part/upper" "$part/work" "$part/root"
    mv "$part/layer" "$part.new"
    rm -rf --one-file-system "$part"
    mv "$part.new" "$part"
    echo "above=$1" >"$part/.finished"
}

debian=$(archive Debian)
security=$(archive Debian-Security)
[[ -n $debian ]] || die "apt on this machine uses no archive of Debian, and the chroots are of Debian"
if ! command -v debootstrap >/dev/null; then
    apt-get -q update >/dev/null
    apt-get -q -y --no-install-recommends install debootstrap >/dev/null
fi

printf 'Making the chroot of PostgreSQL %s in %s\n' "$version" "$chroots"
if [[ $version == *a ]]; then
    "$here/make.sh" "${version%a}"
    make_layer "${version%a}"
else
    for suite in $(suites_of "$version"); do
        if make_chroot "$suite"; then break; fi
        suite=
    done
    [[ -n $suite ]] || die "no chroot of PostgreSQL $version could be made"
fi
rm -rf --one-file-system "${chroots:?}/$version"
mv "$part" "$chroots/$version"
printf 'Made in %s s, %s\n' "$SECONDS" "$(du -shx "$chroots/$version" | cut -f 1)"
