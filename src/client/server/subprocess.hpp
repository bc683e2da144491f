// Running another program without a shell, with its output in our hands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace migrate::client {

struct ProcessResult {
    int status = 0;     ///< what the program exited with; 128 + the signal that ended it
    std::string output; ///< its standard output
    std::string errors; ///< its standard error
};

/// Runs `arguments`, the first of which is looked up in PATH, in the directory `folder`, gives
/// it `input` and waits for its end.  Throws ClientError when it cannot be run.  A signal that
/// ends this program does not end the other one, unless a terminal sends it to both.
ProcessResult run_process(const std::vector<std::string>& arguments, const std::string& folder,
                          std::string_view input);

/// Where `program` is: itself if it has a slash, else its place in PATH; empty if it is nowhere.
std::string find_program(const std::string& program);

/// The words of a command line; quotes keep white space together, and nothing else is special.
/// Throws ClientError for a quote without its counterpart.
std::vector<std::string> command_words(std::string_view command);

} // namespace migrate::client
