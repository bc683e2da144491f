// How far a run is: a line that is drawn over on a terminal, plain lines elsewhere.  The server
// tells by notices (setting migrate.progress), which are recognised by their SQLSTATE.
#pragma once

#include "client/output/output.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace migrate::client {

/// What MGP01 and MGP02 say: `[3/40] 0003 add orders … 34 ms`.
struct RevisionProgress {
    std::size_t number = 0;
    std::size_t total = 0;
    std::string revision;
};

/// All zero and empty where `text` does not read like that.
RevisionProgress read_progress(std::string_view text);

class Progress {
  public:
    explicit Progress(const Output& output);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// What migrate.progress should be for it.
    std::string wanted_setting() const;

    /// Whether the notice was about progress, and is dealt with.
    bool take(const Report& notice);
    /// Draws the line again, for time has passed.
    void tick();
    /// Takes the line away, so that something else can be printed.
    void clear();

    /// How many revisions the run has, 0 as long as that is not known.
    std::size_t total() const { return total_; }
    /// Ids of the revisions that are done, in order.
    const std::vector<std::string>& done() const { return done_; }
    double elapsed_milliseconds() const;

  private:
    using Clock = std::chrono::steady_clock;

    void draw();

    const Output& output_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point statement_start_ = start_;
    Clock::time_point last_drawn_;
    bool is_drawn_ = false;
    std::size_t total_ = 0;
    std::vector<std::string> done_;
    std::string revision_;  ///< as MGP01 has it
    std::string statement_; ///< "statement 2: CREATE INDEX", empty between statements
};

} // namespace migrate::client
