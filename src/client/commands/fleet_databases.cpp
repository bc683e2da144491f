#include "client/commands/fleet_databases.hpp"

#include "client/failure.hpp"
#include "client/server/result.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <unordered_set>

namespace migrate::client {

namespace {

std::string_view trimmed(std::string_view line) {
    const std::size_t start = line.find_first_not_of(" \t\r");
    if (start == std::string_view::npos) {
        return {};
    }
    return line.substr(start, line.find_last_not_of(" \t\r") - start + 1);
}

std::string file_content(const std::string& path) {
    std::ostringstream text;
    if (path == "-") {
        text << std::cin.rdbuf();
        return std::move(text).str();
    }
    std::ifstream file(path);
    if (!file) {
        throw ClientError(std::string("could not read it: ") + std::strerror(errno)).at(path);
    }
    if (file.peek() != std::ifstream::traits_type::eof()) {
        text << file.rdbuf();
    }
    return std::move(text).str();
}

// "orders" for a name, "host:port/orders" for a connection string.
std::string shown_name(const std::string& database) {
    struct FreeOptions {
        void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
    };
    const std::string url = libpq_url(database);
    if (url.find("://") == std::string::npos && url.find('=') == std::string::npos) {
        return database;
    }
    const std::unique_ptr<PQconninfoOption, FreeOptions> options(
        PQconninfoParse(url.c_str(), nullptr));
    if (!options) {
        throw ClientError("the list of databases has a connection string that cannot be read");
    }
    std::string host;
    std::string port;
    std::string name;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; option++) {
        const std::string_view keyword = option->keyword;
        const std::string value = option->val == nullptr ? "" : option->val;
        if (keyword == "host") {
            host = value;
        } else if (keyword == "port") {
            port = value;
        } else if (keyword == "dbname") {
            name = value;
        }
    }
    return host + (port.empty() ? "" : ":" + port) + "/" + name;
}

std::vector<std::string> queried(const ConnectionParameters& base, const Options& options) {
    const Connection connection = connect(base, options.connection);
    const Result result(PQexec(connection.get(), options.fleet.query.c_str()));
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
        if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) {
            throw ServerError(read_report(result.get()));
        }
        throw ClientError("the query of --query returned no rows to read names from");
    }
    std::vector<std::string> names;
    for (int i = 0; i < result.rows(); i++) {
        const std::string name(result.text(i, 0));
        if (!result.is_null(i, 0) && std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    }
    return names;
}

// Puts those that go first at the start, and returns how many they are.
std::size_t put_canaries_first(std::vector<FleetDatabase>& databases, const std::string& canary) {
    if (canary.empty()) {
        return 0;
    }
    const auto named = std::find_if(databases.begin(), databases.end(),
                                    [&](const FleetDatabase& each) { return each.name == canary; });
    if (named != databases.end()) {
        std::rotate(databases.begin(), named, named + 1);
        return 1;
    }
    if (canary.find_first_not_of("0123456789") == std::string::npos && canary.size() < 9) {
        return std::min<std::size_t>(std::stoul(canary), databases.size());
    }
    throw usage_error("the canary \"" + canary + "\" is not one of the databases",
                      "Name one of them, or say how many of the first ones go before the others.");
}

} // namespace

std::vector<std::string> database_lines(std::string_view text) {
    std::vector<std::string> lines;
    std::unordered_set<std::string> seen;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string line(trimmed(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && line[0] != '#' && seen.insert(line).second) {
            lines.push_back(line);
        }
    }
    return lines;
}

std::vector<FleetDatabase> fleet_databases(const Options& options, std::size_t& canaries) {
    const ConnectionParameters base =
        connection_parameters(options.connection, std::getenv("DATABASE_URL"));
    const bool has_query = !options.fleet.query.empty();
    const std::vector<std::string> texts =
        has_query ? queried(base, options) : database_lines(file_content(options.fleet.databases));
    std::vector<FleetDatabase> databases;
    databases.reserve(texts.size());
    for (const std::string& text : texts) {
        // Others may have chosen the names that a query finds.
        databases.push_back(has_query ? FleetDatabase{text, with_database_name(base, text)}
                                      : FleetDatabase{shown_name(text), with_database(base, text)});
    }
    if (databases.empty()) {
        throw ClientError("the list of databases is empty");
    }
    canaries = put_canaries_first(databases, options.fleet.canary);
    return databases;
}

} // namespace migrate::client
