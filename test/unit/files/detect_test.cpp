// Telling layouts apart, and their names.
#include "examples.hpp"

#include "files/native.hpp"

#include <chrono>

namespace migrate::files {
namespace {

const std::string dbmate_text = "-- migrate:up\n-- migrate:down\n";
const std::string native_text = "-- revision: a1\n-- down_revision:\n\n-- migrate:up\n";

TEST(Layouts, HaveNames) {
    for (const Layout layout : all_layouts) {
        EXPECT_EQ(layout_named(layout_name(layout)), layout);
    }
    EXPECT_FALSE(layout_named("alembic"));
    EXPECT_FALSE(layout_named(""));
}

TEST(Layouts, AreToldByNamesAndMarkers) {
    const std::pair<Layout, SourceFile> examples[] = {
        {Layout::native, {"2024_01_15_1430-a1_x.sql", native_text}},
        {Layout::native, {"first.sql", native_text}},
        {Layout::golang_migrate, {"1_a.up.sql", ""}},
        {Layout::diesel, {"2024-01-15-143000_a/up.sql", ""}},
        {Layout::dbmate, {"20240115143000_a.sql", dbmate_text}},
        {Layout::goose, {"00001_a.sql", "-- +goose Up\n"}},
        {Layout::flyway, {"V1__a.sql", ""}},
        {Layout::flyway, {"R__a.sql", ""}},
        {Layout::sqitch, {"sqitch.plan", ""}}};
    for (const auto& [layout, file] : examples) {
        EXPECT_EQ(detect_layout(Files{file, {"README.md", "-- +goose Up"}, {"seed.sql", ""}}),
                  layout)
            << file.path;
    }
}

TEST(Layouts, AreToldBehindAByteOrderMark) {
    const std::string mark = "\xEF\xBB\xBF";
    EXPECT_EQ(detect_layout(Files{{"1_a.sql", mark + "-- +goose Up\n"}}), Layout::goose);
    EXPECT_EQ(detect_layout(Files{{"1_a.sql", mark + dbmate_text}}), Layout::dbmate);
    EXPECT_EQ(detect_layout(Files{{"a.sql", mark + native_text}}), Layout::native);
    const SourceError error = source_error([] {
        detect_layout(Files{{"1_a.sql", std::string("\xFF\xFE-\0-\0", 6)}});
    });
    EXPECT_EQ(error.message(), "file is in UTF-16");
}

TEST(Layouts, MustNotBeMixed) {
    const SourceError error = source_error([] {
        detect_layout(
            Files{{"1_a.up.sql", ""}, {"2_b.sql", dbmate_text}, {"3_c.sql", dbmate_text}});
    });
    EXPECT_EQ(error.detail(), "golang-migrate: 1_a.up.sql. dbmate: 2_b.sql, 3_c.sql.");
    EXPECT_NE(error.hint().find("--format"), std::string::npos);
}

TEST(Layouts, AreUnknownWithoutNameOrMarker) {
    const auto error = [](const Files& files) {
        return source_error([&files] { detect_layout(files); });
    };
    EXPECT_EQ(error({}).message(), "directory holds no files");
    EXPECT_EQ(error({{"README.md", ""}}).message(), "directory holds no migrations");
    EXPECT_EQ(error({{"schema.sql", ""}, {"db/migrations/2_b.sql", dbmate_text}}).detail(),
              "Those in db/migrations look like dbmate.");
    const SourceError unknown = error({{"1_a.sql", "SELECT 1;"}});
    EXPECT_EQ(unknown.path(), "1_a.sql");
    EXPECT_NE(unknown.hint().find("goose"), std::string::npos);
}

TEST(Layouts, NeedTheTextsOfScriptsOnly) {
    for (const char* path :
         {"a.sql", "x/A.SQL", "sqitch.plan", "1/metadata.toml", "V1__a.sql.conf"}) {
        EXPECT_TRUE(holds_text(path)) << path;
    }
    for (const char* path : {"README.md", "a.sql.bak", "V1__a.java", ".gitkeep"}) {
        EXPECT_FALSE(holds_text(path)) << path;
    }
}

TEST(Layouts, AreReadInMilliseconds) {
    Files files;
    for (int i = 0; i < 1000; ++i) {
        SourceRevision revision;
        revision.revision.id = "r" + std::to_string(i);
        if (i > 0) {
            revision.revision.down_revision = {"r" + std::to_string(i - 1)};
        }
        for (int line = 0; line < 40; ++line) {
            revision.up.text += "CREATE TABLE t" + std::to_string(line) + " (id int);\n";
        }
        revision.down = revision.up;
        files.push_back(
            {native_file_name(revision, {2024, 1, 15, 14, 30}), native_file_text(revision)});
    }
    const auto begin = std::chrono::steady_clock::now();
    const Layout layout = detect_layout(files);
    EXPECT_EQ(read_sources(layout, files).revisions.size(), files.size());
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(taken.count(), 2.0); // about 20 ms without sanitizers
    RecordProperty("milliseconds", static_cast<int>(taken.count() * 1000));
}

} // namespace
} // namespace migrate::files
