#include "client/commands/directory.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace migrate::client {

namespace {

namespace fs = std::filesystem;

std::string file_text(const fs::path& path) {
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    if (!stream ||
        (stream.peek() != std::ifstream::traits_type::eof() && !(text << stream.rdbuf()))) {
        throw ClientError(std::string("could not read it: ") + std::strerror(errno))
            .at(path.string());
    }
    return std::move(text).str();
}

// Below `folder`, whose own path in the directory is `within`.
void collect(const fs::path& folder, const std::string& within,
             std::vector<files::SourceFile>& files) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.')) {
            continue;
        }
        std::string path = within;
        path += within.empty() ? "" : "/";
        path += name;
        if (entry.is_directory()) {
            // Below links to directories there could be anything, even this one again.
            if (!entry.is_symlink()) {
                collect(entry.path(), path, files);
            }
        } else if (!entry.exists()) {
            if (files::holds_text(path)) {
                throw ClientError("the link leads nowhere").at(entry.path().string());
            }
        } else if (entry.is_regular_file()) {
            files.push_back({path, files::holds_text(path) ? file_text(entry.path()) : ""});
        }
    }
}

// Reads the number at the start of `text`.
std::optional<int> leading_number(std::string_view text) {
    int number = 0;
    const auto end = text.data() + text.size();
    return std::from_chars(text.data(), end, number).ec == std::errc() ? std::optional(number)
                                                                       : std::nullopt;
}

// The number after the last `words` in `text`.
std::optional<int> number_after(std::string_view text, std::string_view words) {
    const std::size_t at = text.rfind(words);
    return at == std::string_view::npos ? std::nullopt
                                        : leading_number(text.substr(at + words.size()));
}

// What stands in the first quotes after `words`.
std::optional<std::string> quoted_after(std::string_view text, std::string_view words) {
    const std::size_t at = text.find(words);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view rest = text.substr(at + words.size());
    const std::size_t end = rest.find('"');
    return end == std::string_view::npos ? std::nullopt
                                         : std::optional(std::string(rest.substr(0, end)));
}

template <typename Function> void for_each_line(std::string_view text, Function function) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        function(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

} // namespace

std::string path_in(const std::string& directory, std::string_view path) {
    return path.empty() ? directory : (fs::path(directory) / path).lexically_normal().string();
}

std::vector<files::SourceFile> read_files(const std::string& path) {
    std::vector<files::SourceFile> files;
    if (!fs::is_directory(path)) {
        const bool is_there = fs::exists(path);
        throw ClientError(is_there ? "\"" + path + "\" is not a directory"
                                   : "there is no directory \"" + path + "\"");
    }
    try {
        collect(path, {}, files);
    } catch (const fs::filesystem_error& error) {
        throw ClientError("could not read it: " + error.code().message())
            .at(error.path1().string());
    }
    return files;
}

Directory read_directory(const std::string& path, std::optional<files::Layout> layout) {
    const std::vector<files::SourceFile> files = read_files(path);
    try {
        const files::Layout chosen = layout ? *layout : files::detect_layout(files);
        return {path, chosen, files::read_sources(chosen, files)};
    } catch (const files::SourceError& error) {
        std::string place = path_in(path, error.path());
        if (error.line() > 0) {
            place += ":" + std::to_string(error.line());
        }
        throw ClientError(error.message(), error.detail(), error.hint()).at(place);
    }
}

Places::Places(const Directory& directory) : directory_(&directory) {
    for (const files::SourceRevision& revision : directory.sources.revisions) {
        revisions_.emplace(revision.revision.id, &revision);
    }
}

std::string Places::place_of(const files::SourceText& text, int line) const {
    return path_in(directory_->path, text.path) + ":" + std::to_string(text.first_line + line - 1);
}

std::string Places::place_in(const std::string& revision, bool is_up, int line) const {
    const auto found = revisions_.find(revision);
    if (found == revisions_.end()) {
        return {};
    }
    const files::SourceRevision& source = *found->second;
    if (!is_up && !source.down) {
        return {};
    }
    return place_of(is_up ? source.up : *source.down, line);
}

// The lines that are read here:
//   up text of revision "a3", line 2, column 20                    CONTEXT of a registration
//   Statement 1, line 1 of the up text of revision "a3".           DETAIL of a registration
//   revision "a3" of prefix "shop", statement 2, line 7            CONTEXT of a run
//   cannot replace @schema@ in line 2 of the up text of revision "a3"   the message
std::string Places::place_of(const Report& report, bool is_up) const {
    std::string place;
    if (directory_ == nullptr) {
        return place;
    }
    const std::string lines = report.context + "\n" + report.detail + "\n" + report.message;
    for_each_line(lines, [&](std::string_view line) {
        if (!place.empty()) {
            return;
        }
        for (const bool up : {true, false}) {
            const auto named =
                quoted_after(line, up ? "up text of revision \"" : "down text of revision \"");
            const auto number = number_after(line, "line ");
            if (named && number) {
                place = place_in(*named, up, *number);
                return;
            }
        }
        const auto named = quoted_after(line, "revision \"");
        const auto number = number_after(line, ", line ");
        if (named && number && line.find(", statement ") != std::string_view::npos) {
            place = place_in(*named, is_up, *number);
        }
    });
    return place;
}

} // namespace migrate::client
