// Our own layout: YYYY_MM_DD_HHMM-<revision>_<slug>.sql, with a header of comments.
#include "files/native.hpp"

#include "core/failure.hpp"
#include "core/text.hpp"
#include "files/native_header.hpp"
#include "files/reader.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace migrate::files {

namespace {

void check_name(const SourceFile& file, const SourceRevision& revision, int line) {
    const std::string& id = revision.revision.id;
    const std::string_view name = base_name(file.path);
    const std::string wanted = native_name_end(revision);
    if (!is_native_name(file.path)) {
        throw SourceError(file.path, line, "file is not named as a native migration", {},
                          "Name it YYYY_MM_DD_HHMM-" + wanted + ".");
    }
    const auto rest = after(name.substr(native_time_bytes), id_in_name(id));
    if (!rest || (!(*rest).starts_with("_") && *rest != ".sql")) {
        throw SourceError(
            file.path, line,
            "revision " + core::in_quotes(id) + " is not the one that the file's name tells", {},
            "Name the file " + std::string(name.substr(0, native_time_bytes)) + wanted +
                ", or correct the id.");
    }
}

constexpr std::array<std::string_view, 5> header_keys = {"revision", "down_revision", "depends_on",
                                                         "branch_labels", "message"};

struct HeaderLine {
    std::string key;
    std::string_view value;
};

/// The key and value of `-- key: value`, whatever the key; none for other lines.
std::optional<HeaderLine> header_line(std::string_view line) {
    const auto comment = after(line, "--");
    const std::size_t colon = comment ? comment->find(':') : std::string_view::npos;
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    return HeaderLine{std::string(trimmed(comment->substr(0, colon))), comment->substr(colon + 1)};
}

bool is_header_key(std::string_view key) {
    return std::find(header_keys.begin(), header_keys.end(), key) != header_keys.end();
}

/// The key that somebody may have meant who wrote `key`: other case, - or no plural.
std::optional<std::string_view> meant_key(std::string_view key) {
    std::string written = core::lower_case(key);
    std::replace_if(
        written.begin(), written.end(), [](char c) { return c == '-' || c == ' '; }, '_');
    for (const std::string_view known : header_keys) {
        if (written == known || written + "s" == known || written == std::string(known) + "s" ||
            (written == "depend_on" && known == "depends_on")) {
            return known;
        }
    }
    return std::nullopt;
}

/// A marker's line, as far as it was understood.
struct Marker {
    Line line;
    std::optional<bool> transactional;
    bool is_exact = false;
    std::string boundary;
};

class FileReader {
  public:
    explicit FileReader(const SourceFile& file) : file_(file), text_(text_of(file)) {}

    SourceRevision read() {
        for (LineReader reader(text_); reader.next();) {
            const Line& line = reader.line();
            if (const auto options = marker_in(line.text, native_up_marker)) {
                begin(up_, line, *options);
            } else if (const auto down_options = marker_in(line.text, native_down_marker)) {
                begin(down_, line, *down_options);
            } else if (!up_) {
                take_header(line);
            }
        }
        check_complete();
        take_texts();
        check_name(file_, result_, revision_line_);
        return std::move(result_);
    }

  private:
    [[noreturn]] void fail(int line, std::string message, std::string hint = {}) const {
        throw SourceError(file_.path, line, std::move(message), {}, std::move(hint));
    }

    void begin(std::optional<Marker>& place, const Line& line, std::string_view options) {
        const bool is_up = &place == &up_;
        if (up_ && !up_->boundary.empty() && !has_boundary(options)) {
            return; // part of a text, which the boundary tells apart
        }
        if (!is_up && !up_) {
            fail(line.number, "\"-- migrate:down\" stands before \"-- migrate:up\"",
                 "Write the up text first.");
        }
        if (place || (is_up && down_)) {
            fail(line.number, "marker " + core::in_quotes(trimmed(line.text)) + " appears twice",
                 "If this line is part of a text, write a word of your choice on both markers: "
                 "-- migrate:up boundary:WORD.");
        }
        place = parse_marker(line, options);
        if (!is_up && place->boundary != up_->boundary) {
            fail(line.number, "marker has a boundary that \"-- migrate:up\" has not",
                 "Write the same boundary on both markers.");
        }
    }

    bool has_boundary(std::string_view options) const {
        const std::vector<std::string_view> words = words_of(options);
        return std::any_of(words.begin(), words.end(), [this](std::string_view option) {
            return after(option, "boundary:") == up_->boundary;
        });
    }

    Marker parse_marker(const Line& line, std::string_view options) const {
        Marker result{line, std::nullopt, false, {}};
        for (const std::string_view option : words_of(options)) {
            if (const auto value = after(option, "transaction:")) {
                result.transactional = parse_switch(file_.path, line.number, "transaction", *value);
            } else if (const auto exact = after(option, "exact:")) {
                result.is_exact = parse_switch(file_.path, line.number, "exact", *exact);
            } else if (const auto boundary = after(option, "boundary:");
                       boundary && !boundary->empty()) {
                result.boundary = *boundary;
            } else {
                fail(line.number, "unknown option " + core::in_quotes(option),
                     "Options are transaction:false, exact:true and boundary:WORD.");
            }
        }
        return result;
    }

