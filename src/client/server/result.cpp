#include "client/server/result.hpp"

namespace migrate::client {

namespace {

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : text;
}

std::string formatted(const PGresult* result, PGVerbosity verbosity, PGContextVisibility context) {
    struct Free {
        void operator()(char* text) const { PQfreemem(text); }
    };
    const std::unique_ptr<char, Free> text(PQresultVerboseErrorMessage(result, verbosity, context));
    std::string all = text ? text.get() : "";
    while (!all.empty() && all.back() == '\n') {
        all.pop_back();
    }
    return all;
}

// The text of a revision may be long; the line that matters stands above it.
void remove_query(std::string& text, const std::string& query) {
    const std::string part = "QUERY:  " + query;
    const std::size_t at = query.empty() ? std::string::npos : text.find(part);
    if (at == std::string::npos) {
        return;
    }
    text.erase(at, part.size() + 1);
    if (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
}

} // namespace

Report read_report(const PGresult* result) {
    Report report;
    report.severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    report.sqlstate = field(result, PG_DIAG_SQLSTATE);
    report.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    report.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    report.hint = field(result, PG_DIAG_MESSAGE_HINT);
    report.context = field(result, PG_DIAG_CONTEXT);
    report.text = formatted(result, PQERRORS_DEFAULT, PQSHOW_CONTEXT_ERRORS);
    remove_query(report.text, field(result, PG_DIAG_INTERNAL_QUERY));
    report.verbose = formatted(result, PQERRORS_VERBOSE, PQSHOW_CONTEXT_ALWAYS);
    if (report.message.empty()) {
        report.message = report.text;
    }
    return report;
}

} // namespace migrate::client
