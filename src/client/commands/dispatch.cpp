#include "client/commands/dispatch.hpp"

#include "client/cli/arguments.hpp"
#include "client/commands/export.hpp"
#include "client/commands/fleet.hpp"
#include "client/commands/import_alembic.hpp"
#include "client/commands/load.hpp"
#include "client/commands/look.hpp"
#include "client/commands/new.hpp"
#include "client/commands/run.hpp"
#include "client/server/interrupts.hpp"
#include "client/server/statements.hpp"

#include <cstdlib>
#include <memory>

namespace migrate::client {

namespace {

std::optional<Directory> directory_of(const Options& options) {
    const bool is_written = options.command == Command::export_files;
    if ((options.directory && !is_written) || options.command == Command::load) {
        return read_directory(chosen_directory(options), options.layout);
    }
    return std::nullopt;
}

// Every file that carries BEGIN and COMMIT makes a notice, and some layouts want them so.
void hear_notices_of_load(Session& session, const Output& output) {
    session.on_notice([&output](const Report& notice) {
        if (output.is_verbose() || notice.severity == "WARNING") {
            output.report(notice);
        }
    });
}

void hear_notices(Session& session, const Output& output) {
    session.on_notice([&output](const Report& notice) { output.report(notice); });
}

// With what the files would bring, which is forgotten afterwards.
ExitStatus look_with_files(Session& session, const Directory& directory, const Options& options,
                           const Output& output) {
    const Transaction transaction(session);
    hear_notices_of_load(session, output);
    register_directory(session, directory, options.prefix);
    hear_notices(session, output);
    return look(session, options, output);
}

ExitStatus load_and_run(Session& session, const Directory* directory, const Options& options,
                        const Output& output) {
    if (directory == nullptr || !goes_up(options.command)) {
        return run_revisions(session, directory, options, output);
    }
    if (options.dry_run) {
        // The files are registered in the transaction that is rolled back as a whole.
        const Transaction transaction(session);
        hear_notices_of_load(session, output);
        tell_loaded(register_directory(session, *directory, options.prefix), options, output);
        return run_revisions(session, directory, options, output);
    }
    hear_notices_of_load(session, output);
    const ExitStatus status = load(session, *directory, options, output);
    return status == ExitStatus::done ? run_revisions(session, directory, options, output) : status;
}

ExitStatus run_on_server(const Options& options, const Output& output) {
    const std::optional<Directory> directory = directory_of(options);
    Session session(connect(connection_parameters(options.connection, std::getenv("DATABASE_URL")),
                            options.connection),
                    options.create_extension);
    const Interruptible interruptible;
    hear_notices(session, output);
    if (options.command == Command::export_files) {
        return export_files(session, options, output);
    }
    if (options.command == Command::load) {
        hear_notices_of_load(session, output);
        return load(session, *directory, options, output);
    }
    if (runs_revisions(options.command)) {
        return load_and_run(session, directory ? &*directory : nullptr, options, output);
    }
    if (only_looks(options.command)) {
        return directory ? look_with_files(session, *directory, options, output)
                         : look(session, options, output);
    }
    return change(session, options, output);
}

} // namespace

ExitStatus run_command(const Options& options, const Output& output) {
    switch (options.command) {
    case Command::completion:
        output.print(bash_completion());
        return ExitStatus::done;
    case Command::create_file:
        return write_new_file(options, output);
    case Command::merge:
        return options.directory ? write_merge_file(options, output)
                                 : run_on_server(options, output);
    case Command::import_alembic:
        return import_alembic(options, output);
    case Command::fleet:
        return run_fleet(options, output);
    default:
        return run_on_server(options, output);
    }
}

} // namespace migrate::client
