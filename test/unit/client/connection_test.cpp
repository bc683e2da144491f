// From options and URLs to what libpq is given.
#include "client/commands/fleet_databases.hpp"
#include "client/server/connection.hpp"

#include <gtest/gtest.h>

#include <map>

namespace migrate::client {
namespace {

// What libpq would connect with, as it reads the parameters itself.
std::map<std::string, std::string> effective(const ConnectionParameters& parameters) {
    std::map<std::string, std::string> result;
    bool is_first = true;
    for (const auto& [keyword, value] : parameters) {
        if (keyword == "dbname" && is_first &&
            (value.find("://") != std::string::npos || value.find('=') != std::string::npos)) {
            PQconninfoOption* options = PQconninfoParse(value.c_str(), nullptr);
            EXPECT_NE(options, nullptr) << value;
            for (PQconninfoOption* each = options; each != nullptr && each->keyword != nullptr;
                 each++) {
                if (each->val != nullptr) {
                    result[each->keyword] = each->val;
                }
            }
            PQconninfoFree(options);
        } else {
            result[keyword] = value;
        }
        is_first = is_first && keyword != "dbname";
    }
    return result;
}

TEST(ClientUrl, Sqlalchemy) {
    EXPECT_EQ(libpq_url("postgresql+asyncpg://u:p%40@h:5433/d"), "postgresql://u:p%40@h:5433/d");
    EXPECT_EQ(libpq_url("postgresql+psycopg2:///d?host=/run/pg"), "postgresql:///d?host=/run/pg");
    EXPECT_EQ(libpq_url("postgresql+asyncpg://h/d?ssl=true&prepared_statement_cache_size=0"),
              "postgresql://h/d?sslmode=require");
    EXPECT_EQ(libpq_url("postgresql+asyncpg://h/d?ssl=verify-full"),
              "postgresql://h/d?sslmode=verify-full");
    EXPECT_EQ(libpq_url("postgresql+asyncpg://h/d?async_fallback=true"), "postgresql://h/d");
}

TEST(ClientUrl, OthersStayAsTheyAre) {
    for (const char* const url : {"postgresql://h/d?unknown=1", "postgres://h", "orders",
                                  "dbname=x", "mysql+pymysql://h/d", "service=here"}) {
        EXPECT_EQ(libpq_url(url), url);
    }
}

TEST(ClientParameters, OptionsBeforeUrlBeforeEnvironment) {
    ConnectionOptions options;
    options.port = "7";
    const auto fromUrl = effective(connection_parameters(options, "postgresql://u@h:5/d"));
    EXPECT_EQ(fromUrl.at("host"), "h");
    EXPECT_EQ(fromUrl.at("port"), "7");
    EXPECT_EQ(fromUrl.at("dbname"), "d");

    options.database = "other";
    const auto named = effective(connection_parameters(options, "postgresql://u@h:5/d"));
    EXPECT_EQ(named.at("host"), "h");
    EXPECT_EQ(named.at("dbname"), "other");

    options.database = "postgresql+asyncpg://elsewhere/e";
    const auto replaced = effective(connection_parameters(options, "postgresql://u@h:5/d"));
    EXPECT_EQ(replaced.at("host"), "elsewhere");
    EXPECT_EQ(replaced.at("dbname"), "e");
    EXPECT_EQ(replaced.count("user"), 0U);

    EXPECT_EQ(effective(connection_parameters(ConnectionOptions(), nullptr)).count("dbname"), 0U);
}

TEST(ClientParameters, AnotherDatabaseOfTheSameServer) {
    const ConnectionParameters base =
        connection_parameters(ConnectionOptions(), "postgresql://u@h:5/d");
    EXPECT_EQ(effective(with_database(base, "tenant")).at("host"), "h");
    EXPECT_EQ(effective(with_database(base, "tenant")).at("dbname"), "tenant");
    EXPECT_EQ(effective(with_database(base, "postgresql://k/t")).at("host"), "k");
    EXPECT_EQ(effective(with_database(base, "postgresql://k/t")).at("dbname"), "t");
    for (const char* name : {"tenant", "postgresql://k/t", "host=k dbname=t", "it's \\ 'k'=x"}) {
        EXPECT_EQ(effective(with_database_name(base, name)).at("host"), "h");
        EXPECT_EQ(effective(with_database_name(base, name)).at("dbname"), name);
        const auto alone = effective(with_database_name({{"host", "h"}}, name));
        EXPECT_EQ(alone.at("host"), "h");
        EXPECT_EQ(alone.at("dbname"), name);
    }
}

TEST(ClientFleetList, LinesOfAFile) {
    EXPECT_EQ(database_lines("# tenants\n a \r\n\nb\na\n  # c\n"),
              (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(database_lines("x"), (std::vector<std::string>{"x"}));
    EXPECT_TRUE(database_lines("").empty());
}

} // namespace
} // namespace migrate::client
