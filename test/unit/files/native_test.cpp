// Native files: what a header says, and that what is written reads back the same.
#include "files/native.hpp"

#include "core/failure.hpp"
#include "examples.hpp"

#include <random>

namespace migrate::files {
namespace {

using Texts = std::vector<std::string>;

const FileTime january = {2024, 1, 15, 14, 30};

Files written(const std::vector<SourceRevision>& revisions) {
    Files result;
    for (const SourceRevision& revision : revisions) {
        result.push_back({native_file_name(revision, january), native_file_text(revision)});
    }
    return result;
}

SourceRevision revision(const std::string& id, const Texts& parents, const std::string& message) {
    SourceRevision result;
    result.revision.id = id;
    result.revision.down_revision = parents;
    result.message = message;
    result.up.text = "CREATE TABLE " + id + " ();";
    return result;
}

void expect_same(const SourceRevision& left, const SourceRevision& right) {
    EXPECT_EQ(left.revision.id, right.revision.id);
    EXPECT_EQ(left.revision.down_revision, right.revision.down_revision);
    EXPECT_EQ(left.revision.depends_on, right.revision.depends_on);
    EXPECT_EQ(left.revision.branch_labels, right.revision.branch_labels);
    EXPECT_EQ(left.message, right.message);
    EXPECT_EQ(left.up.text, right.up.text);
    EXPECT_EQ(left.down.has_value(), right.down.has_value());
    EXPECT_EQ(left.down.value_or(SourceText()).text, right.down.value_or(SourceText()).text);
    EXPECT_EQ(left.up_transactional, right.up_transactional);
    EXPECT_EQ(left.down_transactional, right.down_transactional);
}

/// Expects that the file of `source` reads as `source`, and that lines are counted rightly.
void expect_round_trip(const SourceRevision& source) {
    const Files files = written({source});
    SCOPED_TRACE(files[0].text);
    const auto revisions = read_revisions(Layout::native, files);
    ASSERT_EQ(revisions.size(), 1U);
    expect_same(revisions[0], source);
    EXPECT_EQ(detect_layout(files), Layout::native);
    std::size_t begin = 0;
    for (int line = 1; line < revisions[0].up.first_line; ++line) {
        begin = files[0].text.find('\n', begin) + 1;
    }
    EXPECT_EQ(files[0].text.substr(begin, source.up.text.size()), source.up.text);
}

TEST(NativeFile, IsWrittenForPeople) {
    SourceRevision source = revision("a1b2", {"x", "y"}, "Add orders, and more: Ärger!");
    source.revision.depends_on = {"c3"};
    source.revision.branch_labels = {"shop"};
    source.down = SourceText{"DROP TABLE a1b2;", "", 1};
    source.up_transactional = false;
    const Files files = written({source});
    EXPECT_EQ(files[0].path, "2024_01_15_1430-a1b2_add_orders_and_more_Ärger.sql");
    EXPECT_EQ(files[0].text, "-- revision: a1b2\n"
                             "-- down_revision: x, y\n"
                             "-- depends_on: c3\n"
                             "-- branch_labels: shop\n"
                             "-- message: Add orders, and more: Ärger!\n"
                             "\n"
                             "-- migrate:up transaction:false\n"
                             "CREATE TABLE a1b2 ();\n"
                             "\n"
                             "-- migrate:down\n"
                             "DROP TABLE a1b2;\n");
    expect_round_trip(source);
}

TEST(NativeFile, KeepsTextsThatLookLikeMarkers) {
    for (const char* text : {"SELECT '\n-- migrate:down\n';", "/*\n-- migrate:up\n*/",
                             "$$\n-- migrate:down\n$$", "-- migrate:up boundary:text1\ntext2",
                             "--migrate:down\r\n", "-- migrate:up exact:true"}) {
        SourceRevision source = revision("a", {}, "m");
        source.up.text = text;
        expect_round_trip(source);
        source.down = SourceText{text, "", 1};
        expect_round_trip(source);
        source.up.text = "x";
        expect_round_trip(source);
    }
}

TEST(NativeFile, KeepsWhiteSpaceByteByByte) {
    for (const char* text : {"", "\n", "\n\n", " ", "x\n", "\nx", "\n  x", "x\r\ny\r\n", "x\r",
                             "\r\n", "\xEF\xBB\xBFx", "ä\n\n", "\t"}) {
        SourceRevision source = revision("a", {}, "");
        source.up.text = text;
        expect_round_trip(source);
        source.down = SourceText{text, "", 1};
        expect_round_trip(source);
    }
}

TEST(NativeFile, KeepsMessagesAndNames) {
    for (const char* message :
         {"", "\n", "a\nb", "a\n\n b \n", "\"quoted\" and \"more\"", "\"", "\"\"", "x\r", "\r",
          "-- migrate:up", "revision: x", "  ", "ü: ü"}) {
        SourceRevision source = revision("a,b\"c", {"x,y", "\"", "z"}, message);
        source.revision.id = "a,b\"c/d";
        source.revision.depends_on = {","};
        source.revision.branch_labels = {"l.1", "\"l\",2"};
        expect_round_trip(source);
    }
    expect_round_trip(revision(std::string(255, 'a'), {}, std::string(500, 'm')));
    expect_round_trip(revision("x.sql", {}, ""));
}

TEST(NativeFile, RefusesWhatNoFileCanHold) {
    SourceRevision source = revision("a", {}, "m");
    source.up.text = std::string("a\0b", 3);
    EXPECT_THROW(native_file_text(source), core::Failure);
    source.up.text = "\xFF";
    EXPECT_THROW(native_file_text(source), core::Failure);
}

TEST(NativeFile, HasATime) {
    EXPECT_EQ(parse_file_time("2024-01-15 14:30:11.5+00"), january);
    EXPECT_EQ(parse_file_time("2024-01-15T14:30Z"), january);
    for (const char* text : {"", "2024-01-15", "2024-13-15 14:30", "2024-01-15 24:30", "x"}) {
        EXPECT_FALSE(parse_file_time(text)) << text;
    }
}

TEST(NativeHeader, IsReadAsPeopleWriteIt) {
    const auto revisions =
        read_revisions(Layout::native, {{"2024_01_15_1430-b_x.sql", "-- About this file.\r\n"
                                                                    "-- revision:      b\t\r\n"
                                                                    "-- down_revision: a,c \r\n"
                                                                    "-- message:       two\r\n"
                                                                    "-- message:       lines\r\n"
                                                                    "\r\n"
                                                                    "-- migrate:up\r\n"
                                                                    "\r\n"
                                                                    "SELECT 1;\r\n"
                                                                    "\r\n"
                                                                    "-- migrate:down\r\n"}});
    ASSERT_EQ(revisions.size(), 1U);
    EXPECT_EQ(revisions[0].revision.down_revision, (Texts{"a", "c"}));
    EXPECT_EQ(revisions[0].message, "two\nlines");
    EXPECT_EQ(revisions[0].up, (SourceText{"SELECT 1;", "2024_01_15_1430-b_x.sql", 9}));
    EXPECT_EQ(revisions[0].down, (SourceText{"", "2024_01_15_1430-b_x.sql", 12}));
}

TEST(NativeHeader, MistakesHaveTheirLine) {
    const std::string path = "2024_01_15_1430-a_x.sql";
    const auto expect = [&path](const std::string& text, int line, const std::string& message) {
        expect_source_error(Layout::native, {{path, text}}, path, line, message);
    };
    const std::string header = "-- revision: a\n-- down_revision:\n";
    expect(header, 0, "no line \"-- migrate:up\"");
    expect("-- revision: a\n-- migrate:up\n", 1, "no line \"-- down_revision");
    expect("-- down_revision:\n-- migrate:up\n", 0, "no line \"-- revision");
    expect(header + "SELECT 1;\n-- migrate:up", 3, "stands before");
    expect(header + "-- depends-on: x\n-- migrate:up", 3, "unknown name \"depends-on\"");
    expect(header + "-- Message: x\n-- migrate:up", 3, "unknown name \"Message\"");
    expect(header + " -- message: x\n-- migrate:up", 3, "does not begin its line");
    expect(header + "-- Migrate:Up\n", 3, "unknown marker");
    expect(header + "-- revision: b\n-- migrate:up", 3, "one revision");
    expect(header + "-- migrate:down\n", 3, "before");
    expect(header + "-- migrate:up\n-- migrate:up\n", 4, "twice");
    expect(header + "-- migrate:up\n-- migrate:down\n-- migrate:down\n", 5, "twice");
    expect(header + "-- migrate:up transaction:maybe\n", 3, "no value \"maybe\"");
    expect(header + "-- migrate:up now\n", 3, "unknown option \"now\"");
    expect(header + "-- migrate:up\n-- migrate:down boundary:x\n", 4, "boundary");
    expect("-- revision: a\n-- down_revision: x-y\n-- migrate:up", 2, "illegal character");
    expect("-- revision: a\n-- down_revision: base\n-- migrate:up", 2, "must not be named");
    expect("-- revision: \"a\n-- down_revision:\n-- migrate:up", 1, "quotes");
    expect("-- revision: b\n-- down_revision:\n-- migrate:up", 1, "not the one");
    expect("-- revision: ab\n-- down_revision:\n-- migrate:up", 1, "not the one");
}

TEST(NativeFiles, AreTakenByNameOrHeader) {
    const std::string text = "-- revision: a\n-- down_revision:\n-- migrate:up\n";
    const Layout layout = Layout::native;
    expect_source_error(layout, {{"first.sql", text}}, "first.sql", 1, "not named as");
    expect_source_error(layout, {{"2024_13_15_1430-a_x.sql", text}}, "2024_13_15_1430-a_x.sql", 1,
                        "not named as");
    expect_source_error(layout, {{"2024_01_15_1430-a_x.SQL", text}}, "2024_01_15_1430-a_x.SQL", 1,
                        "not named as");
    expect_source_error(layout, {{"2024.sql", "SELECT 1;"}}, "2024.sql", 0, "not named as");
    const Sources sources =
        read_sources(layout, Files{{"later/2024_01_15_1430-a.sql", text}, {"seed.sql", ""}});
    EXPECT_EQ(ids_of(sources.revisions), Texts{"a"});
    EXPECT_EQ(sources.notices.size(), 1U);
}

TEST(NativeFiles, ComeInAnOrderThatCanBeRegistered) {
    SourceRevision needy = revision("a", {"m"}, "");
    needy.revision.depends_on = {"shop"};
    SourceRevision labelled = revision("z", {"elsewhere"}, "");
    labelled.revision.branch_labels = {"shop"};
    EXPECT_EQ(ids_of(read_revisions(Layout::native,
                                    written({needy, revision("m", {"x", "b"}, ""), labelled,
                                             revision("x", {}, ""), revision("b", {"x"}, "")}))),
              (Texts{"x", "b", "m", "z", "a"}));
}

TEST(NativeFiles, MustNotContradictOneAnother) {
    const auto error = [](const std::vector<SourceRevision>& revisions) {
        return source_error([&] { read_sources(Layout::native, written(revisions)); });
    };
    const SourceError cycle =
        error({revision("a", {"b"}, ""), revision("b", {"a"}, ""), revision("c", {}, "")});
    EXPECT_EQ(cycle.message(), "revision \"a\" is its own ancestor");
    EXPECT_EQ(cycle.detail(), "These need one another: \"a\", \"b\".");
    EXPECT_EQ(error({revision("a", {}, "one"), revision("a", {}, "two")}).message(),
              "revision \"a\" exists twice");
    SourceRevision labelled = revision("b", {}, "");
    labelled.revision.branch_labels = {"a"};
    EXPECT_EQ(error({revision("a", {}, ""), labelled}).message(),
              "branch label \"a\" exists twice");
}

/// Texts out of pieces that mean something to the layout.
TEST(NativeFile, RoundTripsRandomTexts) {
    const Texts pieces = {"\n",
                          "\r\n",
                          " ",
                          "-- ",
                          "migrate:up",
                          "migrate:down",
                          "boundary:",
                          "$$",
                          "'",
                          "text1",
                          "/*",
                          "exact:true",
                          "\xEF\xBB\xBF",
                          "ä",
                          ";",
                          "\t",
                          "\r",
                          "--",
                          "revision: ",
                          "\"",
                          ",",
                          "-- migrate:up\n",
                          "-- migrate:down\n"};
    std::mt19937 random(20240115);
    const auto text = [&](std::size_t most) {
        std::string result;
        for (std::size_t n = random() % (most + 1); n > 0; --n) {
            result += pieces[random() % pieces.size()];
        }
        return result;
    };
    for (int i = 0; i < 5000 && !testing::Test::HasFailure(); ++i) {
        SourceRevision source = revision("a", {}, text(4));
        source.up.text = text(8);
        if (random() % 2 == 0) {
            source.down = SourceText{text(8), "", 1};
            source.down_transactional = random() % 2 == 0 ? std::optional<bool>() : false;
        }
        source.up_transactional = random() % 2 == 0 ? std::optional<bool>() : true;
        expect_round_trip(source);
    }
}

} // namespace
} // namespace migrate::files
