#include "core/plan/drawing.hpp"

#include "core/commit_message.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace migrate::core {

namespace {

/// Dependents first.  Of the revisions that could come next it is the one
/// that became free last, parents before other needs, so that a line of development
/// goes on until something else has to come first.
std::vector<Index> drawing_order(const Graph& graph) {
    std::vector<std::size_t> missing(graph.size());
    std::vector<Index> free;
    for (Index i = 0; i < graph.size(); ++i) {
        missing[i] = graph.dependents(i).size();
        if (missing[i] == 0) {
            free.push_back(i);
        }
    }
    std::vector<Index> order;
    order.reserve(graph.size());
    const auto release = [&](std::span<const Index> needs) {
        const std::size_t before = free.size();
        std::copy_if(needs.begin(), needs.end(), std::back_inserter(free),
                     [&missing](Index need) { return --missing[need] == 0; });
        std::sort(free.begin() + static_cast<std::ptrdiff_t>(before), free.end());
    };
    while (!free.empty()) {
        const Index next = free.back();
        free.pop_back();
        order.push_back(next);
        const std::size_t parents = graph.parents(next).size();
        release(graph.needs(next).subspan(parents));
        release(graph.needs(next).first(parents));
    }
    return order;
}

void put(std::string& line, std::size_t at, char c) {
    if (line.size() <= at) {
        line.resize(at + 1, ' ');
    }
    line[at] = c;
}

/// Between lanes, from the one right of `home` to the slant at `end`.
void put_underline(std::string& line, std::size_t home, std::size_t end) {
    for (std::size_t at = home + 3; at < end; at += 2) {
        put(line, at, '_');
    }
}

/// Draws revisions one below the other.  A lane is where one revision, which has not
/// been drawn yet, is awaited; lane n runs down column 2n.  A strand is on its way to
/// its lane: below a revision strands start to its parents, and those that await the
/// same revision join.  Strands move left one column per line, or pass one lane.
class Lanes {
  public:
    explicit Lanes(const Graph& graph) : graph_(graph), lane_of_(graph.size(), no_lane) {}

    void draw(Index revision, const std::string& text);
    std::vector<std::string> take_lines() { return std::move(lines_); }

  private:
    static constexpr std::size_t no_lane = static_cast<std::size_t>(-1);

    /// What was drawn last, since a slant may go on in the line of the next revision.
    enum class Drawn { revision, merge, join };

    struct Strand {
        std::size_t from; ///< its column in the line of the revision
        std::size_t at;   ///< its column now
        std::size_t lane;

        std::size_t home() const { return 2 * lane; }
        bool is_home() const { return at / 2 == lane; }
    };

    void start_strands(Index revision);
    void start_parents(std::span<const Index> parents);
    void start_strand(Index awaited, std::size_t from);
    void start_pushed(Index awaited, std::size_t from);
    std::size_t enter_lane(Index awaited);
    std::size_t right_of_revision(std::size_t lane) const { return 2 * (lane + dashes_); }
    void draw_gap();
    void draw_room();
    void draw_revision(const std::string& text);
    void draw_merge();
    void draw_join();
    void add_line(std::string line);

    const Graph& graph_;
    std::vector<std::string> lines_;
    std::vector<Index> lanes_;         ///< whom each lane awaits
    std::vector<std::size_t> lane_of_; ///< the lane in which each revision is awaited

    // Of the revision that is being drawn
    std::vector<Index> above_;    ///< the lanes before it, and its own
    std::size_t place_ = 0;       ///< its lane among those
    std::vector<Strand> strands_; ///< by column
    std::size_t width_ = 0;       ///< up to where its strands reach
    std::size_t dashes_ = 0;      ///< to parents that are too far away for a slant
    std::size_t pushed_ = 0;      ///< by how many lanes it pushes aside what is right of it

