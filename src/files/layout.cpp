#include "files/layout.hpp"

#include "core/text.hpp"
#include "files/reader.hpp"

#include <algorithm>
#include <utility>

namespace migrate::files {

namespace {

constexpr std::size_t most_shown = 3;

/// Files that speak for one layout.
struct Evidence {
    Layout layout;
    std::vector<std::string_view> paths;
};

SourceFiles sorted(std::span<const SourceFile> files) {
    SourceFiles result;
    result.reserve(files.size());
    for (const SourceFile& file : files) {
        result.push_back(&file);
    }
    std::sort(result.begin(), result.end(), [](const SourceFile* left, const SourceFile* right) {
        return left->path < right->path;
    });
    return result;
}

/// What a file speaks for; none for files that are in no layout, or could be in several.
std::optional<Layout> layout_of(const SourceFile& file) {
    const bool is_at_top = folder_of(file.path).empty();
    const std::string_view text = without_mark(file.text);
    if (base_name(file.path) == "sqitch.plan") {
        return Layout::sqitch;
    }
    if (is_diesel_name(file.path)) {
        return Layout::diesel;
    }
    if (is_native_name(file.path)) {
        return Layout::native;
    }
    if (is_golang_name(file.path)) {
        return Layout::golang_migrate;
    }
    if (is_flyway_name(file.path)) {
        return Layout::flyway;
    }
    if (!is_at_top || !is_sql(file.path)) {
        return std::nullopt;
    }
    if (has_native_header(text)) {
        return Layout::native;
    }
    if (!is_digit(file.path.front())) {
        return std::nullopt;
    }
    if (has_goose_marker(text)) {
        return Layout::goose;
    }
    return has_dbmate_marker(text) ? std::optional(Layout::dbmate) : std::nullopt;
}

std::string shown(const std::vector<std::string_view>& paths) {
    std::string result = core::joined(std::span(paths).first(std::min(paths.size(), most_shown)));
    if (paths.size() > most_shown) {
        result += " and " + std::to_string(paths.size() - most_shown) + " more";
    }
    return result;
}

std::string all_layout_names() {
    std::string result;
    for (const Layout layout : all_layouts) {
        core::append_item(result, layout_name(layout));
    }
    return result;
}

[[noreturn]] void fail_without_layout(const SourceFiles& files) {
    std::vector<std::string_view> scripts;
    std::vector<std::string_view> others;
    for (const SourceFile* file : files) {
        (is_sql(file->path) ? scripts : others).push_back(file->path);
    }
    if (files.empty()) {
        throw SourceError({}, 0, "directory holds no files", {},
                          "Make the first migration with migratectl new.");
    }
    if (scripts.empty()) {
        throw SourceError({}, 0, "directory holds no migrations", "It holds " + shown(others) + ".",
                          "Name the directory that holds the migrations.");
    }
    for (const SourceFile* file : files) {
        static_cast<void>(text_of(*file)); // markers in a file that is not UTF-8 were not seen
        const auto layout = layout_of({std::string(base_name(file->path)), file->text});
        if (layout) {
            const std::string folder(folder_of(file->path));
            throw SourceError({}, 0, "directory holds no migrations",
                              "Those in " + folder + " look like " +
                                  std::string(layout_name(*layout)) + ".",
                              "Name the directory " + folder + ".");
        }
    }
    throw SourceError(
        std::string(scripts.front()), 0, "layout of the directory is unknown",
        "Neither names nor markers tell what tool these files are for: " + shown(scripts) + ".",
        "Name the layout with --format: " + all_layout_names() + ".");
}

/// Ids and messages come from names, and the server stores UTF-8.
void check_names(const SourceFiles& files) {
    for (const SourceFile* file : files) {
        if (holds_text(file->path) && flaw_of(file->path)) {
            throw SourceError(file->path, 0, "name of the file is not valid UTF-8", {},
                              "Rename the file.");
        }
    }
}

[[noreturn]] void fail_mixed(const std::vector<Evidence>& found) {
    std::string detail;
    for (const Evidence& evidence : found) {
        core::append_item(
            detail, std::string(layout_name(evidence.layout)) + ": " + shown(evidence.paths) + ".",
            " ");
    }
    throw SourceError({}, 0, "directory holds migrations of several layouts", detail,
                      "Move those of one layout to a directory of their own, or name the layout "
                      "with --format.");
}

} // namespace

std::string_view layout_name(Layout layout) noexcept {
    switch (layout) {
    case Layout::native:
        return "native";
    case Layout::golang_migrate:
        return "golang-migrate";
    case Layout::diesel:
        return "diesel";
    case Layout::dbmate:
        return "dbmate";
    case Layout::goose:
        return "goose";
    case Layout::flyway:
        return "flyway";
    case Layout::sqitch:
        return "sqitch";
    }
    return "";
}

std::optional<Layout> layout_named(std::string_view name) noexcept {
    const auto found = std::find_if(all_layouts.begin(), all_layouts.end(),
                                    [name](Layout layout) { return layout_name(layout) == name; });
    return found == all_layouts.end() ? std::nullopt : std::optional<Layout>(*found);
}

SourceError::SourceError(std::string path, int line, std::string message, std::string detail,
                         std::string hint)
    : path_(std::move(path)), line_(line), message_(std::move(message)), detail_(std::move(detail)),
      hint_(std::move(hint)) {
    what_ = path_;
    if (line_ > 0) {
        what_ += ":" + std::to_string(line_);
    }
    what_ += (what_.empty() ? "" : ": ") + message_;
}

bool holds_text(std::string_view path) {
    const std::string_view name = base_name(path);
    return is_sql(path) || name == "sqitch.plan" || name == "metadata.toml" ||
           name.ends_with(".sql.conf");
}

Layout detect_layout(std::span<const SourceFile> files) {
    const SourceFiles in_order = sorted(files);
    std::vector<Evidence> found;
    found.reserve(all_layouts.size());
    for (const Layout layout : all_layouts) {
        found.push_back({layout, {}});
    }
    for (const SourceFile* file : in_order) {
        if (const auto layout = layout_of(*file)) {
            found[static_cast<std::size_t>(*layout)].paths.push_back(file->path);
        }
    }
    found.erase(std::remove_if(found.begin(), found.end(),
                               [](const Evidence& evidence) { return evidence.paths.empty(); }),
                found.end());
    if (found.empty()) {
        fail_without_layout(in_order);
    }
    if (found.size() > 1) {
        fail_mixed(found);
    }
    return found.front().layout;
}

Sources read_sources(Layout layout, std::span<const SourceFile> files) {
    const SourceFiles in_order = sorted(files);
    check_names(in_order);
    switch (layout) {
    case Layout::native:
        return read_native(in_order);
    case Layout::golang_migrate:
        return read_golang_migrate(in_order);
    case Layout::diesel:
        return read_diesel(in_order);
    case Layout::dbmate:
        return read_dbmate(in_order);
    case Layout::goose:
        return read_goose(in_order);
    case Layout::flyway:
        return read_flyway(in_order);
    case Layout::sqitch:
        return read_sqitch(in_order);
    }
    return {};
}

} // namespace migrate::files

#include "core/no_postgres.hpp"
