// A connection to a database that has the extension.  While it waits for the server it hands
// out notices as they come, ticks for whoever draws, and passes interrupts on as cancels.
#pragma once

#include "client/server/connection.hpp"
#include "client/server/result.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace migrate::client {

class Session {
  public:
    /// Finds the extension's functions.  Throws ClientError where the database lacks the
    /// extension, unless `creates_extension` is set.
    Session(Connection connection, bool creates_extension);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    /// What is called for each notice, and ten times a second during a wait.
    void on_notice(std::function<void(const Report&)> handler) {
        notice_handler_ = std::move(handler);
    }
    void on_tick(std::function<void()> handler) { tick_handler_ = std::move(handler); }

    /// Runs one statement; "{}" in it stands for the schema of the extension's functions.
    /// Throws ServerError, or ClientError when the connection breaks.
    Result run(std::string_view statement, std::span<const Parameter> parameters = {});

    /// The same statement for many rows of parameters, in few round trips; each result is
    /// handed to `receive`.  Throws as run() does; `failed`, if not null, then holds which
    /// row it was.
    void run_many(std::string_view statement, std::size_t count,
                  const std::function<std::vector<Parameter>(std::size_t)>& parameters,
                  const std::function<void(std::size_t, const Result&)>& receive,
                  std::size_t* failed = nullptr);

    bool is_in_transaction() const {
        return PQtransactionStatus(connection_.get()) != PQTRANS_IDLE;
    }
    std::string database() const { return PQdb(connection_.get()); }

  private:
    std::string in_schema(std::string_view statement) const;
    void find_extension(bool creates_extension);
    Result next_result();
    Result checked(Result result) const;
    void finish_statement();
    void wait_for_input();
    void cancel();
    void check_sent(int outcome) const;
    [[noreturn]] void fail_lost() const;
    void receive_notice(const PGresult* notice);

    Connection connection_;
    std::string schema_; ///< quoted where it must be
    bool has_canceled_ = false;
    std::function<void(const Report&)> notice_handler_;
    std::function<void()> tick_handler_;
};

/// A transaction that is rolled back unless commit() is reached.
class Transaction {
  public:
    explicit Transaction(Session& session);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

  private:
    Session& session_;
    bool is_open_ = true;
};

} // namespace migrate::client
