// Layouts that have one line of versions: golang-migrate, diesel, dbmate, goose, Flyway.
#include "examples.hpp"

namespace migrate::files {
namespace {

using Texts = std::vector<std::string>;

/// Each revision but the first has exactly the one before it as its parent.
void expect_chain(const std::vector<SourceRevision>& revisions) {
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        const Texts parents = i == 0 ? Texts{} : Texts{revisions[i - 1].revision.id};
        EXPECT_EQ(revisions[i].revision.down_revision, parents);
    }
}

TEST(GolangMigrate, OrdersVersionsAsNumbers) {
    const auto revisions = read_revisions(Layout::golang_migrate, {{"10_c.up.sql", "c"},
                                                                   {"2_add_b.up.sql", "b"},
                                                                   {"2_add_b.down.sql", "not b"},
                                                                   {"0001_a.up.sql", "\n\n  a\n"},
                                                                   {"README.md", ""},
                                                                   {"notes/3_x.up.sql", "x"}});
    EXPECT_EQ(ids_of(revisions), (Texts{"0001", "2", "10"}));
    EXPECT_EQ(messages_of(revisions), (Texts{"a", "add b", "c"}));
    expect_chain(revisions);
    EXPECT_EQ(revisions[0].up, (SourceText{"  a", "0001_a.up.sql", 3}));
    EXPECT_FALSE(revisions[0].down);
    EXPECT_EQ(revisions[1].down, (SourceText{"not b", "2_add_b.down.sql", 1}));
    EXPECT_FALSE(revisions[0].up_transactional);
}

TEST(GolangMigrate, TakesVersionsBeyond64Bits) {
    const std::string big(30, '9');
    EXPECT_EQ(ids_of(read_revisions(Layout::golang_migrate,
                                    {{big + "_b.up.sql", ""}, {"8_a.up.sql", ""}})),
              (Texts{"8", big}));
}

TEST(GolangMigrate, RefusesWhatNearlyFits) {
    const Layout layout = Layout::golang_migrate;
    expect_source_error(layout, {{"1_a.up.sql", ""}, {"01_b.up.sql", ""}}, "1_a.up.sql", 0,
                        "version 1 exists twice");
    expect_source_error(layout, {{"1_a.down.sql", ""}}, "1_a.down.sql", 0, "no .up.sql");
    expect_source_error(layout, {{"1_a.UP.sql", ""}}, "1_a.UP.sql", 0, "does not end in");
    expect_source_error(layout, {{"1_a.up.SQL", ""}}, "1_a.up.SQL", 0, "does not end in");
    expect_source_error(layout, {{"1_a.sql", ""}}, "1_a.sql", 0, "not named as");
    expect_source_error(layout, {{"1.up.sql", ""}}, "1.up.sql", 0, "not named as");
    const Sources sources = read_sources(layout, Files{{"1_a.up.sql", ""}, {"seed.sql", ""}});
    ASSERT_EQ(sources.notices.size(), 1U);
    EXPECT_EQ(sources.notices[0].path, "seed.sql");
}

TEST(Texts, LoseTheByteOrderMarkAndMustBeUtf8) {
    const Layout layout = Layout::golang_migrate;
    EXPECT_EQ(read_revisions(layout, {{"1_a.up.sql", "\xEF\xBB\xBFSELECT 'ä';\r\n"}})[0].up.text,
              "SELECT 'ä';");
    expect_source_error(layout, {{"1_a.up.sql", "a\nb\xFF"}}, "1_a.up.sql", 2, "not valid UTF-8");
    expect_source_error(layout, {{"1_a.up.sql", "a\n\xC0\x80"}}, "1_a.up.sql", 2, "UTF-8");
    expect_source_error(layout, {{"1_a.up.sql", "\xED\xA0\x80"}}, "1_a.up.sql", 1, "UTF-8");
    expect_source_error(layout, {{"1_a.up.sql", "\xE2\x82"}}, "1_a.up.sql", 1, "UTF-8");
    expect_source_error(layout, {{"1_\xE4.up.sql", ""}}, "1_\xE4.up.sql", 0, "name of the file");
    expect_source_error(layout, {{"1_a.up.sql", std::string("a\n\n\0", 4)}}, "1_a.up.sql", 3,
                        "NUL");
    expect_source_error(layout, {{"1_a.up.sql", std::string("\xFF\xFEg\0", 4)}}, "1_a.up.sql", 1,
                        "UTF-16");
}

TEST(Diesel, ReadsDirectories) {
    const auto revisions =
        read_revisions(Layout::diesel, {{"2024-01-15-143000_add_orders/up.sql", "up"},
                                        {"2024-01-15-143000_add_orders/down.sql", ""},
                                        {"2024-01-15-143000_add_orders/metadata.toml",
                                         "# why\nrun_in_transaction = false # concurrently\n"},
                                        {"00000000000000_diesel_initial_setup/up.sql", "first"},
                                        {".diesel_lock", ""},
                                        {"20231231000000_b/up.sql", "b"}});
    EXPECT_EQ(ids_of(revisions), (Texts{"00000000000000", "20231231000000", "20240115143000"}));
    EXPECT_EQ(messages_of(revisions), (Texts{"diesel initial setup", "b", "add orders"}));
    expect_chain(revisions);
    EXPECT_FALSE(revisions[0].down);
    EXPECT_EQ(revisions[2].down->text, "");
    EXPECT_EQ(revisions[2].up_transactional, false);
    EXPECT_EQ(revisions[2].down_transactional, false);
    EXPECT_FALSE(revisions[0].up_transactional);
}

TEST(Diesel, RefusesWhatNearlyFits) {
    const Layout layout = Layout::diesel;
    expect_source_error(layout, {{"1_a/down.sql", ""}}, "1_a/down.sql", 0, "no up.sql");
    expect_source_error(layout, {{"1_a/up.sql", ""}, {"1_a/Down.sql", ""}}, "1_a/Down.sql", 0,
                        "does not read a file of this name");
    expect_source_error(layout, {{"1-2_a/up.sql", ""}, {"12_b/up.sql", ""}}, "12_b/up.sql", 0,
                        "exists twice");
    expect_source_error(layout,
                        {{"1_a/up.sql", ""}, {"1_a/metadata.toml", "\nrun_in_transaction = no"}},
                        "1_a/metadata.toml", 2, "has no value");
}

TEST(Dbmate, ReadsBothBlocks) {
    const auto revisions = read_revisions(
        Layout::dbmate,
        {{"20240116_b.sql", "-- migrate:up\nb1;\n-- migrate:down transaction:false\nb2;"},
         {"20240115143000_add_orders.sql", "-- about\r\n\r\n--migrate:up transaction:false\r\n"
                                           "\r\n  CREATE;\r\n\r\n-- migrate:down\r\nDROP;\r\n"}});
    EXPECT_EQ(ids_of(revisions), (Texts{"20240115143000", "20240116"}));
    EXPECT_EQ(messages_of(revisions), (Texts{"add orders", "b"}));
    expect_chain(revisions);
    EXPECT_EQ(revisions[0].up, (SourceText{"  CREATE;", "20240115143000_add_orders.sql", 5}));
    EXPECT_EQ(revisions[0].down, (SourceText{"DROP;", "20240115143000_add_orders.sql", 8}));
    EXPECT_EQ(revisions[0].up_transactional, false);
    EXPECT_FALSE(revisions[0].down_transactional);
    EXPECT_EQ(revisions[1].down_transactional, false);
}

TEST(Dbmate, RefusesWhatNearlyFits) {
    const Layout layout = Layout::dbmate;
    const auto expect = [layout](const std::string& text, int line, const std::string& message) {
        expect_source_error(layout, {{"1_a.sql", text}}, "1_a.sql", line, message);
    };
    expect("SELECT 1;", 1, "before \"-- migrate:up\"");
    expect("-- nothing", 0, "no line \"-- migrate:up\"");
    expect("-- migrate:up\n", 0, "no line \"-- migrate:down\"");
    expect("-- migrate:down\n-- migrate:up\n", 1, "before");
    expect("-- migrate:up\n-- migrate:up\n-- migrate:down", 2, "twice");
    expect("-- migrate:up\n-- migrate:down\n\n-- migrate:down", 4, "twice");
    expect("-- migrate:up transaction:no\n-- migrate:down", 1, "no value \"no\"");
    expect("-- migrate:up transactional:false\n-- migrate:down", 1, "unknown option");
    expect("  -- migrate:up\n-- migrate:down", 1, "does not begin its line");
    const std::string text = "-- migrate:up\n-- migrate:down\n";
    expect_source_error(layout, {{"1_a.SQL", text}}, "1_a.SQL", 0, "does not end in .sql");
    expect_source_error(layout, {{"1_a.sql", text}, {"1_b.sql", text}}, "1_b.sql", 0, "twice");
}

TEST(Goose, ReadsAnnotations) {
    const auto revisions = read_revisions(
        Layout::goose,
        {{"00010_b.sql", "-- +goose up\nb;\n"},
         {"00002_add_orders.sql",
          "-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION;\n"
          "-- +goose StatementEnd\n-- +goose ENVSUB OFF\n\n-- +goose DOWN\nDROP;\n"}});
    EXPECT_EQ(ids_of(revisions), (Texts{"00002", "00010"}));
    EXPECT_EQ(messages_of(revisions), (Texts{"add orders", "b"}));
    expect_chain(revisions);
    EXPECT_EQ(revisions[0].up.first_line, 3);
    EXPECT_NE(revisions[0].up.text.find("CREATE FUNCTION;"), std::string::npos);
    EXPECT_EQ(revisions[0].down, (SourceText{"DROP;", "00002_add_orders.sql", 9}));
    EXPECT_EQ(revisions[0].up_transactional, false);
    EXPECT_EQ(revisions[0].down_transactional, false);
    EXPECT_FALSE(revisions[1].down);
    EXPECT_FALSE(revisions[1].up_transactional);
}

TEST(Goose, RefusesWhatNearlyFits) {
    const Layout layout = Layout::goose;
    const auto expect = [layout](const std::string& text, int line, const std::string& message) {
        expect_source_error(layout, {{"1_a.sql", text}}, "1_a.sql", line, message);
    };
    expect("SELECT 1;", 1, "before \"-- +goose Up\"");
    expect("", 0, "no line \"-- +goose Up\"");
    expect("-- +goose Down\n", 1, "before");
    expect("-- +goose Up\n-- +goose Up\n", 2, "twice");
    expect("-- +goose Up\n-- +goose Down\n-- +goose Down\n", 3, "twice");
    expect("-- +goose Up\n\n-- +goose StatementBegin\nx", 3, "no \"-- +goose StatementEnd\"");
    expect("-- +goose Up\n-- +goose StatementBegin\n-- +goose Down", 2, "StatementEnd");
    expect("-- +goose StatementBegin\n", 1, "before \"-- +goose Up\"");
    expect("-- +goose Up\n-- +goose StatementBegin\n-- +goose StatementBegin\n", 3, "within");
    expect("-- +goose Up\n-- +goose StatementEnd\n", 2, "no \"-- +goose StatementBegin\"");
    expect("-- +goose Up\n-- +goose ENVSUB ON\n", 2, "environment variables");
    expect("-- +goose Upp\n", 1, "unknown annotation");
    expect(" -- +goose Up\n", 1, "does not begin its line");
    const std::string text = "-- +goose Up\n";
    expect_source_error(layout, {{"01_a.sql", text}, {"1_b.sql", text}}, "1_b.sql", 0, "twice");
    expect_source_error(layout, {{"1_a.sql", text}, {"2_b.go", ""}}, "2_b.go", 0, "in Go");
    expect_source_error(layout, {{"1-a.sql", text}}, "1-a.sql", 0, "not named as");
}

TEST(Flyway, OrdersVersionsByTheirParts) {
    const auto revisions =
        read_revisions(Layout::flyway, {{"V1.10__ten.sql", "ten"},
                                        {"V1.9__nine.sql", "nine"},
                                        {"V1_2_3__add_orders.sql", "add"},
                                        {"more/V2__Two.sql", "two"},
                                        {"U1.9__nine.sql", "no nine"},
                                        {"V1.9__nine.sql.conf", "executeInTransaction=false"}});
    EXPECT_EQ(ids_of(revisions), (Texts{"1.2.3", "1.9", "1.10", "2"}));
    EXPECT_EQ(messages_of(revisions), (Texts{"add orders", "nine", "ten", "Two"}));
    expect_chain(revisions);
    EXPECT_EQ(revisions[1].down, (SourceText{"no nine", "U1.9__nine.sql", 1}));
    EXPECT_EQ(revisions[1].up_transactional, false);
    EXPECT_FALSE(revisions[1].down_transactional);
    EXPECT_FALSE(revisions[0].down);
    EXPECT_EQ(revisions[3].up.path, "more/V2__Two.sql");
}

TEST(Flyway, RefusesWhatItCannotCarryOver) {
    const Layout layout = Layout::flyway;
    const auto expect = [layout](const Files& files, const std::string& path, int line,
                                 const std::string& message) {
        expect_source_error(layout, files, path, line, message);
    };
    expect({{"V1__a.sql", ""}, {"V1.0__b.sql", ""}}, "V1__a.sql", 0, "exists twice");
    expect({{"V1_a.sql", ""}}, "V1_a.sql", 0, "not named as");
    expect({{"v1__a.sql", ""}}, "v1__a.sql", 0, "not named as");
    expect({{"V1__a.SQL", ""}}, "V1__a.SQL", 0, "not named as");
    expect({{"V1..2__a.sql", ""}}, "V1..2__a.sql", 0, "not named as");
    expect({{"V1__a.java", ""}}, "V1__a.java", 0, "not written in SQL");
    expect({{"V1__a.sql", ""}, {"R__view.sql", ""}}, "R__view.sql", 0, "repeatable");
    expect({{"V1__a.sql", ""}, {"U2__b.sql", ""}}, "U2__b.sql", 0, "no migration V2");
    expect({{"B5__base.sql", ""}, {"V6__a.sql", ""}}, "B5__base.sql", 0, "baseline");
    expect({{"V1__a.sql", "a\nSET ROLE ${owner};"}}, "V1__a.sql", 2, "\"${owner}\"");
    expect({{"V1__a.sql", ""}, {"V1__a.sql.conf", "\nexecuteInTransaction=nein"}}, "V1__a.sql.conf",
           2, "no value");
    expect({{"V1__a.sql", ""}, {"V1__a.sql.conf", "shouldExecute=${x}"}}, "V1__a.sql.conf", 1,
           "conditional");
}

TEST(Flyway, LeavesOutBaselinesAndCallbacksWithANotice) {
    const Sources sources =
        read_sources(Layout::flyway, Files{{"V1__a.sql", "SELECT '${x}'"},
                                           {"V1__a.sql.conf", "placeholderReplacement=false"},
                                           {"B1__a.sql", ""},
                                           {"afterMigrate.sql", ""},
                                           {"README.md", ""}});
    EXPECT_EQ(ids_of(sources.revisions), Texts{"1"});
    EXPECT_EQ(sources.revisions[0].up.text, "SELECT '${x}'");
    EXPECT_EQ(sources.notices.size(), 2U);
}

} // namespace
} // namespace migrate::files
