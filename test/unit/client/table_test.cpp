// Tables, and the texts in them.
#include "client/output/output.hpp"
#include "client/output/progress.hpp"
#include "client/output/table.hpp"
#include "client/output/terminal.hpp"

#include <gtest/gtest.h>

namespace migrate::client {
namespace {

class ClientText : public testing::Test {
  protected:
    void SetUp() override { prepare_characters(); }
};
using ClientTable = ClientText;

TEST_F(ClientTable, LooksLikePsql) {
    EXPECT_EQ(table({{"id"}, {"number", true}}, {{"a", "1"}, {"bcd", "10000000"}}, 0),
              " id  |  number\n"
              "-----+----------\n"
              " a   |        1\n"
              " bcd | 10000000\n"
              "(2 rows)\n");
    EXPECT_EQ(table({{"id"}}, {}, 0), " id\n----\n(0 rows)\n");
    EXPECT_EQ(table({{"id"}}, {{"x"}}, 0), " id\n----\n x\n(1 row)\n");
}

TEST_F(ClientTable, WideCharactersTakeTwoColumns) {
    EXPECT_EQ(table({{"m"}, {"n"}}, {{"漢字", "x"}, {"ab", "y"}}, 0), "  m   | n\n"
                                                                      "------+---\n"
                                                                      " 漢字 | x\n"
                                                                      " ab   | y\n"
                                                                      "(2 rows)\n");
}

TEST_F(ClientTable, FitsIntoTheTerminal) {
    const std::string text =
        table({{"id"}, {"message", false, true}}, {{"a1", std::string(200, 'm')}}, 40);
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = text.find('\n', start);
        EXPECT_LE(display_width(text.substr(start, end - start)), 40U);
        start = end + 1;
    }
    EXPECT_NE(text.find("m…"), std::string::npos);
}

TEST_F(ClientTable, OneLineEach) {
    EXPECT_EQ(table({{"m"}}, {{"first\nsecond"}}, 0), "   m\n--------\n first…\n(1 row)\n");
}

TEST_F(ClientText, NothingFromADatabaseCommandsTheTerminal) {
    EXPECT_EQ(printable("a\x1b[31mb"), "a\\x1B[31mb");
    EXPECT_EQ(printable("a\nb\tc"), "a\\x0Ab\\x09c");
    EXPECT_EQ(printable("a\nb\tc", true), "a\nb\tc");
    EXPECT_EQ(printable("\xc2\x9b"), "\\x9B");
    EXPECT_EQ(printable("größer 漢字"), "größer 漢字");
}

TEST_F(ClientText, Fitted) {
    EXPECT_EQ(fitted("abc", 3), "abc");
    EXPECT_EQ(fitted("abcd", 3), "ab…");
    EXPECT_EQ(fitted("漢字漢", 4), "漢…");
    EXPECT_EQ(fitted("abc", 0), "");
    EXPECT_LE(display_width(fitted("\xff\xfe\xfd\xfc", 2)), 2U);
}

TEST_F(ClientText, Durations) {
    EXPECT_EQ(spoken_duration(0), "0.0 ms");
    EXPECT_EQ(spoken_duration(9.96), "10 ms");
    EXPECT_EQ(spoken_duration(999.6), "1.0 s");
    EXPECT_EQ(spoken_duration(59949), "59.9 s");
    EXPECT_EQ(spoken_duration(59951), "1 min 0 s");
    EXPECT_EQ(spoken_duration(3725000), "1 h 2 min");
}

TEST_F(ClientText, ProgressOfTheServer) {
    const RevisionProgress progress = read_progress("[3/40] 0003 add orders … 34 ms");
    EXPECT_EQ(progress.number, 3U);
    EXPECT_EQ(progress.total, 40U);
    EXPECT_EQ(progress.revision, "0003");
    EXPECT_EQ(read_progress("[1/1] a1").revision, "a1");
    EXPECT_EQ(read_progress("something else").total, 0U);
    EXPECT_EQ(read_progress("[]").total, 0U);
    EXPECT_EQ(read_progress("[x] y/z").total, 0U);
}

} // namespace
} // namespace migrate::client
