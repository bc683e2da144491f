// Random bytes and mutated files: readers return or throw SourceError, and nothing else.
#include "examples.hpp"

#include <random>

namespace migrate::files {
namespace {

const std::string planner = " 2024-01-15T14:30:00Z Ann <ann@example.org>";

const std::vector<std::pair<Layout, Files>>& examples() {
    static const std::vector<std::pair<Layout, Files>> all = {
        {Layout::native,
         {{"2024_01_15_1430-a_x.sql", "-- revision: a\n-- down_revision: b, \"c,\"\n"
                                      "-- depends_on: d\n-- branch_labels: e\n-- message: \"x \"\n"
                                      "\n-- migrate:up boundary:t exact:true\nSELECT 1;\n"
                                      "-- migrate:down boundary:t\nSELECT 2;\n"},
          {"2024_01_16_1430-b.sql", "-- revision: b\n-- down_revision:\n-- migrate:up\n"}}},
        {Layout::golang_migrate, {{"1_a.up.sql", "SELECT 1;\n"}, {"1_a.down.sql", "\n"}}},
        {Layout::diesel,
         {{"1_a/up.sql", "SELECT 1;\n"}, {"1_a/metadata.toml", "run_in_transaction = false\n"}}},
        {Layout::dbmate,
         {{"1_a.sql", "-- migrate:up transaction:false\nx;\n-- migrate:down\ny;\n"}}},
        {Layout::goose,
         {{"1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nx;\n"
                      "-- +goose StatementEnd\n-- +goose Down\ny;\n"}}},
        {Layout::flyway,
         {{"V1.2__a.sql", "x ${y} z;\n"}, {"V1.2__a.sql.conf", "executeInTransaction=false\n"}}},
        {Layout::sqitch,
         {{"sqitch.plan", "%project=x\na [!b]" + planner + "\n@v1" + planner + "\nb [a@v1]" +
                              planner + " # n\\note\nb [b@v1]" + planner + "\n"},
          {"deploy/a.sql", "x;"},
          {"deploy/b.sql", "y;"},
          {"deploy/b@v1.sql", "z;"}}}};
    return all;
}

/// Reads as every layout; an exception other than SourceError fails the test.
void read_as_each(const Files& files) {
    const auto survive = [](const auto& function) {
        try {
            function();
        } catch (const SourceError& error) {
            EXPECT_NE(error.message(), "");
        }
    };
    survive([&files] { detect_layout(files); });
    for (const Layout layout : all_layouts) {
        survive([&files, layout] {
            for (const SourceRevision& revision : read_sources(layout, files).revisions) {
                EXPECT_GE(revision.up.first_line, 1);
            }
        });
    }
}

class Mutator {
  public:
    explicit Mutator(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }

    std::string bytes(std::size_t most) {
        std::string result;
        for (std::size_t n = below(most + 1); n > 0; --n) {
            result += static_cast<char>(below(256));
        }
        return result;
    }

    void mutate(std::string& text) {
        const std::size_t at = below(text.size() + 1);
        const std::size_t length = below(text.size() - at + 1);
        switch (below(5)) {
        case 0:
            text.insert(at, bytes(3));
            break;
        case 1:
            text.erase(at, length);
            break;
        case 2:
            text.insert(below(text.size() + 1), text.substr(at, length));
            break;
        case 3:
            text.resize(at);
            break;
        default:
            if (at < text.size()) {
                text[at] = "-: \n@+_.\"[]!%#/=,"[below(17)];
            }
        }
    }

  private:
    std::mt19937 random_;
};

TEST(RandomSources, MutatedFilesNeverCrash) {
    Mutator mutator(7);
    for (const auto& [layout, files] : examples()) {
        for (int i = 0; i < 3000; ++i) {
            Files mutated = files;
            for (std::size_t n = 1 + mutator.below(3); n > 0; --n) {
                SourceFile& file = mutated[mutator.below(mutated.size())];
                mutator.mutate(mutator.below(4) == 0 ? file.path : file.text);
            }
            read_as_each(mutated);
        }
    }
}

TEST(RandomSources, RandomBytesNeverCrash) {
    Mutator mutator(8);
    for (int i = 0; i < 3000; ++i) {
        const auto& files = examples()[mutator.below(examples().size())].second;
        read_as_each({{files[0].path, mutator.bytes(200)}, {mutator.bytes(20), mutator.bytes(20)}});
    }
}

} // namespace
} // namespace migrate::files
