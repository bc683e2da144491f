// Where git draws the same graph, the expected drawings are those of `git log --graph
// --topo-order`, version 2.39.
#include "core/plan/drawing.hpp"

#include "example_graphs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string_view>

namespace migrate::core {
namespace {

Names drawn(const Graph& graph, const Names& rows = {}, const Names& messages = {}) {
    return draw_text(graph, AppliedSet(graph, rows), messages);
}

Revision child(std::string id, Names parents) {
    return {std::move(id), std::move(parents), {}, {}};
}

TEST(DrawText, Line) {
    EXPECT_EQ(drawn(line_graph(), {"b1"}, {"create", "feat: add\n\nbody", "", "a\tb"}), //
              (Names{"* d1 (head) a b",                                                 //
                     "* c1",                                                            //
                     "* b1 (current) feat: add",                                        //
                     "* a1 (applied) create"}));
    EXPECT_EQ(drawn(Graph({})), Names{});
}

TEST(DrawText, Fork) {
    EXPECT_EQ(drawn(fork_graph(), {"c2"}), //
              (Names{"* b1 (head)",        //
                     "| * c2 (head) (current)",
                     "| * c1 (applied) [shop]", //
                     "|/",                      //
                     "* a1 (applied)"}));
}

TEST(DrawText, Diamond) {
    EXPECT_EQ(drawn(diamond_graph()), //
              (Names{"* n1 (head)",   //
                     "*   m1",        //
                     "|\\",           //
                     "| * c1",        //
                     "* | b1 [shop]", //
                     "|/",            //
                     "* a1"}));
}

TEST(DrawText, MergeOfThree) {
    EXPECT_EQ(drawn(Graph({child("a", {}), child("b", {"a"}), child("c", {"a"}), child("d", {"a"}),
                           child("m", {"b", "c", "d"})})),
              (Names{"*-.   m (head)", //
                     "|\\ \\",         //
                     "| | * d",        //
                     "| * | c",        //
                     "| |/",           //
                     "* / b",          //
                     "|/",             //
                     "* a"}));
}

TEST(DrawText, MergeOfFourMakesRoom) {
    EXPECT_EQ(drawn(Graph({child("a", {}), child("b", {"a"}), child("c", {"a"}), child("d", {"a"}),
                           child("e", {"a"}), child("m", {"b", "c", "d", "e"}), child("x", {"a"}),
                           child("n", {"m", "x"})})),
              (Names{"*   n (head)", //
                     "|\\",          //
                     "| * x",        //
                     "| |",          //
                     "|  \\",        //
                     "|   \\",       //
                     "|    \\",      //
                     "*---. \\   m", //
                     "|\\ \\ \\ \\", //
                     "| | | * | e",  //
                     "| | | |/",     //
                     "| | * / d",    //
                     "| | |/",       //
                     "| * / c",      //
                     "| |/",         //
                     "* / b",        //
                     "|/",           //
                     "* a"}));
}

TEST(DrawText, LinesApartAndDependencies) {
    EXPECT_EQ(drawn(two_lines_graph(), {"p2", "c3"}),
              (Names{"* c3 (head) (current)",       //
                     "| * p3 (head)",               //
                     "| * p2 (current) (needs c2)", //
                     "| * p1 (applied) [plug]",     //
                     "* c2 (applied)",              //
                     "* c1 (applied) [core]"}));
    EXPECT_EQ(drawn(criss_cross_graph()),        //
              (Names{"* a3 (head) (needs b1)",   //
                     "| * b2 (head) (needs a2)", //
                     "| * b1",                   //
                     "* a2",                     //
                     "* a1"}));
}

TEST(DrawText, NothingSeemsToFollowAnotherLine) {
    EXPECT_EQ(drawn(Graph({child("a1", {}), child("a2", {"a1"}), child("b1", {}),
                           child("b2", {"b1"}), child("c1", {})})),
              (Names{"* c1 (head)", //
                     "",            //
                     "* b2 (head)", //
                     "* b1",        //
                     "",            //
                     "* a2 (head)", //
                     "* a1"}));
}

TEST(DrawText, CrissCross) {
    EXPECT_EQ(drawn(Graph({child("a", {}), child("b", {"a"}), child("c", {"a"}),
                           child("d", {"b", "c"}), child("e", {"c", "b"})})),
              (Names{"*   e (head)",   //
                     "|\\",            //
                     "| | * d (head)", //
                     "| |/|",          //
                     "| |/",           //
                     "|/|",            //
                     "* | c",          //
                     "| * b",          //
                     "|/",             //
                     "* a"}));
}

TEST(DrawText, SeveralBases) {
    EXPECT_EQ(drawn(Graph({child("a", {}), child("b", {}), child("c", {}), child("x", {"a"}),
                           child("m", {"a", "b", "c"})})),
              (Names{"*-.   m (head)", //
                     "|\\ \\",         //
                     "| | * c",        //
                     "| * b",          //
                     "|",              //
                     "| * x (head)",   //
                     "|/",             //
                     "* a"}));
}

TEST(DrawText, LanesFarAway) {
    EXPECT_EQ(drawn(Graph({child("p", {}), child("q", {}), child("r", {}), child("g", {"r"}),
                           child("f", {"q"}), child("m", {"p", "g"}), child("h3", {"r"}),
                           child("h2", {"q"}), child("h1", {"p"})})),
              (Names{"* h1 (head)",      //
                     "| * h2 (head)",    //
                     "| | * h3 (head)",  //
                     "| | | * m (head)", //
                     "| |_|/|",          //
                     "|/| | |",          //
                     "| | | * g",        //
                     "| | |/",           //
                     "| | * r",          //
                     "* | p",            //
                     " /",               //
                     "| * f (head)",     //
                     "|/",               //
                     "* q"}));
}

/// Where the revision stands in each line; npos for the lines in between.
std::vector<std::size_t> stars(const Names& lines) {
    std::vector<std::size_t> result;
    for (const std::string& line : lines) {
        result.push_back(line.find('*'));
    }
    return result;
}

/// Reads only the columns of a drawing.
class Columns {
  public:
    explicit Columns(Names lines) : lines_(std::move(lines)) {
        for (std::string& line : lines_) {
            line.resize(std::min(line.find('r'), line.size()));
        }
    }

