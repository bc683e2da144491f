# The throwaway server: it listens on a socket in the temporary folder of the run, and ends with it.
#
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables that other files use or set

server_user= # who runs the server, when that is not the one who runs `dev`

# The server refuses to run as root.
as_server() {
    if [[ -n $server_user ]]; then
        (cd "$scratch" && exec runuser -u "$server_user" -- "$@")
    else
        "$@"
    fi
}

# An empty folder that belongs to whoever runs the server.
server_folder() { # PATH
    mkdir -m 700 "$1"
    if [[ -n $server_user ]]; then chown "$server_user" "$1"; fi
}

choose_server() { # sets bindir and server_user
    bindir=$("$pg_config" --bindir)
    export PATH=$bindir:$PATH
    if [[ $EUID -eq 0 ]]; then
        server_user=postgres
        getent passwd postgres >/dev/null || server_user=nobody
    fi
}

start_server() { # [OPTION-OF-PG_CTL...]
    choose_server
    local home=$scratch/server
    server_folder "$home"
    export HOME=$home PGHOST=$home PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
    quietly "$scratch/log/initdb" as_server "$bindir/initdb" --pgdata="$home/data" --username=postgres \
        --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync || die "could not make a data directory"
    cat >>"$home/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$home'
port = $PGPORT
max_connections = 150
max_prepared_transactions = 10
fsync = off
synchronous_commit = off
full_page_writes = off
log_line_prefix = '%m [%p] %q%u@%d %a '
END
    start_again "$@"
}

# The server that start_server has made.
start_again() { # [OPTION-OF-PG_CTL...]
    quietly "$scratch/log/start" as_server "$bindir/pg_ctl" --pgdata="$PGHOST/data" --log="$PGHOST/log" \
        --timeout=60 --wait "$@" start || {
        tail -n 20 "$PGHOST/log" | indented
        die "could not start a server"
    }
}

# The server of this run, and those that a TAP test could not stop.
stop_servers() {
    local pid_file data
    while IFS= read -r pid_file; do
        data=${pid_file%/postmaster.pid}
        as_server "$bindir/pg_ctl" --pgdata="$data" --mode=fast --timeout=30 --wait stop >/dev/null 2>&1 ||
            as_server "$bindir/pg_ctl" --pgdata="$data" --mode=immediate --wait stop >/dev/null 2>&1
    done < <(find "$scratch" -name postmaster.pid 2>/dev/null)
}
at_end+=(stop_servers)
