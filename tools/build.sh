# Building the extension and migratectl with the Makefile, and installing both into the folders of
# the server that `pg_config` names.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

make_here() { make -C "$tree" --no-print-directory PG_CONFIG="$pg_config" "$@"; }

# Objects of another server version look up to date to make; a stamp tells them apart.
build_extension() {
    local stamp=$tree/build/built-for identity
    identity=$("$pg_config" --version --bindir --configure)
    mkdir -p "$tree/build"
    if [[ ! -e $stamp || $(<"$stamp") != "$identity" ]]; then
        quietly "$scratch/log/clean" make_here clean || return
    fi
    printf '%s\n' "$identity" >"$stamp"
    quietly "$scratch/log/build" make_here -j "$jobs" all || return
    grep -A 3 'warning:' "$scratch/log/build" | indented || true
}

# As root if this user may not write the folder.
as_installer() { # FOLDER COMMAND...
    local folder=$1
    shift
    if [[ -w $folder ]]; then "$@"; else as_root "$@"; fi
}

install_extension() {
    local target how=()
    for target in --pkglibdir --sharedir --bindir --mandir; do
        if [[ ! -w $("$pg_config" "$target") ]]; then how=(as_root); fi
    done
    quietly "$scratch/log/install" "${how[@]}" make -C "$tree" --no-print-directory \
        PG_CONFIG="$pg_config" install
}

# Whether what is built lies in the server's folders, byte for byte.
is_installed() {
    local folder file
    folder=$("$pg_config" --sharedir)/extension
    cmp -s "$tree/migrate.so" "$("$pg_config" --pkglibdir)/migrate.so" || return
    if [[ -e $tree/migratectl ]]; then
        cmp -s "$tree/migratectl" "$("$pg_config" --bindir)/migratectl" || return
    fi
    for file in "$tree"/migrate.control "$tree"/migrate--*.sql "$tree"/src/sql/update/*.sql; do
        cmp -s "$file" "$folder/${file##*/}" || return
    done
}

build_and_install() {
    heading "Building for $("$pg_config" --version)"
    build_extension || return
    if is_installed; then
        note "Installed already in $("$pg_config" --pkglibdir) and $("$pg_config" --sharedir)/extension."
        return
    fi
    install_extension || return
    note "Installed into $("$pg_config" --pkglibdir) and $("$pg_config" --sharedir)/extension."
}

build() {
    begin
    need_build_tools
    provide server
    prepare_tree
    heading "Building for $("$pg_config" --version)"
    build_extension
}

# Everything, what tests do not need as well: completions and the manual.
build_and_install_all() {
    begin
    need_build_tools
    provide server
    prepare_tree
    heading "Building for $("$pg_config" --version)"
    build_extension
    install_extension
    note "Installed into $("$pg_config" --pkglibdir) and $("$pg_config" --sharedir)/extension."
}
