// What the command line asks for, as a plain value.
#pragma once

#include "files/layout.hpp"

#include <optional>
#include <string>
#include <vector>

namespace migrate::client {

struct ConnectionOptions {
    std::optional<std::string> host;
    std::optional<std::string> port;
    std::optional<std::string> user;
    std::optional<std::string> database; ///< a name, a URI or keywords and values
    bool asks_password = false;          ///< ask for one before connecting
    bool never_asks = false;
    int wait_seconds = 0; ///< how long to wait for a server that does not answer yet
};

enum class Command {
    create_file,
    load,
    upgrade,
    downgrade,
    deploy,
    revert,
    current,
    history,
    heads,
    bases,
    branches,
    show,
    plan,
    status,
    check,
    script,
    graph,
    stamp,
    adopt,
    merge,
    unregister,
    export_files,
    import_alembic,
    fleet,
    completion,
};

struct FleetOptions {
    std::string databases; ///< file with a database per line, "-" for standard input
    std::string query;     ///< that returns names of databases
    int jobs = 4;
    std::string canary; ///< a database of the list, or how many of its first ones
    int max_failures = 1;
    Command command = Command::status;
};

struct Options {
    Command command = Command::status;
    ConnectionOptions connection;
    std::optional<std::string> directory;
    std::optional<files::Layout> layout;
    std::optional<std::string> prefix; ///< none: whatever the server takes then
    bool json = false;
    bool dry_run = false;
    bool quiet = false;
    bool verbose = false;
    bool create_extension = false;

    /// Target, range, revision or version table, as the command has it.
    std::optional<std::string> target;
    std::vector<std::string> targets; ///< of stamp and merge
    std::optional<std::string> message;
    bool purge = false;             ///< stamp
    bool verify = false;            ///< stamp
    bool exit_code = false;         ///< plan
    std::string direction;          ///< plan; empty: as the target says
    std::string graph_format;       ///< graph
    std::string branch;             ///< new
    std::vector<std::string> heads; ///< new
    std::vector<std::string> depends_on;
    std::string output; ///< of import-alembic: a directory
    std::string alembic;
    bool keep_going = false;
    FleetOptions fleet;
};

} // namespace migrate::client
