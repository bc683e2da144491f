#include "client/server/session.hpp"

#include "client/failure.hpp"
#include "client/server/interrupts.hpp"
#include "client/server/statements.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>

namespace migrate::client {

namespace {

constexpr int tick_milliseconds = 100;
// Rows of parameters between two synchronisations: enough to make round trips cheap.
constexpr std::size_t batch_size = 100;

std::vector<const char*> pointers(std::span<const Parameter> parameters) {
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const Parameter& parameter : parameters) {
        values.push_back(parameter ? parameter->c_str() : nullptr);
    }
    return values;
}

bool is_error(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

} // namespace

Session::Session(Connection connection, bool creates_extension)
    : connection_(std::move(connection)) {
    PQsetNoticeReceiver(
        connection_.get(),
        [](void* session, const PGresult* notice) {
            static_cast<Session*>(session)->receive_notice(notice);
        },
        this);
    find_extension(creates_extension);
}

Session::~Session() = default;

void Session::receive_notice(const PGresult* notice) {
    if (notice_handler_) {
        notice_handler_(read_report(notice));
    }
}

void Session::find_extension(bool creates_extension) {
    if (creates_extension) {
        run(statements::create_extension);
    }
    const Result found = run(statements::find_extension);
    if (found.rows() == 0) {
        throw ClientError("extension \"migrate\" is not installed in database \"" + database() +
                              "\"",
                          {}, "Run CREATE EXTENSION migrate in it, or give --create-extension.");
    }
    schema_ = found.text(0, 0);
}

std::string Session::in_schema(std::string_view statement) const {
    std::string result;
    for (;;) {
        const std::size_t mark = statement.find("{}");
        result += statement.substr(0, mark);
        if (mark == std::string_view::npos) {
            return result;
        }
        result += schema_;
        statement.remove_prefix(mark + 2);
    }
}

Result Session::run(std::string_view statement, std::span<const Parameter> parameters) {
    // An interrupt that came too late for one statement cancels the next, but not the one that
    // cleans up.
    has_canceled_ = has_canceled_ && statement == statements::rollback;
    const std::string text = in_schema(statement);
    const std::vector<const char*> values = pointers(parameters);
    check_sent(PQsendQueryParams(connection_.get(), text.c_str(), static_cast<int>(values.size()),
                                 nullptr, values.data(), nullptr, nullptr, 0));
    Result result = next_result();
    finish_statement();
    return checked(std::move(result));
}

void Session::run_many(std::string_view statement, std::size_t count,
                       const std::function<std::vector<Parameter>(std::size_t)>& parameters,
                       const std::function<void(std::size_t, const Result&)>& receive,
                       std::size_t* failed) {
    PGconn* connection = connection_.get();
    has_canceled_ = false;
    check_sent(PQsendPrepare(connection, "", in_schema(statement).c_str(), 0, nullptr));
    Result prepared = next_result();
    finish_statement();
    checked(std::move(prepared));

    for (std::size_t begin = 0; begin < count; begin += batch_size) {
        const std::size_t end = std::min(begin + batch_size, count);
        check_sent(PQenterPipelineMode(connection));
        for (std::size_t i = begin; i < end; i++) {
            const std::vector<Parameter> row = parameters(i);
            const std::vector<const char*> values = pointers(row);
            check_sent(PQsendQueryPrepared(connection, "", static_cast<int>(values.size()),
                                           values.data(), nullptr, nullptr, 0));
        }
        check_sent(PQpipelineSync(connection));
        std::optional<Report> error;
        for (std::size_t i = begin; i < end; i++) {
            const Result result = next_result();
            finish_statement();
            if (error) {
                continue; // the server skips what follows an error
            }
            if (is_error(result.get())) {
                error = read_report(result.get());
                if (failed != nullptr) {
                    *failed = i;
                }
            } else {
                receive(i, result);
            }
        }
        next_result(); // of the synchronisation
        check_sent(PQexitPipelineMode(connection));
        if (error) {
            throw ServerError(*error);
        }
    }
}

Result Session::next_result() {
    while (PQisBusy(connection_.get()) != 0) {
        wait_for_input();
    }
    Result result(PQgetResult(connection_.get()));
    if (PQstatus(connection_.get()) == CONNECTION_BAD && !is_error(result.get())) {
        fail_lost();
    }
    return result;
}

// What follows the one result of a statement, which is nothing.
void Session::finish_statement() {
    for (;;) {
        while (PQisBusy(connection_.get()) != 0) {
            wait_for_input();
        }
        const Result rest(PQgetResult(connection_.get()));
        if (rest.get() == nullptr) {
            return;
        }
    }
}

Result Session::checked(Result result) const {
    if (result.get() == nullptr) {
        fail_lost();
    }
    if (is_error(result.get())) {
        Report report = read_report(result.get());
        if (report.sqlstate.empty()) {
            fail_lost();
        }
        throw ServerError(std::move(report));
    }
    return result;
}

void Session::check_sent(int outcome) const {
    if (outcome != 1) {
        fail_lost();
    }
}

void Session::fail_lost() const {
    std::string message = PQerrorMessage(connection_.get());
    while (!message.empty() && message.back() == '\n') {
        message.pop_back();
    }
    throw ClientError(message.empty() ? "lost the connection to the server" : message);
}

void Session::wait_for_input() {
    // Once the cancel is sent, only the server can say what becomes of it.
    const bool watches_interrupts = !has_canceled_ && interrupt_descriptor() >= 0;
    std::array<pollfd, 2> descriptors = {{
        {PQsocket(connection_.get()), POLLIN, 0},
        {watches_interrupts ? interrupt_descriptor() : -1, POLLIN, 0},
    }};
    const int flushed = PQflush(connection_.get());
    if (flushed == 1) {
        descriptors[0].events |= POLLOUT;
    }
    const int ready = poll(descriptors.data(), descriptors.size(), tick_milliseconds);
    if (ready < 0 && errno != EINTR) {
        throw ClientError("could not wait for the server");
    }
    if (is_interrupted() && watches_interrupts) {
        cancel();
    }
    if (tick_handler_) {
        tick_handler_();
    }
    if (ready > 0 && descriptors[0].revents != 0 && PQconsumeInput(connection_.get()) == 0) {
        fail_lost();
    }
}

void Session::cancel() {
    has_canceled_ = true;
#ifdef LIBPQ_HAS_ASYNC_CANCEL
    // From 17 on there is a way that keeps to the connection's encryption.
    PGcancelConn* request = PQcancelCreate(connection_.get());
    PQcancelBlocking(request);
    PQcancelFinish(request);
#else
    PGcancel* request = PQgetCancel(connection_.get());
    if (request != nullptr) {
        std::array<char, 256> error = {};
        PQcancel(request, error.data(), static_cast<int>(error.size()));
        PQfreeCancel(request);
    }
#endif
}

Transaction::Transaction(Session& session) : session_(session) {
    session.run(statements::begin);
}

Transaction::~Transaction() {
    if (!is_open_) {
        return;
    }
    try {
        session_.run(statements::rollback);
    } catch (const std::exception&) {
        // The connection is gone, and the transaction with it.
        is_open_ = false;
    }
}

void Transaction::commit() {
    session_.run(statements::commit);
    is_open_ = false;
}

} // namespace migrate::client
