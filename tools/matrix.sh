# `./dev matrix`: all tests for several server versions, each in a chroot of its own.  What makes and
# enters the chroots is in test/matrix.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

# Each version in its chroot: test/matrix has what makes and enters them.
matrix() { # [VERSION...]
    [[ $# -gt 0 ]] || set -- 15 17 18 18a
    local version log status=0 result summary=() compilers=' ' how
    begin
    copy_tree "$scratch/tree" # what is edited meanwhile is not for some of them only
    for version; do
        heading "PostgreSQL $version"
        log=$scratch/log/$version result=0 how=(./dev test)
        # They need no server: once for each compiler is enough, and 18 and 18a have the same.
        if [[ $compilers == *" ${version%a} "* ]]; then how=(env WITHOUT_UNIT_TESTS=1 ./dev test); fi
        compilers+="${version%a} "
        { "$root/test/matrix/make.sh" "$version" &&
            "$root/test/matrix/run.sh" "$version" "$scratch/tree" "${how[@]}"; } 2>&1 | tee "$log" || result=$?
        if [[ $result -ne 0 ]]; then status=1; fi
        summary+=("$version: $(tail -n 1 "$log")$([[ $result -eq 0 ]] || echo " (status $result)")")
    done
    heading "Summary"
    printf '%s\n' "${summary[@]}"
    return "$status"
}
