// Errors that end a command: of the server, with all its fields, or of the program itself; and the
// exit statuses.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace migrate::client {

enum class ExitStatus { done = 0, error = 1, usage = 2, pending = 3 };

/// An error or a notice of the server, field by field.
struct Report {
    std::string severity; ///< never translated: ERROR, WARNING, NOTICE …
    std::string sqlstate;
    std::string message;
    std::string detail;
    std::string hint;
    std::string context;
    std::string text;    ///< everything as psql shows it, without the text of the query
    std::string verbose; ///< the same as psql shows it with VERBOSITY verbose
};

class ServerError : public std::exception {
  public:
    explicit ServerError(Report report) : report_(std::move(report)) {}

    const char* what() const noexcept override { return report_.message.c_str(); }
    /// The same, about a place that reads "path:line" or "path".
    ServerError at(std::string place) const {
        ServerError copy = *this;
        copy.place_ = std::move(place);
        return copy;
    }

    const std::string& place() const noexcept { return place_; }
    const Report& report() const noexcept { return report_; }
    bool is(const char* sqlstate) const { return report_.sqlstate == sqlstate; }

  private:
    Report report_;
    std::string place_;
};

/// An error that no server reported: `message` begins in lower case and has no full stop,
/// `detail` and `hint` are whole sentences or empty.
class ClientError : public std::exception {
  public:
    explicit ClientError(std::string message, std::string detail = {}, std::string hint = {},
                         ExitStatus status = ExitStatus::error)
        : message_(std::move(message)), detail_(std::move(detail)), hint_(std::move(hint)),
          status_(status) {}

    const char* what() const noexcept override { return message_.c_str(); }
    /// The same, at a place that reads "path:line" or "path".
    ClientError at(std::string place) const {
        ClientError copy = *this;
        copy.place_ = std::move(place);
        return copy;
    }

    const std::string& place() const noexcept { return place_; }
    const std::string& detail() const noexcept { return detail_; }
    const std::string& hint() const noexcept { return hint_; }
    ExitStatus status() const noexcept { return status_; }

  private:
    std::string message_;
    std::string detail_;
    std::string hint_;
    ExitStatus status_;
    std::string place_;
};

/// A mistake on the command line.
inline ClientError usage_error(std::string message, std::string hint) {
    return ClientError(std::move(message), {}, std::move(hint), ExitStatus::usage);
}

} // namespace migrate::client
