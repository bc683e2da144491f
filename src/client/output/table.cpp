#include "client/output/table.hpp"

#include "client/output/terminal.hpp"

#include <algorithm>
#include <utility>

namespace migrate::client {

namespace {

constexpr std::size_t narrowest = 8;

std::string padded(const std::string& text, std::size_t width, bool at_right) {
    const std::string blanks(width - std::min(width, display_width(text)), ' ');
    return at_right ? blanks + text : text + blanks;
}

std::string without_trailing_blanks(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

// Takes what does not fit from the widest of the columns that may shrink.
void shrink(std::vector<std::size_t>& widths, const std::vector<Column>& columns,
            std::size_t width) {
    std::size_t total = 0;
    for (const std::size_t each : widths) {
        total += each + 3;
    }
    while (total > width + 1) {
        std::size_t widest = columns.size();
        for (std::size_t i = 0; i < columns.size(); i++) {
            if (columns[i].may_shrink && widths[i] > narrowest &&
                (widest == columns.size() || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        if (widest == columns.size()) {
            return;
        }
        widths[widest]--;
        total--;
    }
}

} // namespace

std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows, std::size_t width) {
    std::vector<std::vector<std::string>> cells;
    std::vector<std::size_t> widths;
    widths.reserve(columns.size());
    for (const Column& column : columns) {
        widths.push_back(display_width(column.title));
    }
    for (const std::vector<std::string>& row : rows) {
        std::vector<std::string> line;
        for (std::size_t i = 0; i < columns.size(); i++) {
            const std::size_t end = std::min(row[i].find('\n'), row[i].size());
            line.push_back(printable(row[i].substr(0, end)) + (end < row[i].size() ? "…" : ""));
            widths[i] = std::max(widths[i], display_width(line.back()));
        }
        cells.push_back(std::move(line));
    }
    if (width > 0) {
        shrink(widths, columns, width);
    }

    std::string result;
    std::string line;
    std::string rule;
    for (std::size_t i = 0; i < columns.size(); i++) {
        const std::string title = fitted(columns[i].title, widths[i]);
        const std::size_t blanks = widths[i] - display_width(title);
        line += (i == 0 ? " " : "| ") + std::string(blanks / 2, ' ') + title +
                std::string(blanks - blanks / 2, ' ') + " ";
        rule += (i == 0 ? "-" : "+-") + std::string(widths[i], '-') + "-";
    }
    result += without_trailing_blanks(line) + "\n" + rule + "\n";
    for (const std::vector<std::string>& row : cells) {
        line.clear();
        for (std::size_t i = 0; i < columns.size(); i++) {
            line += (i == 0 ? " " : "| ") +
                    padded(fitted(row[i], widths[i]), widths[i], columns[i].is_number) + " ";
        }
        result += without_trailing_blanks(line) + "\n";
    }
    return result +
           (rows.size() == 1 ? "(1 row)\n" : "(" + std::to_string(rows.size()) + " rows)\n");
}

} // namespace migrate::client