    // Of the one before
    Drawn drawn_ = Drawn::revision;
    std::size_t previous_place_ = no_lane;
    bool did_push_ = false;
    bool was_base_ = false;
    std::vector<bool> is_slanted_; ///< by lane, whether it was reached with a slant
};

void Lanes::add_line(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    lines_.push_back(std::move(line));
}

std::size_t Lanes::enter_lane(Index awaited) {
    std::size_t& lane = lane_of_[awaited];
    if (lane == no_lane) {
        lane = lanes_.size();
        lanes_.push_back(awaited);
    }
    return lane;
}

void Lanes::start_strand(Index awaited, std::size_t from) {
    strands_.push_back({from, width_, enter_lane(awaited)});
    width_ += 2;
}

/// What a merge would push aside can as well join its last parent at once.
void Lanes::start_pushed(Index awaited, std::size_t from) {
    if (pushed_ > 0 && strands_.back().lane == enter_lane(awaited)) {
        strands_.push_back({from, strands_.back().at, strands_.back().lane});
        pushed_ = 0;
    } else {
        start_strand(awaited, from);
    }
}

void Lanes::start_parents(std::span<const Index> parents) {
    const std::size_t column = 2 * place_;
    const std::size_t lane = enter_lane(parents[0]);
    if (parents.size() == 1 || lane >= place_) {
        pushed_ = parents.size() - 1;
        strands_.push_back({column, width_, lane});
        width_ += 2;
    } else {
        // The first parent is awaited further left: the strand to it takes no room.
        pushed_ = parents.size() - 2;
        const std::size_t at = 2 * lane + (lane + 1 == place_ ? 1 : 3);
        const auto next = std::find_if(strands_.begin(), strands_.end(),
                                       [at](const Strand& strand) { return strand.at > at; });
        strands_.insert(next, {column, at, lane});
    }
    dashes_ = pushed_ > 0 ? pushed_ - 1 : 0;
    for (const Index parent : parents.subspan(1)) {
        // Of further parents each comes from one dash further right.
        const std::size_t from = width_ > column + 2 ? width_ - 2 : column;
        start_strand(parent, from);
    }
}

void Lanes::start_strands(Index revision) {
    place_ = std::min(lane_of_[revision], lanes_.size());
    above_.swap(lanes_);
    if (place_ == above_.size()) {
        above_.push_back(revision);
    }
    for (const Index awaited : above_) {
        lane_of_[awaited] = no_lane;
    }
    lanes_.clear();
    strands_.clear();
    width_ = dashes_ = pushed_ = 0;
    for (std::size_t lane = 0; lane < above_.size(); ++lane) {
        if (lane < place_) {
            start_strand(above_[lane], 2 * lane);
        } else if (lane > place_) {
            start_pushed(above_[lane], right_of_revision(lane));
        } else if (graph_.is_base(revision)) {
            width_ += 2;
        } else {
            start_parents(graph_.parents(revision));
        }
    }
}

void Lanes::draw(Index revision, const std::string& text) {
    const bool is_new = lane_of_[revision] == no_lane;
    start_strands(revision);
    if (is_new && was_base_ && previous_place_ == place_ && drawn_ == Drawn::revision) {
        draw_gap();
    }
    draw_room();
    draw_revision(text);
    drawn_ = Drawn::revision;
    if (graph_.is_merge_point(revision)) {
        draw_merge();
        drawn_ = Drawn::merge;
    }
    const auto is_same = [](const Strand& a, const Strand& b) { return a.at == b.at; };
    strands_.erase(std::unique(strands_.begin(), strands_.end(), is_same), strands_.end());
    const auto is_home = [](const Strand& strand) { return strand.is_home(); };
    while (!std::all_of(strands_.begin(), strands_.end(), is_home)) {
        draw_join();
        drawn_ = Drawn::join;
    }
    is_slanted_.assign(lanes_.size(), false);
    for (const Strand& strand : strands_) {
        if (strand.at != strand.home()) {
            is_slanted_[strand.lane] = true;
        }
    }
    previous_place_ = place_;
    did_push_ = pushed_ > 0;
    was_base_ = graph_.is_base(revision);
}

/// Without it, whoever comes first in a new lane would seem to be the parent of the
/// base above.
void Lanes::draw_gap() {
    std::string line;
    for (std::size_t lane = 0; lane < place_; ++lane) {
        put(line, 2 * lane, '|');
    }
    add_line(std::move(line));
}

/// Pushes aside what is right of the revision, to make room for its dashes.
void Lanes::draw_room() {
    if (place_ + 1 == above_.size()) {
        return;
    }
    for (std::size_t row = 0; row < 2 * dashes_; ++row) {
        std::string line;
        for (std::size_t lane = 0; lane < above_.size(); ++lane) {
            const bool goes_on = drawn_ == Drawn::merge && previous_place_ < lane;
            const bool is_pushed = lane > place_ && (row > 0 || goes_on);
            put(line, 2 * lane + (lane > place_ ? row : 0), is_pushed ? '\\' : '|');
        }
        add_line(std::move(line));
    }
}

void Lanes::draw_revision(const std::string& text) {
    std::string line;
    auto strand = strands_.begin();
    for (std::size_t lane = 0; lane < above_.size(); ++lane) {
        if (lane < place_) {
            put(line, 2 * lane, '|');
        } else if (lane == place_) {
            put(line, 2 * lane, '*');
            for (std::size_t dash = 1; dash <= 2 * dashes_; ++dash) {
                put(line, 2 * lane + dash, dash == 2 * dashes_ ? '.' : '-');
            }
        } else {
            const std::size_t column = right_of_revision(lane);
            strand = std::find_if(strand, strands_.end(),
                                  [column](const Strand& s) { return s.from == column; });
            const bool goes_right = pushed_ > 1 || (pushed_ == 1 && drawn_ == Drawn::merge &&
                                                    did_push_ && previous_place_ < lane);
            const bool goes_left = pushed_ == 0 && dashes_ == 0 && drawn_ == Drawn::join &&
                                   is_slanted_[lane] && strand->lane < lane;
            put(line, column, goes_right ? '\\' : goes_left ? '/' : '|');
        }
    }
    line.resize(std::max(width_, line.size() + 1), ' ');
    add_line(line + text);
}

void Lanes::draw_merge() {
    std::string line;
    for (const Strand& strand : strands_) {
        if (strand.at == strand.from) {
            put(line, strand.at, '|');
        } else if (strand.at > strand.from) {
            put(line, strand.from + 1, '\\');
        } else {
            put(line, strand.from - 1, '/');
            put_underline(line, strand.home(), strand.from - 1);
        }
    }
    add_line(std::move(line));
}

/// One line nearer to the lanes.  The first strand that moves does not stop at the next
/// lane: it goes on, underlined, to the last one before its own.
void Lanes::draw_join() {
    std::string line;
    std::vector<Strand> moved;
    std::optional<Strand> reaching;
    bool has_mover = false;
    for (const Strand& strand : strands_) {
        if (strand.at == strand.home()) {
            put(line, strand.at, '|');
            moved.push_back(strand);
            continue;
        }
        const bool is_free = moved.empty() || moved.back().at + 1 < strand.at;
        if (!is_free && moved.back().lane == strand.lane) {
            continue;
        }
        Strand next = strand;
        next.at -= is_free ? 1 : 2;
        put(line, next.at, next.at == next.home() ? '|' : '/');
        if (!has_mover && next.home() + 3 < next.at) {
            put_underline(line, next.home(), next.at);
            reaching = next;
        }
        has_mover = true;
        // Whoever passes a lane is left of it from now on.
        moved.insert(is_free ? moved.end() : moved.end() - 1, next);
    }
    strands_.swap(moved);
    if (reaching) {
        const auto found = std::find_if(strands_.begin(), strands_.end(),
                                        [&](const Strand& s) { return s.at == reaching->at; });
        found->at = found->home() + 3;
        const auto place = std::find_if(strands_.begin(), found,
                                        [&](const Strand& s) { return s.at > found->at; });
        std::rotate(place, found, found + 1);
    }
    add_line(std::move(line));
}

std::string joined(std::span<const std::string> names) {
    std::string result;
    for (const std::string& name : names) {
        result += result.empty() ? name : ", " + name;
    }
    return result;
}

/// Fit for one line of a terminal.
std::string message_of(std::span<const std::string> messages, Index i) {
    std::string result(i < messages.size() ? first_line(messages[i]) : std::string_view());
    const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
    std::replace_if(result.begin(), result.end(), is_control, ' ');
    return result;
}

std::string labels_of(const Graph& graph, Index i) {
    const auto& labels = graph.revision(i).branch_labels;
    return labels.empty() ? "" : " [" + joined(labels) + "]";
}

std::string text_of(const Graph& graph, const AppliedSet& applied, Index i,
                    const std::string& message) {
    std::string text = graph.id(i);
    if (graph.is_head(i)) {
        text += " (head)";
    }
    if (applied.is_row(i)) {
        text += " (current)";
    } else if (applied.is_applied(i)) {
        text += " (applied)";
    }
    if (const auto& needs = graph.revision(i).depends_on; !needs.empty()) {
        text += " (needs " + joined(needs) + ")";
    }
    text += labels_of(graph, i);
    return message.empty() ? text : text + " " + message;
}

/// As entities of Mermaid, everything that it may read as markup in a quoted text:
/// %% starts a directive, $$ a formula, and a colon before a # is looked for in styles.
std::string mermaid_text(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (std::string_view("\"#&<>`\\%$:").find(c) == std::string_view::npos) {
            result += c;
        } else {
            result += "#" + std::to_string(static_cast<int>(c)) + ";";
        }
    }
    return result;
}

