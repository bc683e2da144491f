# `./dev freeze`: keeps the install script of the present version, and a dump of a database that its
# own library has filled, for the tests of updates.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

# Its install script, and a dump of a database that its own library has filled.
freeze() {
    begin
    need_build_tools
    provide server
    prepare_tree
    build_and_install || die "could not build and install the extension"
    start_server
    local version frozen
    version=$(make_variable EXTVERSION)
    frozen=$root/test/released/migrate--$version
    [[ ! -e $frozen.sql ]] || die "version $version is frozen already: raise default_version in migrate.control"
    psql -X -q -c 'CREATE DATABASE content'
    PGDATABASE=content quietly "$scratch/log/content" psql -X -q -v ON_ERROR_STOP=1 \
        -f "$root/test/released/content.sql" || die "could not fill a database"
    pg_dump content >"$scratch/dump"
    # Without what differs from dump to dump, and what older versions of psql do not know.
    sed -e '/^--/d' -e '/^\\restrict /d' -e '/^\\unrestrict /d' "$scratch/dump" | sed '/./,$!d' | cat -s >"$frozen.dump.sql"
    cp "$tree/migrate--$version.sql" "$frozen.sql"
    note "Kept as $frozen.sql and $frozen.dump.sql."
}
