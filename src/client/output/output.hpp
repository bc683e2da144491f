// Where a command prints: results to standard output, everything else to standard error.
#pragma once

#include "client/cli/options.hpp"
#include "client/failure.hpp"
#include "client/output/terminal.hpp"

#include <string>
#include <string_view>

namespace migrate::client {

class Output {
  public:
    explicit Output(const Options& options)
        : quiet_(options.quiet), verbose_(options.verbose), json_(options.json) {}

    const Terminal& out() const { return out_; }
    const Terminal& err() const { return err_; }
    bool is_quiet() const { return quiet_; }
    bool is_verbose() const { return verbose_; }
    bool wants_json() const { return json_; }

    /// A result: printed in any case.
    void print(std::string_view text) const;
    /// One line about what was done, on standard output unless that is for JSON; not with
    /// --quiet.
    void tell(std::string_view line) const;
    /// One line beside the matter, on standard error; not with --quiet.
    void note(std::string_view line) const;
    /// One line of warning; in any case.
    void warn(std::string_view line) const;
    /// A warning, notice or error of the server.  `place`, if not empty, is the file and line
    /// that it is about.
    void report(const Report& report, std::string_view place = {}) const;
    void report(const ClientError& error) const;

  private:
    bool quiet_;
    bool verbose_;
    bool json_;
    Terminal out_{1};
    Terminal err_{2};
};

/// What is said of a report in one line: "ERROR:  message".
std::string brief(const Report& report);

/// "3 revisions", "1 revision".
std::string counted(std::size_t count, std::string_view noun);

/// Milliseconds for people: "0.4 ms", "37 ms", "4.2 s", "3 min 12 s".
std::string spoken_duration(double milliseconds);

} // namespace migrate::client
