# Which files have changed, for `./dev test --changed` and `./dev lint --changed`: since the merge base
# with main, or on main itself since the last commit but one; what is not committed counts as well.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other files

# Git of the checkout, also when it belongs to somebody else.
git_here() { git -c "safe.directory=$root" -C "$root" "$@" 2>/dev/null; }

# The commit to compare with; fails where git does not know it, as in a shallow clone.
changed_since() {
    local main base head
    head=$(git_here rev-parse HEAD) || return
    for main in main origin/main; do
        if base=$(git_here merge-base HEAD "$main") && [[ $base != "$head" ]]; then
            echo "$base"
            return
        fi
    done
    git_here rev-parse --verify --quiet 'HEAD^'
}

# Paths from the top of the checkout; those of removed files are among them.
changed_files() {
    local base
    base=$(changed_since) || return
    { git_here diff --name-only --no-renames --relative "$base" && git_here ls-files --others --exclude-standard; } | sort -u
}
