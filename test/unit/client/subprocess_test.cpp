// Running other programs, and command lines taken apart.
#include "client/server/subprocess.hpp"

#include "client/failure.hpp"

#include <gtest/gtest.h>

namespace migrate::client {
namespace {

using Words = std::vector<std::string>;

TEST(Subprocess, FeedsAndReadsMoreThanPipesHold) {
    const std::string text(3'000'000, 'x');
    const ProcessResult result = run_process({"cat"}, "/", text);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.output, text);
    EXPECT_EQ(result.errors, "");
}

TEST(Subprocess, TellsStatusAndBothStreams) {
    const ProcessResult result =
        run_process({"sh", "-c", "pwd; echo to nobody >&2; exit 7"}, "/usr", "");
    EXPECT_EQ(result.status, 7);
    EXPECT_EQ(result.output, "/usr\n");
    EXPECT_EQ(result.errors, "to nobody\n");
    EXPECT_EQ(run_process({"sh", "-c", "kill -9 $$"}, "/", "").status, 128 + 9);
}

TEST(Subprocess, SurvivesProgramsThatDoNotRead) {
    const std::string text(3'000'000, 'x');
    EXPECT_EQ(run_process({"sh", "-c", "exit 3"}, "/", text).status, 3);
}

TEST(Subprocess, SaysWhyNothingRan) {
    const auto message = [](const Words& arguments, const std::string& folder) {
        try {
            run_process(arguments, folder, "");
        } catch (const ClientError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message({"/no/such/program"}, "/"),
              "could not run /no/such/program: No such file or directory");
    EXPECT_EQ(message({"cat"}, "/no/such/folder"),
              "could not enter the directory /no/such/folder: No such file or directory");
}

TEST(Subprocess, PassesWordsAsTheyAre) {
    EXPECT_EQ(run_process({"printf", "%s|", "a b", "$HOME", "*", ""}, "/", "").output,
              "a b|$HOME|*||");
}

TEST(CommandWords, KeepQuotedWhiteSpace) {
    EXPECT_EQ(command_words("python3 -m alembic"), (Words{"python3", "-m", "alembic"}));
    EXPECT_EQ(command_words("  'a b'/c  \"d'e\" '' "), (Words{"a b/c", "d'e", ""}));
    EXPECT_EQ(command_words("  "), Words{});
    EXPECT_THROW(command_words("'a"), ClientError);
}

TEST(Programs, AreFoundInThePath) {
    EXPECT_NE(find_program("sh").find("/sh"), std::string::npos);
    EXPECT_EQ(find_program("./x"), "./x");
    EXPECT_EQ(find_program("no-such-program-anywhere"), "");
}

} // namespace
} // namespace migrate::client
