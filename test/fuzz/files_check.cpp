#include "files_check.hpp"

#include "core/commit_message.hpp"
#include "core/failure.hpp"
#include "files/layout.hpp"
#include "files/native.hpp"
#include "files/reader.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace migrate::files {

namespace {

using Files = std::vector<SourceFile>;

void require(bool holds, const std::string& what) {
    if (!holds) {
        throw std::logic_error(what);
    }
}

/// Whether a file below a directory can be called so.
bool is_path(std::string_view path) {
    return !path.empty() && path.front() != '/' && path.back() != '/' &&
           path.find("//") == std::string_view::npos && path.find('\0') == std::string_view::npos;
}

Files parse(std::string_view input) {
    constexpr std::string_view mark = "=== ";
    constexpr std::size_t most = 32;
    Files files;
    std::set<std::string> paths;
    bool is_wanted = false;
    while (!input.empty()) {
        const std::size_t feed = input.find('\n');
        const std::string_view line = input.substr(0, feed);
        const std::size_t next = feed == std::string_view::npos ? input.size() : feed + 1;
        if (line.starts_with(mark)) {
            std::string path(line.substr(mark.size()));
            is_wanted = is_path(path) && files.size() < most && paths.insert(path).second;
            if (is_wanted) {
                files.push_back({std::move(path), {}});
            }
        } else if (is_wanted) {
            files.back().text += input.substr(0, next);
        }
        input.remove_prefix(next);
    }
    return files;
}

const SourceFile* file_at(const Files& files, std::string_view path) {
    const auto found = std::find_if(files.begin(), files.end(),
                                    [path](const SourceFile& file) { return file.path == path; });
    return found == files.end() ? nullptr : &*found;
}

/// The lines of a text, the one behind the last line feed included.
int lines_of(std::string_view text) {
    return 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

/// The part of `text` that begins with line `number`; none if there is no such line.
std::optional<std::string_view> from_line(std::string_view text, int number) {
    for (; number > 1; --number) {
        const std::size_t feed = text.find('\n');
        if (feed == std::string_view::npos) {
            return std::nullopt;
        }
        text.remove_prefix(feed + 1);
    }
    return text;
}

void check_error(const SourceError& error, const Files& files) {
    require(!error.message().empty() && error.message().back() != '.',
            "a message is there and ends without a full stop");
    for (const std::string& sentences : {error.detail(), error.hint()}) {
        const bool is_example = sentences.find(": ") != std::string::npos;
        require(sentences.empty() || sentences.back() == '.' || is_example,
                "DETAIL and HINT are sentences, which this is not: " + sentences);
    }
    if (error.path().empty()) {
        require(error.line() == 0, "a line is one of a file");
        return;
    }
    const SourceFile* file = file_at(files, error.path());
    require(file != nullptr, "an error names a file that is there");
    require(error.line() >= 0 && error.line() <= lines_of(file->text),
            "an error names a line that is there");
}

/// What `work` returns; none where it refuses the files, which it has to tell properly.
template <typename Work>
auto allowed(const Files& files, Work work) -> std::optional<decltype(work())> {
    try {
        return work();
    } catch (const SourceError& error) {
        check_error(error, files);
        return std::nullopt;
    }
}

bool same(const SourceRevision& left, const SourceRevision& right) {
    const auto text = [](const std::optional<SourceText>& source) {
        return source ? std::optional(source->text) : std::nullopt;
    };
    return left.revision.id == right.revision.id &&
           left.revision.down_revision == right.revision.down_revision &&
           left.revision.depends_on == right.revision.depends_on &&
           left.revision.branch_labels == right.revision.branch_labels &&
           left.message == right.message && left.up.text == right.up.text &&
           text(left.down) == text(right.down) && left.up_transactional == right.up_transactional &&
           left.down_transactional == right.down_transactional;
}

bool same(const Sources& left, const Sources& right) {
    return std::equal(
        left.revisions.begin(), left.revisions.end(), right.revisions.begin(),
        right.revisions.end(),
        [](const SourceRevision& one, const SourceRevision& other) { return same(one, other); });
}

bool same(const Files& left, const Files& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const SourceFile& one, const SourceFile& other) {
                          return one.path == other.path && one.text == other.text;
                      });
}

