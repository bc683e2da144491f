// The command line: what typing means, and what is refused.
#include "client/cli/arguments.hpp"
#include "client/cli/nearest_name.hpp"
#include "client/failure.hpp"

#include <gtest/gtest.h>

#include <array>

namespace migrate::client {
namespace {

Options parsed(std::vector<std::string> arguments) {
    const auto options = parse_arguments(std::move(arguments));
    EXPECT_TRUE(options.has_value());
    return options.value_or(Options());
}

std::string refusal(std::vector<std::string> arguments) {
    try {
        parse_arguments(std::move(arguments));
    } catch (const ClientError& error) {
        EXPECT_EQ(error.status(), ExitStatus::usage);
        EXPECT_NE(error.hint(), "");
        return error.what() + std::string(" | ") + error.hint();
    }
    return "accepted";
}

TEST(ClientArguments, TargetsThatLookLikeOptions) {
    EXPECT_EQ(parsed({"down", "-1"}).target, "-1");
    EXPECT_EQ(parsed({"up", "+2"}).target, "+2");
    EXPECT_EQ(parsed({"sql", "-2:"}).target, "-2:");
    EXPECT_EQ(parsed({"down", "-1", "-p", "5433"}).connection.port, "5433");
    EXPECT_EQ(parsed({"plan", "--direction", "downgrade", "-12"}).target, "-12");
    EXPECT_EQ(parsed({"fleet", "revert", "-1", "--query", "SELECT 1"}).target, "-1");
}

TEST(ClientArguments, OptionsStandAnywhere) {
    const Options options = parsed({"-h", "server", "up", "--prefix=shop", "head", "--json"});
    EXPECT_EQ(options.command, Command::upgrade);
    EXPECT_EQ(options.connection.host, "server");
    EXPECT_EQ(options.prefix, "shop");
    EXPECT_EQ(options.target, "head");
    EXPECT_TRUE(options.json);
}

TEST(ClientArguments, DirectoryBeforeTheCommand) {
    const Options options = parsed({"--wait", "5", ".", "up"});
    EXPECT_EQ(options.directory, ".");
    EXPECT_EQ(options.connection.wait_seconds, 5);
    EXPECT_FALSE(parsed({"up"}).directory.has_value());
    EXPECT_EQ(parsed({"load", "."}).directory, ".");
    EXPECT_EQ(parsed({"--directory", "elsewhere", "up"}).directory, "elsewhere");
}

TEST(ClientArguments, EveryPairOfNamesIsOneCommand) {
    EXPECT_EQ(parsed({"up"}).command, parsed({"upgrade"}).command);
    EXPECT_EQ(parsed({"down"}).command, parsed({"downgrade"}).command);
    EXPECT_EQ(parsed({"log"}).command, parsed({"history"}).command);
}

TEST(ClientArguments, Mistakes) {
    EXPECT_EQ(refusal({"upgrad"}), "unknown command \"upgrad\" | Did you mean \"upgrade\"?");
    EXPECT_EQ(refusal({"hsitory"}), "unknown command \"hsitory\" | Did you mean \"history\"?");
    EXPECT_EQ(refusal({".", "upgrad"}), "unknown command \"upgrad\" | Did you mean \"upgrade\"?");
    EXPECT_NE(refusal({"stamp"}).find("See migratectl stamp --help."), std::string::npos);
    EXPECT_NE(refusal({"up", "head", "again"}).find("again"), std::string::npos);
    EXPECT_NE(refusal({"--format", "nothing", "up"}).find("golang-migrate"), std::string::npos);
    EXPECT_NE(refusal({"fleet", "up"}).find("--databases"), std::string::npos);
    EXPECT_NE(refusal({"fleet", "show", "--query", "SELECT 1"}).find("\"show\""),
              std::string::npos);
    EXPECT_NE(refusal({"--wait", "-5", "up"}), "accepted");
    EXPECT_NE(refusal({"."}), "accepted");
}

TEST(ClientArguments, CompletionKnowsTheCommands) {
    const std::string script = bash_completion();
    for (const char* const word : {"upgrade", "import-alembic", "--purge", "--dry-run", "fleet"}) {
        EXPECT_NE(script.find(word), std::string::npos) << word;
    }
}

TEST(ClientNearest, NamesThatAreNear) {
    const std::array<std::string, 3> names = {"upgrade", "heads", "show"};
    EXPECT_EQ(nearest_name("upgarde", names), "upgrade");
    EXPECT_EQ(nearest_name("head", names), "heads");
    EXPECT_EQ(nearest_name("frobnicate", names), "");
}

} // namespace
} // namespace migrate::client
