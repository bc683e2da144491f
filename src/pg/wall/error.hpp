// A server error as a C++ value: everything that ErrorData carries, in C++ memory,
// so that it outlives memory contexts and transactions and can be raised again
// unchanged at the SQL entry point.
#pragma once

#include <exception>
#include <memory>
#include <string>

namespace migrate::pg {

struct Report {
    int sqlstate = 0; // the server's packed form
    std::string message;
    std::string detail;
    std::string detail_log;
    std::string hint;
    std::string context;
    std::string schema_name;
    std::string table_name;
    std::string column_name;
    std::string datatype_name;
    std::string constraint_name;
    std::string internal_query;
    int cursor_position = 0;    // characters from 1, 0 = none
    int internal_position = 0;  // the same, into internal_query
    const char* file = nullptr; // lives as long as the process
    const char* function = nullptr;
    int line = 0;

    /// The five characters of the SQLSTATE.
    std::string sqlstate_text() const;
    /// Whether a lock could not be had: lock_timeout, NOWAIT, a deadlock.
    bool is_lost_lock() const;
    /// Whether it is no fault of the text that ran: another session, the server, the user.
    bool is_of_circumstances() const;
};

/// Thrown for every ERROR that a server call raised (see call.hpp).  Whoever
/// catches it must see to it that the (sub)transaction is aborted.
class Error : public std::exception {
  public:
    explicit Error(std::shared_ptr<const Report> report) noexcept : report_(std::move(report)) {}
    const char* what() const noexcept override { return report_->message.c_str(); }
    const Report& report() const noexcept { return *report_; }

  private:
    std::shared_ptr<const Report> report_;
};

} // namespace migrate::pg
