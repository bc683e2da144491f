#include "engine/run/script_rules.hpp"

#include "core/failure.hpp"

#include <algorithm>

namespace migrate::engine {

using core::Failure;
using core::FailureCode;
using pg::StatementKind;

namespace {

std::string place_of(const pg::Script& script, std::size_t index) {
    return "Statement " + std::to_string(index + 1) + ", line " +
           std::to_string(pg::line_of(script.text(), script.statements()[index].location));
}

[[noreturn]] void refuse(const pg::Script& script, std::size_t index, const std::string& origin,
                         const std::string& message, const std::string& hint) {
    throw Failure(FailureCode::refused_statement, message,
                  place_of(script, index) + " of the " + origin + ".", hint);
}

/// Follows BEGIN and COMMIT; refuses all that could end a transaction which is not ours.
class TransactionBlocks {
  public:
    TransactionBlocks(const pg::Script& script, const std::string& origin)
        : script_(script), origin_(origin) {}

    void see(std::size_t index) {
        switch (script_.statements()[index].kind) {
        case StatementKind::transaction_begin:
            if (is_open()) {
                refuse(script_, index, origin_, "BEGIN inside of BEGIN in a revision", hint);
            }
            begin_ = index;
            break;
        case StatementKind::transaction_end:
            if (!is_open()) {
                refuse(script_, index, origin_,
                       script_.statements()[index].command + " without BEGIN in a revision", hint);
            }
            begin_ = none;
            break;
        case StatementKind::refuses_transaction:
            if (is_open()) {
                refuse(script_, index, origin_,
                       script_.statements()[index].command + " cannot run inside of BEGIN",
                       "Take it out of the BEGIN and COMMIT around it.");
            }
            break;
        case StatementKind::transaction_control:
            refuse(script_, index, origin_,
                   script_.statements()[index].command + " is not allowed in a revision", hint);
        default:
            break;
        }
    }

    void finish() const {
        if (is_open()) {
            refuse(script_, begin_, origin_, "BEGIN without COMMIT in a revision", hint);
        }
    }

  private:
    static constexpr std::size_t none = std::size_t(-1);
    bool is_open() const { return begin_ != none; }

    static constexpr const char* hint =
        "The transaction belongs to the caller: remove the statement, or use a DO block with "
        "EXCEPTION to go on after an error.";

    const pg::Script& script_;
    const std::string& origin_;
    std::size_t begin_ = none; // the BEGIN that is open
};

} // namespace

void check_script(const pg::Script& script, const std::string& origin) {
    TransactionBlocks blocks(script, origin);
    for (std::size_t i = 0; i < script.statements().size(); i++) {
        blocks.see(i);
        const pg::ParsedStatement& statement = script.statements()[i];
        if (statement.kind == StatementKind::client_copy) {
            refuse(script, i, origin, statement.command + " is not allowed in a revision",
                   "Use INSERT, or COPY with a file on the server.");
        }
        if (statement.kind == StatementKind::session_state) {
            refuse(script, i, origin, statement.command + " is not allowed in a revision",
                   "It would change the caller's session beyond the revision.");
        }
    }
    blocks.finish();
}

bool is_transactional(const pg::Script& script) {
    return std::none_of(
        script.statements().begin(), script.statements().end(),
        [](const auto& statement) { return statement.kind == StatementKind::refuses_transaction; });
}

void require_transactional(const pg::Script& script, const std::string& origin,
                           const std::string& hint) {
    const auto& statements = script.statements();
    for (std::size_t i = 0; i < statements.size(); i++) {
        if (statements[i].kind == StatementKind::refuses_transaction) {
            throw Failure(FailureCode::refuses_transaction,
                          statements[i].command + " cannot run inside of a transaction",
                          place_of(script, i) + " of the " + origin + ".", hint);
        }
    }
}

bool has_transaction_blocks(const pg::Script& script) {
    return std::any_of(
        script.statements().begin(), script.statements().end(),
        [](const auto& statement) { return statement.kind == StatementKind::transaction_begin; });
}

bool is_run(StatementKind kind) {
    return kind != StatementKind::transaction_begin && kind != StatementKind::transaction_end;
}

} // namespace migrate::engine
