#include "client/server/connection.hpp"

#include "client/failure.hpp"
#include "client/server/password.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

namespace migrate::client {

namespace {

using Clock = std::chrono::steady_clock;

/// PQconnectdbParams and PQpingParams want two arrays that end with null.
class ParameterArrays {
  public:
    explicit ParameterArrays(const ConnectionParameters& parameters) {
        for (const auto& [keyword, value] : parameters) {
            keywords_.push_back(keyword.c_str());
            values_.push_back(value.c_str());
        }
        keywords_.push_back(nullptr);
        values_.push_back(nullptr);
    }

    const char* const* keywords() const { return keywords_.data(); }
    const char* const* values() const { return values_.data(); }

  private:
    std::vector<const char*> keywords_;
    std::vector<const char*> values_;
};

// Whether libpq takes `database` for more than a name.
bool is_connection_string(std::string_view database) {
    return database.starts_with("postgresql://") || database.starts_with("postgres://") ||
           database.find('=') != std::string_view::npos;
}

bool is_libpq_keyword(std::string_view keyword) {
    struct FreeOptions {
        void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
    };
    const std::unique_ptr<PQconninfoOption, FreeOptions> known(PQconndefaults());
    if (!known) {
        return true;
    }
    for (const PQconninfoOption* option = known.get(); option->keyword != nullptr; option++) {
        if (keyword == option->keyword) {
            return true;
        }
    }
    return false;
}

// A parameter `name=value` of an SQLAlchemy URL as libpq has it; empty when it has none such.
std::string libpq_parameter(std::string_view parameter) {
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    const std::string_view name = parameter.substr(0, equals);
    const std::string_view value =
        equals < parameter.size() ? parameter.substr(equals + 1) : std::string_view();
    if (name == "ssl") {
        const bool is_on = value == "true" || value == "True" || value == "1";
        const bool is_off = value == "false" || value == "False" || value == "0";
        const std::string_view mode = is_on ? "require" : is_off ? "disable" : value;
        return "sslmode=" + std::string(mode);
    }
    return is_libpq_keyword(name) ? std::string(parameter) : std::string();
}

std::string libpq_query(std::string_view query) {
    std::string result;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string parameter = libpq_parameter(query.substr(0, end));
        if (!parameter.empty()) {
            result += result.empty() ? '?' : '&';
            result += parameter;
        }
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return result;
}

[[noreturn]] void fail_connection(PGconn* connection) {
    std::string text = connection == nullptr ? "out of memory" : PQerrorMessage(connection);
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    throw ClientError(text);
}

// Asks the server whether it takes connections until it does or `deadline` has passed; what
// is wrong then, the connection will tell.
void wait_for_server(ConnectionParameters parameters, Clock::time_point deadline) {
    // A host that drops packets would otherwise hold one attempt for minutes.
    parameters.insert(parameters.begin(), {"connect_timeout", "3"});
    const ParameterArrays arrays(parameters);
    for (;;) {
        const PGPing answer = PQpingParams(arrays.keywords(), arrays.values(), 1);
        if (answer == PQPING_OK || answer == PQPING_NO_ATTEMPT || Clock::now() >= deadline) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
}

Connection attempt(const ConnectionParameters& parameters) {
    const ParameterArrays arrays(parameters);
    return Connection(PQconnectdbParams(arrays.keywords(), arrays.values(), 1));
}

Connection attempt_with_password(const ConnectionParameters& parameters,
                                 const ConnectionOptions& options) {
    std::optional<std::string> password;
    if (options.asks_password) {
        password = ask_password("Password: ");
    }
    for (;;) {
        ConnectionParameters all = parameters;
        if (password) {
            all.emplace_back("password", *password);
        }
        Connection connection = attempt(all);
        if (password || options.never_asks || connection == nullptr ||
            PQstatus(connection.get()) == CONNECTION_OK ||
            PQconnectionNeedsPassword(connection.get()) == 0) {
            return connection;
        }
        password =
            ask_password("Password for user " + std::string(PQuser(connection.get())) + ": ");
        if (!password) {
            return connection;
        }
    }
}

} // namespace

std::string libpq_url(std::string_view url) {
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) {
        return std::string(url);
    }
    const std::string_view scheme = url.substr(0, colon);
    const std::string_view dialect = scheme.substr(0, scheme.find('+'));
    if (dialect == scheme || (dialect != "postgresql" && dialect != "postgres")) {
        return std::string(url);
    }
    const std::string_view rest = url.substr(colon);
    const std::size_t question = std::min(rest.find('?'), rest.size());
    std::string result(dialect);
    result += rest.substr(0, question);
    if (question < rest.size()) {
        result += libpq_query(rest.substr(question + 1));
    }
    return result;
}

ConnectionParameters with_database(ConnectionParameters parameters, std::string_view database) {
    const std::string text = libpq_url(database);
    if (is_connection_string(text)) {
        // Of several, libpq takes a whole URI out of the first only.
        std::erase_if(parameters, [](const auto& entry) { return entry.first == "dbname"; });
        parameters.insert(parameters.begin(), {"dbname", text});
    } else {
        parameters.emplace_back("dbname", text);
    }
    return parameters;
}

ConnectionParameters with_database_name(ConnectionParameters parameters, std::string_view name) {
    // The first one only is taken apart, and what it consists of is not taken apart again.
    const bool is_first = std::none_of(parameters.begin(), parameters.end(),
                                       [](const auto& entry) { return entry.first == "dbname"; });
    std::string quoted;
    for (const char c : name) {
        quoted += c == '\'' || c == '\\' ? "\\" : "";
        quoted += c;
    }
    parameters.emplace_back("dbname", is_first ? "dbname='" + quoted + "'" : std::string(name));
    return parameters;
}

ConnectionParameters connection_parameters(const ConnectionOptions& options,
                                           const char* database_url) {
    ConnectionParameters parameters;
    if (database_url != nullptr && *database_url != '\0') {
        parameters.emplace_back("dbname", libpq_url(database_url));
    }
    const std::string database = options.database.value_or("");
    if (!database.empty()) {
        const bool replaces = is_connection_string(libpq_url(database));
        parameters = with_database(replaces ? ConnectionParameters() : parameters, database);
    }
    const std::pair<const char*, const std::optional<std::string>&> given[] = {
        {"host", options.host}, {"port", options.port}, {"user", options.user}};
    for (const auto& [keyword, value] : given) {
        if (value) {
            parameters.emplace_back(keyword, *value);
        }
    }
    parameters.emplace_back("client_encoding", "UTF8");
    parameters.emplace_back("fallback_application_name", "migratectl");
    return parameters;
}

Connection connect(const ConnectionParameters& parameters, const ConnectionOptions& options) {
    const auto deadline = Clock::now() + std::chrono::seconds(options.wait_seconds);
    for (;;) {
        if (options.wait_seconds > 0) {
            wait_for_server(parameters, deadline);
        }
        Connection connection = attempt_with_password(parameters, options);
        if (connection != nullptr && PQstatus(connection.get()) == CONNECTION_OK) {
            return connection;
        }
        // A container's server starts, is set up, stops and starts again: what answered a
        // moment ago may be gone.  An error of a server that is there is final.
        const ParameterArrays arrays(parameters);
        const bool is_final = Clock::now() >= deadline ||
                              PQpingParams(arrays.keywords(), arrays.values(), 1) == PQPING_OK;
        if (options.wait_seconds == 0 || is_final) {
            fail_connection(connection.get());
        }
    }
}

} // namespace migrate::client
