#include "client/output/diff.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace migrate::client {

namespace {

constexpr std::size_t context_lines = 3;
// Beyond so many pairs of lines the middle is shown as replaced, rather than compared.
constexpr std::size_t most_pairs = 16'000'000;

using Lines = std::vector<std::string_view>;

// With their line feeds, so that a missing one at the end is a difference.
Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

struct Edit {
    char mark; ///< blank, - or +
    std::string_view line;
};

// The longest common subsequence of the middles decides; `lengths` has, for each pair of
// places, how long that of what follows them is.
void compare(const Lines& before, const Lines& after, std::vector<Edit>& edits) {
    const std::size_t rows = before.size();
    const std::size_t columns = after.size();
    std::vector<std::uint32_t> lengths;
    const bool is_small = rows == 0 || columns == 0 || columns <= most_pairs / rows;
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
        return lengths[i * (columns + 1) + j];
    };
    if (is_small) {
        lengths.resize((rows + 1) * (columns + 1));
        for (std::size_t i = rows; i-- > 0;) {
            for (std::size_t j = columns; j-- > 0;) {
                at(i, j) = before[i] == after[j] ? at(i + 1, j + 1) + 1
                                                 : std::max(at(i + 1, j), at(i, j + 1));
            }
        }
    }
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < rows || j < columns) {
        if (is_small && i < rows && j < columns && before[i] == after[j]) {
            edits.push_back({' ', before[i]});
            i++;
            j++;
        } else if (i < rows && (j == columns || !is_small || at(i + 1, j) >= at(i, j + 1))) {
            edits.push_back({'-', before[i++]});
        } else {
            edits.push_back({'+', after[j++]});
        }
    }
}

std::vector<Edit> edits_between(const Lines& before, const Lines& after) {
    const std::size_t shorter = std::min(before.size(), after.size());
    std::size_t start = 0;
    while (start < shorter && before[start] == after[start]) {
        start++;
    }
    std::size_t end = 0;
    while (end < shorter - start &&
           before[before.size() - 1 - end] == after[after.size() - 1 - end]) {
        end++;
    }
    const auto middle = [&](const Lines& lines) {
        return Lines(lines.begin() + static_cast<std::ptrdiff_t>(start),
                     lines.end() - static_cast<std::ptrdiff_t>(end));
    };
    std::vector<Edit> edits;
    for (std::size_t i = 0; i < start; i++) {
        edits.push_back({' ', before[i]});
    }
    compare(middle(before), middle(after), edits);
    for (std::size_t i = before.size() - end; i < before.size(); i++) {
        edits.push_back({' ', before[i]});
    }
    return edits;
}

/// Where each side stands while the edits are gone through.
struct Position {
    int before;
    int after;

    void pass(const Edit& edit) {
        before += edit.mark == '+' ? 0 : 1;
        after += edit.mark == '-' ? 0 : 1;
    }
};

// A side of a hunk's heading.  An empty one is said to follow the line before it.
std::string range(int first, int count) {
    const int shown = count == 0 ? first - 1 : first;
    return std::to_string(shown) + (count == 1 ? "" : "," + std::to_string(count));
}

std::string hunk(const std::vector<Edit>& edits, std::size_t begin, std::size_t end,
                 const Position& at) {
    Position after = at;
    std::string body;
    for (std::size_t i = begin; i < end; i++) {
        after.pass(edits[i]);
        body.append(1, edits[i].mark).append(edits[i].line);
        if (!body.ends_with('\n')) {
            body += "\n\\ No newline at end of file\n";
        }
    }
    return "@@ -" + range(at.before, after.before - at.before) + " +" +
           range(at.after, after.after - at.after) + " @@\n" + body;
}

} // namespace

std::string unified_diff(const DiffSide& before, const DiffSide& after) {
    if (before.text == after.text) {
        return {};
    }
    const std::vector<Edit> edits = edits_between(lines_of(before.text), lines_of(after.text));
    std::string result = "--- " + before.name + "\n+++ " + after.name + "\n";
    Position at = {before.first_line, after.first_line};
    std::size_t done = 0;
    const auto is_change = [](const Edit& edit) { return edit.mark != ' '; };
    for (;;) {
        const auto change =
            std::find_if(edits.begin() + static_cast<std::ptrdiff_t>(done), edits.end(), is_change);
        if (change == edits.end()) {
            return result;
        }
        const auto first = static_cast<std::size_t>(change - edits.begin());
        const std::size_t begin = std::max(done, first - std::min(first, context_lines));
        // A hunk goes on while the next change is not further away than both contexts.
        std::size_t end = first + 1;
        for (std::size_t i = first; i < edits.size() && i <= end + 2 * context_lines; i++) {
            end = is_change(edits[i]) ? i + 1 : end;
        }
        end = std::min(edits.size(), end + context_lines);
        for (; done < begin; done++) {
            at.pass(edits[done]);
        }
        result += hunk(edits, begin, end, at);
        for (; done < end; done++) {
            at.pass(edits[done]);
        }
    }
}

} // namespace migrate::client
