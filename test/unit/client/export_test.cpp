// Native files in a directory that may have some already.
#include "client/commands/export.hpp"

#include "client/commands/directory.hpp"
#include "client/failure.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace migrate::client {
namespace {

namespace fs = std::filesystem;

class Exporting : public testing::Test {
  protected:
    Exporting() {
        std::string name = (fs::temp_directory_path() / "exporting.XXXXXX").string();
        if (mkdtemp(name.data()) != nullptr) {
            folder_ = name;
        }
    }
    ~Exporting() override { fs::remove_all(folder_); }

    std::string directory() const { return (folder_ / "files").string(); }

    void put(const std::string& name, const std::string& text) const {
        fs::create_directories(directory());
        std::ofstream(directory() + "/" + name) << text;
    }

    std::vector<std::string> names() const {
        std::vector<std::string> result;
        if (fs::exists(directory())) {
            for (const auto& entry : fs::directory_iterator(directory())) {
                result.push_back(entry.path().filename().string());
            }
        }
        std::sort(result.begin(), result.end());
        return result;
    }

    std::string error_of(const std::vector<DatedRevision>& revisions) const {
        try {
            write_native_files(directory(), revisions, false);
        } catch (const ClientError& error) {
            return error.what();
        }
        return {};
    }

    static DatedRevision revision(const std::string& id, const std::string& message) {
        DatedRevision result;
        result.revision.revision.id = id;
        result.revision.message = message;
        result.revision.up.text = "SELECT 1;";
        result.time = {2024, 1, 15, 14, 30};
        return result;
    }

  private:
    fs::path folder_;
};

using Names = std::vector<std::string>;

TEST_F(Exporting, WritesEachRevisionOnce) {
    const std::vector<DatedRevision> revisions = {revision("a", "one"), revision("b", "two")};
    EXPECT_EQ(write_native_files(directory(), revisions, true).size(), 2U);
    EXPECT_EQ(names(), Names{}) << "a dry run writes nothing";
    EXPECT_TRUE(write_native_files(directory(), revisions, false).front().is_new);
    EXPECT_EQ(names(), (Names{"2024_01_15_1430-a_one.sql", "2024_01_15_1430-b_two.sql"}));
    EXPECT_FALSE(write_native_files(directory(), revisions, false).front().is_new);
    EXPECT_EQ(read_directory(directory(), std::nullopt).sources.revisions.size(), 2U);
}

TEST_F(Exporting, KeepsTheNameThatARevisionHas) {
    put("2023_12_31_2359-a.sql", "-- revision: a\n-- down_revision:\n-- message: one\n"
                                 "-- written by hand\n-- migrate:up\n\nSELECT 1;\n");
    const std::vector<DatedRevision> revisions = {revision("a", "one")};
    EXPECT_FALSE(write_native_files(directory(), revisions, false).front().is_new);
    EXPECT_EQ(names(), Names{"2023_12_31_2359-a.sql"});
}

TEST_F(Exporting, OverwritesNothing) {
    put("2023_12_31_2359-a.sql", "-- revision: a\n-- down_revision:\n-- migrate:up\nSELECT 2;\n");
    EXPECT_EQ(error_of({revision("b", ""), revision("a", "")}),
              "file holds another text of revision \"a\"");
    EXPECT_EQ(names(), Names{"2023_12_31_2359-a.sql"}) << "nor writes the others";
}

TEST_F(Exporting, RefusesTwoRevisionsWithOneName) {
    EXPECT_EQ(error_of({revision("a/b", ""), revision("a_b", "")}),
              "revision \"a_b\" needs a file of this name");
    EXPECT_EQ(names(), Names{});
}

TEST_F(Exporting, LeavesOtherLayoutsAlone) {
    put("1_a.up.sql", "SELECT 1;");
    EXPECT_EQ(error_of({revision("a", "")}), "directory holds migrations of golang-migrate");
    EXPECT_EQ(names(), Names{"1_a.up.sql"});
}

} // namespace
} // namespace migrate::client
