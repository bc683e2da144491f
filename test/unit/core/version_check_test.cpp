// Which version comes first, and what a mismatch is told to be.
#include "core/version_check.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

TEST(Version, ComparesNumbersNotTexts) {
    EXPECT_TRUE(is_older("0.9", "1.0"));
    EXPECT_TRUE(is_older("1.9", "1.10"));
    EXPECT_TRUE(is_older("1.9.9", "2"));
    EXPECT_FALSE(is_older("1.10", "1.9"));
    EXPECT_FALSE(is_older("10.0", "9.9"));
}

TEST(Version, MissingNumbersAreZero) {
    EXPECT_TRUE(is_older("1", "1.0.1"));
    EXPECT_FALSE(is_older("1", "1.0"));
    EXPECT_FALSE(is_older("1.0", "1"));
}

TEST(Version, IsNotOlderThanItself) {
    EXPECT_FALSE(is_older("1.0", "1.0"));
    EXPECT_FALSE(is_older("", ""));
}

TEST(Version, OddOnesAreComparedToo) {
    EXPECT_TRUE(is_older("next", "1.0"));
    EXPECT_TRUE(is_older("1..2", "1.1"));
    EXPECT_FALSE(is_older("1.", "1"));
}

TEST(Version, AnOlderDatabaseIsUpdated) {
    const Failure failure = wrong_version("0.9", "1.0");
    EXPECT_EQ(failure.code(), FailureCode::not_in_prerequisite_state);
    EXPECT_EQ(failure.hint(), "Run ALTER EXTENSION migrate UPDATE.");
    EXPECT_NE(failure.detail().find("0.9"), std::string::npos);
    EXPECT_NE(failure.detail().find("1.0"), std::string::npos);
}

TEST(Version, AnOlderLibraryIsLoadedAnew) {
    const Failure failure = wrong_version("1.1", "1.0");
    EXPECT_EQ(failure.code(), FailureCode::not_in_prerequisite_state);
    EXPECT_EQ(failure.hint(),
              "Connect again; if that does not help, install version 1.1 on this server.");
}

} // namespace
} // namespace migrate::core
