// Directories of files, and the lines that errors of the server speak of.
#include "client/commands/directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

namespace migrate::client {
namespace {

namespace fs = std::filesystem;

class ClientDirectory : public testing::Test {
  protected:
    void SetUp() override {
        folder_ =
            fs::temp_directory_path() / ("migrate-files-" + std::to_string(std::random_device()()));
        fs::create_directory(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    void write(const std::string& path, const std::string& text) {
        fs::create_directories((folder_ / path).parent_path());
        std::ofstream(folder_ / path, std::ios::binary) << text;
    }

    fs::path folder_;
};

const char* const native = "-- revision: a1\n"
                           "-- down_revision:\n"
                           "\n"
                           "-- migrate:up\n"
                           "\n"
                           "SELECT 1;\n"
                           "SELECT 2;\n"
                           "-- migrate:down\n"
                           "SELECT 3;\n";

TEST_F(ClientDirectory, LinesOfErrors) {
    write("2026_01_01_0000-a1_x.sql", native);
    const Directory directory = read_directory(folder_.string(), std::nullopt);
    ASSERT_EQ(directory.sources.revisions.size(), 1U);
    const Places places(directory);
    const std::string file = (folder_ / "2026_01_01_0000-a1_x.sql").string();
    const auto place = [&](const char* context, const char* detail, bool is_up) {
        Report report;
        report.context = context;
        report.detail = detail;
        return places.place_of(report, is_up);
    };
    EXPECT_EQ(place("revision \"a1\" of the default prefix, statement 2, line 2", "", true),
              file + ":7");
    EXPECT_EQ(
        place("SQL function \"f\" statement 1\nPL/pgSQL function g() line 3 at SQL statement\n"
              "revision \"a1\" of prefix \"line 9\", statement 1, line 1",
              "", false),
        file + ":9");
    EXPECT_EQ(place("up text of revision \"a1\", line 2, column 20", "", false), file + ":7");
    EXPECT_EQ(place("", "Statement 1, line 1 of the down text of revision \"a1\".", true),
              file + ":9");
    EXPECT_EQ(place("revision \"b1\" of the default prefix, statement 2, line 2", "", true), "");
    EXPECT_EQ(place("something, line 4", "", true), "");
    EXPECT_EQ(Places().place_of(Report(), true), "");
}

TEST_F(ClientDirectory, MountedAsKubernetesDoesIt) {
    write("..2026_01_01/0001_a.up.sql", "SELECT 1;");
    fs::create_directory_symlink("..2026_01_01", folder_ / "..data");
    fs::create_symlink("..data/0001_a.up.sql", folder_ / "0001_a.up.sql");
    EXPECT_EQ(read_directory(folder_.string(), std::nullopt).sources.revisions.size(), 1U);
}

TEST_F(ClientDirectory, ErrorsHaveAPlace) {
    try {
        read_directory((folder_ / "nowhere").string(), std::nullopt);
        FAIL();
    } catch (const ClientError& error) {
        EXPECT_NE(std::string(error.what()).find("there is no directory"), std::string::npos);
    }
    fs::create_symlink("nothing", folder_ / "0001_a.up.sql");
    write("0002_b.up.sql", "SELECT 1;");
    try {
        read_directory(folder_.string(), std::nullopt);
        FAIL();
    } catch (const ClientError& error) {
        EXPECT_EQ(error.place(), (folder_ / "0001_a.up.sql").string());
    }
}

TEST_F(ClientDirectory, LinksInACircle) {
    write("0001_a.up.sql", "SELECT 1;");
    fs::create_directory_symlink(".", folder_ / "again");
    EXPECT_EQ(read_directory(folder_.string(), std::nullopt).sources.revisions.size(), 1U);
}

} // namespace
} // namespace migrate::client