/// A quoted name of Graphviz.  A backslash stays double in it, which does no harm.
std::string dot_name(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += c;
    }
    return result + "\"";
}

/// The same for the inside of a label, where entities are read too.
std::string dot_text(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += c;
        if (c == '&') {
            result += "amp;";
        }
    }
    return result;
}

/// Calls `draw(from, to, is_dependency)` for every edge, in the direction of an upgrade.
template <typename Draw> void for_each_edge(const Graph& graph, Draw draw) {
    for (Index i = 0; i < graph.size(); ++i) {
        const auto needs = graph.needs(i);
        for (std::size_t place = 0; place < needs.size(); ++place) {
            draw(needs[place], i, place >= graph.parents(i).size());
        }
    }
}

} // namespace

std::vector<std::string> draw_text(const Graph& graph, const AppliedSet& applied,
                                   std::span<const std::string> messages) {
    Lanes lanes(graph);
    for (const Index i : drawing_order(graph)) {
        lanes.draw(i, text_of(graph, applied, i, message_of(messages, i)));
    }
    return lanes.take_lines();
}

std::string draw_mermaid(const Graph& graph, const AppliedSet& applied,
                         std::span<const std::string> messages) {
    const auto name = [](Index i) { return "n" + std::to_string(i); };
    std::string result = "flowchart BT\n"
                         "    classDef applied fill:#cfe8cf,stroke:#2e7d32,color:#000\n"
                         "    classDef current fill:#a5d6a7,stroke:#1b5e20,color:#000,"
                         "stroke-width:3px\n";
    for (Index i = 0; i < graph.size(); ++i) {
        result += "    " + name(i) + "[\"" + mermaid_text(graph.id(i) + labels_of(graph, i));
        if (const std::string message = message_of(messages, i); !message.empty()) {
            result += "<br/>" + mermaid_text(message);
        }
        result += "\"]";
        result += applied.is_row(i) ? ":::current" : applied.is_applied(i) ? ":::applied" : "";
        result += "\n";
    }
    for_each_edge(graph, [&](Index from, Index to, bool is_dependency) {
        result += "    " + name(from) + (is_dependency ? " -.-> " : " --> ") + name(to) + "\n";
    });
    return result;
}

std::string draw_dot(const Graph& graph, const AppliedSet& applied,
                     std::span<const std::string> messages) {
    std::string result = "digraph revisions {\n"
                         "    rankdir=BT;\n"
                         "    node [shape=box, fillcolor=\"#cfe8cf\"];\n";
    for (Index i = 0; i < graph.size(); ++i) {
        result += "    " + dot_name(graph.id(i)) + " [label=\"" +
                  dot_text(graph.id(i) + labels_of(graph, i));
        if (const std::string message = message_of(messages, i); !message.empty()) {
            result += "\\n" + dot_text(message);
        }
        result += "\"";
        result += applied.is_applied(i) ? ", style=filled" : "";
        result += applied.is_row(i) ? ", penwidth=3" : "";
        result += "];\n";
    }
    for_each_edge(graph, [&](Index from, Index to, bool is_dependency) {
        result += "    " + dot_name(graph.id(from)) + " -> " + dot_name(graph.id(to)) +
                  (is_dependency ? " [style=dashed];\n" : ";\n");
    });
    return result + "}\n";
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