/// The errors' lines and the server's messages point into files by this.
void check_text(const SourceText& text, const Files& files) {
    const SourceFile* file = file_at(files, text.path);
    require(file != nullptr, "a text names a file that is there");
    // A file may end with the line of a marker.
    const int lines = lines_of(file->text) + (text.text.empty() ? 1 : 0);
    require(text.first_line >= 1 && text.first_line <= lines, "a text names a line that is there");
    const auto rest = from_line(without_mark(file->text), text.first_line);
    require(rest.value_or("").starts_with(text.text),
            "a text is what stands at its line of its file");
    require(!flaw_of(text.text), "a text can be stored");
}

void check_revisions(const Sources& sources, const Files& files) {
    std::set<std::string> names;
    std::set<std::string> all;
    for (const SourceRevision& source : sources.revisions) {
        require(all.insert(source.revision.id).second, "each id is there once");
    }
    for (const SourceRevision& source : sources.revisions) {
        core::check_identifier("revision", source.revision.id);
        require(!flaw_of(source.message), "a message can be stored");
        check_text(source.up, files);
        if (source.down) {
            check_text(*source.down, files);
        }
        for (const std::string& parent : source.revision.down_revision) {
            require(all.count(parent) == 0 || names.count(parent) == 1,
                    "parents come before their children");
        }
        names.insert(source.revision.id);
    }
    for (const SourceNotice& notice : sources.notices) {
        require(file_at(files, notice.path) != nullptr, "a notice names a file that is there");
        require(!notice.message.empty() && notice.message.back() != '.',
                "a notice ends without a full stop");
    }
}

/// As `migratectl export` writes them, a minute apart.
Files written(const Sources& sources) {
    Files files;
    for (const SourceRevision& source : sources.revisions) {
        const int number = static_cast<int>(files.size());
        const FileTime time{2024, 1, 1, number / 60, number % 60};
        files.push_back({native_file_name(source, time), native_file_text(source)});
    }
    return files;
}

void check_written(const Sources& sources) {
    const Files files = written(sources);
    if (files.empty()) {
        return;
    }
    require(detect_layout(files) == Layout::native, "what is written is native");
    const Sources again = read_sources(Layout::native, files);
    require(same(sources, again), "what is written reads back as it was");
    require(again.notices.empty(), "nothing that is written is left out");
    check_revisions(again, files);
    require(same(written(again), files), "what reads the same is written the same");
}

void check_layout(Layout layout, const Files& files, const Files& reversed, const Files& bare) {
    const std::string name(layout_name(layout));
    const auto sources = allowed(files, [&] { return read_sources(layout, files); });
    const auto other = allowed(reversed, [&] { return read_sources(layout, reversed); });
    require(sources.has_value() == other.has_value() && (!sources || same(*sources, *other)),
            name + ": the order of the files means nothing");
    const auto unread = allowed(bare, [&] { return read_sources(layout, bare); });
    require(sources.has_value() == unread.has_value() && (!sources || same(*sources, *unread)),
            name + ": only files that hold texts are read");
    if (sources) {
        check_revisions(*sources, files);
        check_written(*sources);
    }
}

} // namespace

void check_sources(std::string_view input) {
    const Files files = parse(input);
    const Files reversed(files.rbegin(), files.rend());
    Files bare = files;
    for (SourceFile& file : bare) {
        if (!holds_text(file.path)) {
            file.text.clear();
        }
    }
    const auto detected = allowed(files, [&] { return detect_layout(files); });
    require(detected == allowed(reversed, [&] { return detect_layout(reversed); }),
            "the order of the files means nothing to detection");
    require(detected == allowed(bare, [&] { return detect_layout(bare); }),
            "detection reads only files that hold texts");
    for (const Layout layout : all_layouts) {
        check_layout(layout, files, reversed, bare);
    }
}

} // namespace migrate::files
