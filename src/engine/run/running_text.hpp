// Whether a revision's text is running in this session.  No other run may start from within it.
#pragma once

namespace migrate::engine {

/// Whether one is.
bool is_running_text();

/// One is, as long as this lives.
class RunningText {
  public:
    RunningText();
    ~RunningText();
    RunningText(const RunningText&) = delete;
    RunningText& operator=(const RunningText&) = delete;
};

} // namespace migrate::engine
