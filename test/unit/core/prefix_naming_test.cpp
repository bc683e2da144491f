// Prefix names and reserved object names.
#include "core/prefix_naming.hpp"

#include "core/failure.hpp"

#include <gtest/gtest.h>

#include <string>

namespace migrate::core {
namespace {

FailureCode code_of_name(std::string_view name) {
    try {
        check_prefix_name(name);
    } catch (const Failure& failure) {
        return failure.code();
    }
    ADD_FAILURE() << "prefix name " << name << " was accepted";
    return FailureCode::pending;
}

TEST(PrefixName, TakesLowerCaseLettersDigitsAndUnderscores) {
    EXPECT_NO_THROW(check_prefix_name("a"));
    EXPECT_NO_THROW(check_prefix_name("storage_elem_01"));
    EXPECT_NO_THROW(check_prefix_name(std::string(40, 'a')));
}

TEST(PrefixName, RefusesEverythingElse) {
    const std::string names[] = {"",
                                 "1a",
                                 "_a",
                                 "A",
                                 "aB",
                                 "a-b",
                                 "a b",
                                 "a.b",
                                 "a\"b",
                                 "\xc3\xa4",
                                 "a\xc3\xa4",
                                 "a@",
                                 std::string(41, 'a')};
    for (const std::string& name : names) {
        EXPECT_EQ(code_of_name(name), FailureCode::invalid_name) << name;
    }
}

TEST(Naming, KnowsTwoRules) {
    EXPECT_EQ(parse_naming("prefixed"), Naming::prefixed);
    EXPECT_EQ(parse_naming("any"), Naming::any);
    EXPECT_THROW(parse_naming("Any"), Failure);
}

TEST(Prefixed, IsThePrefixOrThePrefixAndAnUnderscore) {
    EXPECT_TRUE(is_prefixed("storage_elem", "storage_elem"));
    EXPECT_TRUE(is_prefixed("storage_elem_files", "storage_elem"));
    EXPECT_FALSE(is_prefixed("storage_elements", "storage_elem"));
    EXPECT_FALSE(is_prefixed("storage", "storage_elem"));
    EXPECT_FALSE(is_prefixed("Storage_elem_files", "storage_elem"));
}

TEST(Reservations, TheLongestPrefixWins) {
    Reservations reservations;
    reservations.add("public", "storage_elem", 1);
    reservations.add("public", "storage_elem_01", 2);
    EXPECT_EQ(reservations.holder_of("public", "storage_elem_01_files"), 2U);
    EXPECT_EQ(reservations.holder_of("public", "storage_elem_01"), 2U);
    EXPECT_EQ(reservations.holder_of("public", "storage_elem_011"), 1U);
    EXPECT_EQ(reservations.holder_of("public", "storage_elem_files"), 1U);
    EXPECT_EQ(reservations.holder_of("public", "storage_elements"), std::nullopt);
    EXPECT_EQ(reservations.holder_of("other", "storage_elem_01_files"), std::nullopt);
    EXPECT_EQ(reservations.holder_of("public", ""), std::nullopt);
    EXPECT_EQ(reservations.holder_of("public", "_"), std::nullopt);
}

} // namespace
} // namespace migrate::core