    void take_header(const Line& line) {
        const std::string_view text = trimmed(line.text);
        if (text.empty()) {
            return;
        }
        if (!text.starts_with("--")) {
            fail(line.number, "text stands before \"-- migrate:up\"", "Move it below the marker.");
        }
        const auto header = header_line(text);
        if (!header) {
            return;
        }
        const bool is_misplaced = text.front() != line.text.front();
        if (is_header_key(header->key) && !is_misplaced) {
            take_value(*header, line.number);
        } else if (is_header_key(header->key)) {
            fail(line.number, "line of the header does not begin its line",
                 "Remove the white space before it.");
        } else if (const auto meant = meant_key(header->key)) {
            fail(line.number, "unknown name " + core::in_quotes(header->key) + " in the header",
                 "Perhaps " + core::in_quotes(*meant) + " was meant.");
        } else if (core::lower_case(header->key) == "migrate") {
            fail(line.number, "unknown marker " + core::in_quotes(text),
                 "Markers are \"-- migrate:up\" and \"-- migrate:down\", from the start of the "
                 "line.");
        }
    }

    void take_value(const HeaderLine& header, int line) {
        core::Revision& revision = result_.revision;
        if (header.key == "message") {
            result_.message += (has_message_ ? "\n" : "") + parse_message_line(header.value);
            has_message_ = true;
            return;
        }
        std::vector<std::string> names = parse_names(file_.path, line, header.value);
        const bool is_label = header.key == "branch_labels";
        for (const std::string& name : names) {
            check_source_name(file_.path, line, is_label ? "branch label" : "revision", name);
        }
        if (header.key == "revision") {
            if (names.size() != 1 || revision_line_ != 0) {
                fail(line, "a file holds one revision", "Write one id, on one line.");
            }
            revision.id = std::move(names.front());
            revision_line_ = line;
            return;
        }
        has_parents_ = has_parents_ || header.key == "down_revision";
        std::vector<std::string>& place = is_label                        ? revision.branch_labels
                                          : header.key == "down_revision" ? revision.down_revision
                                                                          : revision.depends_on;
        place.insert(place.end(), names.begin(), names.end());
    }

    void check_complete() const {
        if (revision_line_ == 0) {
            fail(0, "file has no line \"-- revision: …\"", "Write the id into the header.");
        }
        if (!has_parents_) {
            fail(revision_line_, "header has no line \"-- down_revision: …\"",
                 "Write the parent's id; nothing behind the colon makes a base.");
        }
        if (!up_) {
            fail(0, "file has no line \"-- migrate:up\"",
                 "Write the marker above the text of the upgrade.");
        }
    }

    void take_texts() {
        result_.up = text_behind(*up_, down_ ? down_->line.begin : text_.size());
        result_.up_transactional = up_->transactional;
        if (down_) {
            result_.down = text_behind(*down_, text_.size());
            result_.down_transactional = down_->transactional;
        }
    }

    SourceText text_behind(const Marker& marker, std::size_t end) const {
        const std::size_t begin = marker.line.next;
        if (!marker.is_exact) {
            return piece_of(file_.path, text_, begin, end, marker.line.number + 1);
        }
        std::string_view text = text_.substr(begin, end - begin);
        if (!text.empty() && text.back() == '\n') {
            text.remove_suffix(1); // the one before the next marker, or at the end of the file
        }
        return {std::string(text), file_.path, marker.line.number + 1};
    }

    const SourceFile& file_;
    std::string_view text_;
    SourceRevision result_;
    int revision_line_ = 0;
    bool has_parents_ = false;
    bool has_message_ = false;
    std::optional<Marker> up_;
    std::optional<Marker> down_;
};

} // namespace

bool has_native_header(std::string_view text) {
    for (LineReader reader(text); reader.next();) {
        const std::string_view line = reader.line().text;
        const auto header = header_line(line);
        if (header && header->key == "revision") {
            return true;
        }
        if (!trimmed(line).empty() &&
            (!line.starts_with("--") || marker_in(line, native_up_marker))) {
            return false;
        }
    }
    return false;
}

Sources read_native(const SourceFiles& files) {
    Sources result;
    for (const SourceFile* file : files) {
        const bool is_at_top = folder_of(file->path).empty();
        if (is_native_name(file->path) ||
            (is_at_top && is_sql(file->path) && has_native_header(without_mark(file->text)))) {
            result.revisions.push_back(FileReader(*file).read());
        } else if (is_at_top && is_sql(file->path)) {
            if (is_digit(file->path.front()) || has_dbmate_marker(without_mark(file->text))) {
                throw SourceError(file->path, 0, "file is not named as a native migration", {},
                                  "Name it YYYY_MM_DD_HHMM-REVISION_TITLE.sql.");
            }
            result.notices.push_back(left_out(file->path, Layout::native));
        }
    }
    // The names begin with the time, whatever directory they are in.
    std::stable_sort(result.revisions.begin(), result.revisions.end(),
                     [](const SourceRevision& left, const SourceRevision& right) {
                         return base_name(left.up.path) < base_name(right.up.path);
                     });
    result.revisions = in_order(std::move(result.revisions));
    return result;
}

} // namespace migrate::files

#include "core/no_postgres.hpp"