    bool is_any(std::size_t y, std::size_t x, std::string_view chars) const {
        // Above and left of the drawing the numbers wrap around.
        return y < lines_.size() && x < lines_[y].size() && chars.find(lines_[y][x]) != chars.npos;
    }

    bool goes_up(std::size_t y, std::size_t x) const {
        switch (lines_[y][x]) {
        case '|':
            return is_any(y - 1, x, "|*/\\") || is_any(y - 1, x + 1, "/") ||
                   is_any(y - 1, x - 1, "\\");
        case '/':
            return is_any(y - 1, x + 1, "|*/\\") || is_any(y - 1, x, "|*/\\") ||
                   is_any(y - 1, x + 2, "/_");
        case '\\':
            return is_any(y - 1, x - 1, "|*.-\\/") || is_any(y - 1, x, "|\\");
        case '_':
            return is_any(y, x + 1, "/") || is_any(y, x + 2, "_/");
        default:
            return true;
        }
    }

    bool goes_down(std::size_t y, std::size_t x) const {
        switch (lines_[y][x]) {
        case '|':
            return is_any(y + 1, x, "|*/\\") || is_any(y + 1, x - 1, "/") ||
                   is_any(y + 1, x + 1, "\\");
        case '/':
            return is_any(y + 1, x - 1, "|*/\\") || is_any(y + 1, x, "|/") ||
                   is_any(y + 1, x - 2, "/") || is_any(y, x - 1, "_") || is_any(y, x - 2, "_");
        case '\\':
            return is_any(y + 1, x + 1, "|*/\\") || is_any(y + 1, x, "|*/\\");
        case '_':
            return is_any(y, x - 2, "_") || is_any(y + 1, x - 2, "/");
        default:
            return true;
        }
    }

    void expect_connected() const {
        for (std::size_t y = 0; y < lines_.size(); ++y) {
            for (std::size_t x = 0; x < lines_[y].size(); ++x) {
                ASSERT_TRUE(goes_up(y, x) && goes_down(y, x)) << y << ", " << x;
            }
        }
    }

