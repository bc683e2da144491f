// The pauses between tries.
#include "core/backoff.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

TEST(Backoff, DoublesUpToTheLongest) {
    // A chance of one half is the pause itself.
    EXPECT_EQ(retry_pause(1000, 30000, 1, 0.5), 1000);
    EXPECT_EQ(retry_pause(1000, 30000, 2, 0.5), 2000);
    EXPECT_EQ(retry_pause(1000, 30000, 5, 0.5), 16000);
    EXPECT_EQ(retry_pause(1000, 30000, 6, 0.5), 30000);
    EXPECT_EQ(retry_pause(1000, 30000, 1000000, 0.5), 30000);
    EXPECT_EQ(retry_pause(60000, 30000, 1, 0.5), 30000);
}

TEST(Backoff, IsSpreadOverHalfToOneAndAHalf) {
    EXPECT_EQ(retry_pause(1000, 30000, 1, 0.0), 500);
    EXPECT_EQ(retry_pause(1000, 30000, 1, 1.0), 1500);
}

TEST(Backoff, OfNothingIsNothing) {
    EXPECT_EQ(retry_pause(0, 30000, 1, 1.0), 0);
    EXPECT_EQ(retry_pause(0, 30000, 100, 1.0), 0);
}

} // namespace
} // namespace migrate::core
