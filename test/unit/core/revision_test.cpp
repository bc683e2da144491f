#include "core/graph/revision.hpp"

#include "example_graphs.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

TEST(CheckIdentifier, AcceptsText) {
    for (const char* text : {"a", "0001", "1a2b3c4d5e6f", "add_users", "v1.2/β;'\"", "Head",
                             "\xFF\xFE" /* no UTF-8 */, "\xE3\x81"}) {
        EXPECT_NO_THROW(check_identifier("revision", text)) << text;
    }
    EXPECT_NO_THROW(check_identifier("revision", std::string(255, 'x')));
}

TEST(CheckIdentifier, RefusesWhatTargetsAreWrittenWith) {
    for (const char* text : {"",
                             "a@b",
                             "a-b",
                             "+a",
                             "a:",
                             "a b",
                             "\t",
                             "a\n",
                             "a\x7f",
                             "a\x1b[0m",
                             "a\u00a0",
                             "a\u2028",
                             "\u3000",
                             "\ufeff"
                             "a",
                             "\u202e"
                             "a",
                             "a\u0085",
                             "head",
                             "heads",
                             "base",
                             "current"}) {
        const Failure failure = expect_failure(FailureCode::invalid_name,
                                               [&] { check_identifier("branch label", text); });
        EXPECT_TRUE(mentions(failure.message(), {"branch label"}));
    }
    expect_failure(FailureCode::invalid_name,
                   [] { check_identifier("revision", std::string(256, 'x')); });
    expect_failure(FailureCode::invalid_name,
                   [] { check_identifier("revision", std::string_view("a\0b", 3)); });
    const Failure failure =
        expect_failure(FailureCode::invalid_name, [] { check_identifier("revision", "a@b"); });
    EXPECT_EQ(failure.message(), "revision \"a@b\" contains an illegal character");
    EXPECT_EQ(failure.detail(), "It contains \"@\".");
}

} // namespace
} // namespace migrate::core
