#include "client/output/output.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace migrate::client {

namespace {

void write_line(std::FILE* stream, const std::string& line) {
    std::fwrite(line.data(), 1, line.size(), stream);
    std::fputc('\n', stream);
    std::fflush(stream);
}

} // namespace

void Output::print(std::string_view text) const {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void Output::tell(std::string_view line) const {
    if (!quiet_) {
        write_line(json_ ? stderr : stdout, std::string(line));
    }
}

void Output::note(std::string_view line) const {
    if (!quiet_) {
        write_line(stderr, std::string(line));
    }
}

void Output::warn(std::string_view line) const {
    write_line(stderr, err_.yellow("warning:") + " " + std::string(line));
}

void Output::report(const Report& report, std::string_view place) const {
    const bool is_harmless = report.severity == "NOTICE" || report.severity == "INFO" ||
                             report.severity == "LOG" || report.severity == "DEBUG";
    if (is_harmless && quiet_) {
        return;
    }
    std::string text = printable(verbose_ ? report.verbose : report.text, true);
    if (text.starts_with(report.severity)) {
        const std::string& severity = report.severity;
        const std::string word = is_harmless             ? err_.dim(severity)
                                 : severity == "WARNING" ? err_.yellow(severity)
                                                         : err_.red(severity);
        text.replace(0, severity.size(), word);
    }
    write_line(stderr, (place.empty() ? "" : err_.bold(std::string(place) + ":") + " ") + text);
}

void Output::report(const ClientError& error) const {
    const std::string name = "migratectl: ";
    const std::string place = error.place().empty() ? name : err_.bold(error.place() + ":") + " ";
    write_line(stderr, place + err_.red("error:") + " " + printable(error.what(), true));
    if (!error.detail().empty()) {
        write_line(stderr, name + "detail: " + printable(error.detail(), true));
    }
    if (!error.hint().empty()) {
        write_line(stderr, name + err_.cyan("hint:") + " " + printable(error.hint(), true));
    }
}

std::string brief(const Report& report) {
    return report.severity + ":  " + printable(report.message);
}

std::string counted(std::size_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string spoken_duration(double milliseconds) {
    std::array<char, 64> text = {};
    if (milliseconds < 9.95) {
        std::snprintf(text.data(), text.size(), "%.1f ms", milliseconds);
    } else if (milliseconds < 999.5) {
        std::snprintf(text.data(), text.size(), "%.0f ms", milliseconds);
    } else if (milliseconds < 59950) {
        std::snprintf(text.data(), text.size(), "%.1f s", milliseconds / 1000);
    } else {
        const long seconds = std::lround(milliseconds / 1000);
        if (seconds < 3600) {
            std::snprintf(text.data(), text.size(), "%ld min %ld s", seconds / 60, seconds % 60);
        } else {
            std::snprintf(text.data(), text.size(), "%ld h %ld min", seconds / 3600,
                          seconds % 3600 / 60);
        }
    }
    return text.data();
}

} // namespace migrate::client
