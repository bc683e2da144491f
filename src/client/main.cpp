// migratectl: carries revisions kept in files into a server, and drives it.
#include "client/cli/arguments.hpp"
#include "client/commands/dispatch.hpp"
#include "client/commands/load.hpp"
#include "client/failure.hpp"
#include "client/output/output.hpp"

#include <csignal>
#include <new>

namespace {

using namespace migrate::client;

ExitStatus run(const Options& options) {
    const Output output(options);
    try {
        return run_command(options, output);
    } catch (const ServerError& error) {
        output.report(error.report(), error.place());
        return ExitStatus::error;
    } catch (const ChangedFiles& error) {
        output.print(error.differences());
        output.report(error);
        return error.status();
    } catch (const ClientError& error) {
        output.report(error);
        return error.status();
    } catch (const std::exception& error) {
        output.report(ClientError(error.what()));
        return ExitStatus::error;
    }
}

} // namespace

int main(int count, char** arguments) {
    prepare_characters();
    // A reader that goes away, such as head, must not stop a run half-way.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        const auto options = parse_arguments({arguments + 1, arguments + count});
        return static_cast<int>(options ? run(*options) : ExitStatus::done);
    } catch (const ClientError& error) {
        Output(Options()).report(error);
        return static_cast<int>(error.status());
    } catch (const std::exception& error) {
        Output(Options()).report(ClientError(error.what()));
        return static_cast<int>(ExitStatus::error);
    }
}
