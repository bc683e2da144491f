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
/// it `input` and waits for its end.  Throws ClientError when it cannot be run, or when the
/// user interrupts: the program is ended then.
ProcessResult run_process(const std::vector<std::string>& arguments, const std::string& folder,
                          std::string_view input = {});

/// The words of a command line; quotes keep white space together, and nothing else is special.
std::vector<std::string> command_words(std::string_view command);

} // namespace migrate::client
