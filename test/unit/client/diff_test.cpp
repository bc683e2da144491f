// Unified diffs, also against the tool whose format they have.
#include "client/output/diff.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>

namespace migrate::client {
namespace {

std::string diff(std::string_view before, std::string_view after) {
    return unified_diff({"a", before}, {"b", after});
}

TEST(ClientDiff, EqualTexts) {
    EXPECT_EQ(diff("", ""), "");
    EXPECT_EQ(diff("x\ny", "x\ny"), "");
}

TEST(ClientDiff, OneLine) {
    EXPECT_EQ(diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
              "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(ClientDiff, FirstLineOfTheFileCounts) {
    EXPECT_EQ(unified_diff({"a", "x\n", 7}, {"b", "y\n", 9}),
              "--- a\n+++ b\n@@ -7 +9 @@\n-x\n+y\n");
}

TEST(ClientDiff, LastLineWithoutLineFeed) {
    EXPECT_EQ(diff("x", "x\n"),
              "--- a\n+++ b\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n");
}

TEST(ClientDiff, EmptySides) {
    EXPECT_EQ(diff("", "x\n"), "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n");
    EXPECT_EQ(diff("x\ny\n", ""), "--- a\n+++ b\n@@ -1,2 +0,0 @@\n-x\n-y\n");
}

// patch(1) makes the second text out of the first, whatever both are.
TEST(ClientDiff, PatchUnderstandsIt) {
    if (std::system("patch --version >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "there is no patch here";
    }
    const auto folder = std::filesystem::temp_directory_path() /
                        ("migrate-diff-" + std::to_string(std::random_device()()));
    std::filesystem::create_directory(folder);
    std::mt19937 random(20260101);
    const auto text = [&] {
        std::string result;
        for (unsigned i = random() % 30; i > 0; i--) {
            result += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
        }
        if (random() % 4 == 0 && !result.empty()) {
            result.pop_back();
        }
        return result;
    };
    for (int round = 0; round < 60; round++) {
        const std::string before = text();
        const std::string after = text();
        const std::string difference = diff(before, after);
        if (difference.empty()) {
            continue;
        }
        std::ofstream(folder / "file") << before;
        std::ofstream(folder / "diff") << difference;
        const std::string command = "patch --silent --force --fuzz=0 -o '" +
                                    (folder / "out").string() + "' '" + (folder / "file").string() +
                                    "' <'" + (folder / "diff").string() + "'";
        ASSERT_EQ(std::system(command.c_str()), 0) << difference;
        std::ostringstream made;
        made << std::ifstream(folder / "out").rdbuf();
        EXPECT_EQ(made.str(), after) << difference;
    }
    std::filesystem::remove_all(folder);
}

TEST(ClientDiff, HugeTextsEnd) {
    std::string before;
    std::string after;
    for (int i = 0; i < 20000; i++) {
        before += "before " + std::to_string(i) + "\n";
        after += "after " + std::to_string(i) + "\n";
    }
    EXPECT_GT(diff(before, after).size(), before.size() + after.size());
}

} // namespace
} // namespace migrate::client