  private:
    Names lines_;
};

std::vector<Revision> random_revisions(std::mt19937& random) {
    const auto below = [&random](std::size_t n) { return random() % n; };
    std::vector<Revision> revisions(1 + below(30));
    const std::size_t reach = 2 + below(12);
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        revisions[i].id = "r" + std::to_string(i);
        const std::size_t kind = below(12);
        for (std::size_t n = kind < 1    ? 0
                             : kind < 7  ? 1
                             : kind < 10 ? 2
                                         : 2 + below(4);
             n > 0; --n) {
            if (i > 0) {
                const std::size_t back = 1 + below(std::min(i, reach));
                revisions[i].down_revision.push_back("r" + std::to_string(i - back));
            }
        }
        if (i > 0 && below(6) == 0) {
            revisions[i].depends_on.push_back("r" + std::to_string(below(i)));
        }
    }
    return revisions;
}

TEST(DrawText, RandomGraphs) {
    std::mt19937 random(7);
    for (int round = 0; round < 2000 && !testing::Test::HasFatalFailure(); ++round) {
        const Graph graph(random_revisions(random));
        const Names lines = drawn(graph);
        std::string picture;
        std::vector<std::optional<std::size_t>> line_of(graph.size());
        const auto places = stars(lines);
        for (std::size_t y = 0; y < lines.size(); ++y) {
            picture += "\n" + lines[y];
            ASSERT_FALSE(lines[y].ends_with(' '));
            ASSERT_LE(std::count(lines[y].begin(), lines[y].end(), '*'), 1);
            if (places[y] != std::string::npos) {
                const std::string text = lines[y].substr(lines[y].find('r'));
                const Index i = graph.find(text.substr(0, text.find(' '))).value();
                ASSERT_FALSE(line_of[i]) << text;
                line_of[i] = y;
            }
        }
        SCOPED_TRACE(picture);
        for (Index i = 0; i < graph.size(); ++i) {
            ASSERT_TRUE(line_of[i]) << graph.id(i);
            for (const Index need : graph.needs(i)) {
                ASSERT_LT(line_of[i], line_of[need]);
            }
        }
        Columns(lines).expect_connected();
    }
}

TEST(DrawText, LongLine) {
    std::vector<Revision> revisions;
    Names messages;
    for (int i = 0; i < 10'000; ++i) {
        revisions.push_back(child("r" + std::to_string(i), {}));
        if (i > 0) {
            revisions.back().down_revision = {"r" + std::to_string(i - 1)};
        }
        messages.push_back("feat: " + std::to_string(i));
    }
    const Names lines = drawn(Graph(std::move(revisions)), {"r9998"}, messages);
    ASSERT_EQ(lines.size(), 10'000U);
    EXPECT_EQ(lines[0], "* r9999 (head) feat: 9999");
    EXPECT_EQ(lines[1], "* r9998 (current) feat: 9998");
    EXPECT_EQ(lines[9999], "* r0 (applied) feat: 0");
}

TEST(DrawText, ManyHeadsStayNarrow) {
    std::vector<Revision> revisions{child("a", {})};
    for (int i = 0; i < 10'000; ++i) {
        revisions.push_back(child("r" + std::to_string(i), {"a"}));
    }
    const Names lines = drawn(Graph(std::move(revisions)));
    EXPECT_EQ(lines.size(), 20'000U);
    EXPECT_EQ(lines[1], "| * r9998 (head)");
    EXPECT_EQ(lines[2], "|/");
}

TEST(DrawMermaid, NamesEscapesAndMarks) {
    const Graph graph(
        {{"a\"1", {}, {}, {"x", "y"}}, {"b1", {"a\"1"}, {}, {}}, {"c1", {}, {"y"}, {}}});
    const Names messages = {"", "feat: <b> & \"q\" %%{init}%%\nbody"};
    EXPECT_EQ(draw_mermaid(graph, AppliedSet(graph, Names{"b1"}), messages),
              "flowchart BT\n"
              "    classDef applied fill:#cfe8cf,stroke:#2e7d32,color:#000\n"
              "    classDef current fill:#a5d6a7,stroke:#1b5e20,color:#000,stroke-width:3px\n"
              "    n0[\"a#34;1 [x, y]\"]:::applied\n"
              "    n1[\"b1<br/>feat#58; #60;b#62; #38; #34;q#34; #37;#37;{init}#37;#37;\"]"
              ":::current\n"
              "    n2[\"c1\"]\n"
              "    n0 --> n1\n"
              "    n0 -.-> n2\n");
}

TEST(DrawDot, NamesEscapesAndMarks) {
    const Graph graph(
        {{"a\"1\\", {}, {}, {"x", "y"}}, {"b&amp;", {"a\"1\\"}, {}, {}}, {"c1", {}, {"y"}, {}}});
    const Names messages = {"", "feat: \\N \"q\"\nbody"};
    EXPECT_EQ(draw_dot(graph, AppliedSet(graph, Names{"b&amp;"}), messages),
              "digraph revisions {\n"
              "    rankdir=BT;\n"
              "    node [shape=box, fillcolor=\"#cfe8cf\"];\n"
              "    \"a\\\"1\\\\\" [label=\"a\\\"1\\\\ [x, y]\", style=filled];\n"
              "    \"b&amp;\" [label=\"b&amp;amp;\\nfeat: \\\\N \\\"q\\\"\", style=filled, "
              "penwidth=3];\n"
              "    \"c1\" [label=\"c1\"];\n"
              "    \"a\\\"1\\\\\" -> \"b&amp;\";\n"
              "    \"a\\\"1\\\\\" -> \"c1\" [style=dashed];\n"
              "}\n");
}

} // namespace
} // namespace migrate::core
