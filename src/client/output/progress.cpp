#include "client/output/progress.hpp"

#include <charconv>
#include <cstdio>

namespace migrate::client {

namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

// Whole seconds once there are any, so that the line does not flicker.
std::string ticking(double milliseconds) {
    return milliseconds < 1000
               ? spoken_duration(milliseconds - static_cast<int>(milliseconds) % 100)
               : spoken_duration(milliseconds - static_cast<int>(milliseconds) % 1000);
}

} // namespace

RevisionProgress read_progress(std::string_view text) {
    RevisionProgress progress;
    const std::size_t slash = text.find('/');
    const std::size_t bracket = text.find("] ");
    if (!text.starts_with('[') || bracket == std::string_view::npos || slash > bracket) {
        return {};
    }
    const char* start = text.data();
    std::from_chars(start + 1, start + slash, progress.number);
    std::from_chars(start + slash + 1, start + bracket, progress.total);
    const std::string_view rest = text.substr(bracket + 2);
    progress.revision = rest.substr(0, rest.find(' '));
    return progress;
}

Progress::Progress(const Output& output) : output_(output) {}

Progress::~Progress() {
    clear();
}

std::string Progress::wanted_setting() const {
    const bool draws = output_.err().can_redraw() && !output_.is_quiet();
    return draws || output_.is_verbose() ? "statement" : "revision";
}

double Progress::elapsed_milliseconds() const {
    return milliseconds_since(start_);
}

bool Progress::take(const Report& notice) {
    const std::string& text = notice.message;
    if (notice.sqlstate == "MGP01") {
        total_ = read_progress(text).total;
        revision_ = text;
        statement_.clear();
        draw();
    } else if (notice.sqlstate == "MGP02") {
        const RevisionProgress progress = read_progress(text);
        total_ = progress.total;
        done_.push_back(progress.revision);
        statement_.clear();
        clear();
        output_.note(printable(text));
    } else if (notice.sqlstate == "MGP03") {
        const std::size_t at = text.find(", statement ");
        statement_ = at == std::string::npos ? text : text.substr(at + 2);
        statement_start_ = Clock::now();
        draw();
    } else if (notice.sqlstate == "MGP04") {
        statement_.clear();
        if (output_.is_verbose()) {
            clear();
            output_.note(output_.err().dim(printable(text)));
        }
    } else {
        return false;
    }
    return true;
}

void Progress::tick() {
    if (Clock::now() - last_drawn_ >= redraw_interval) {
        draw();
    }
}

void Progress::draw() {
    if (!output_.err().can_redraw() || output_.is_quiet()) {
        return;
    }
    const bool is_late = Clock::now() - last_drawn_ >= redraw_interval;
    if (is_drawn_ && !is_late) {
        return;
    }
    std::string line = revision_.empty() ? "waiting for the server" : printable(revision_);
    line += "  " + ticking(elapsed_milliseconds());
    if (!statement_.empty()) {
        line += "  " + printable(statement_) + " " + ticking(milliseconds_since(statement_start_));
    }
    const std::size_t width = output_.err().width();
    line = "\r" + output_.err().cyan(fitted(line, width > 1 ? width - 1 : 1)) + "\033[K";
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
    is_drawn_ = true;
    last_drawn_ = Clock::now();
}

void Progress::clear() {
    if (is_drawn_) {
        std::fputs("\r\033[K", stderr);
        std::fflush(stderr);
        is_drawn_ = false;
    }
}

} // namespace migrate::client
