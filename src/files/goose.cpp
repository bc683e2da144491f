// goose: 00001_title.sql, with annotations such as `-- +goose Up`, in any case.
#include "core/text.hpp"
#include "files/reader.hpp"

#include "core/failure.hpp"

#include <algorithm>

namespace migrate::files {

namespace {

/// The annotation on a line, in lower case and with single blanks; none for other lines.
std::optional<std::string> annotation_in(std::string_view line) {
    const auto rest = after(line, "--");
    if (!rest) {
        return std::nullopt;
    }
    const std::vector<std::string_view> words = words_of(*rest);
    if (words.empty() || words.front() != "+goose") {
        return std::nullopt;
    }
    std::string result;
    for (std::size_t i = 1; i < words.size(); ++i) {
        core::append_item(result, core::lower_case(words[i]), " ");
    }
    return result;
}

class FileReader {
  public:
    FileReader(const SourceFile& file, std::string_view version)
        : file_(file), version_(version), text_(text_of(file)) {}

    SourceRevision read() {
        for (LineReader reader(text_); reader.next();) {
            const Line& line = reader.line();
            if (const auto annotation = annotation_in(line.text)) {
                take(*annotation, line);
            } else {
                check_other(line);
            }
        }
        if (!up_) {
            throw SourceError(file_.path, 0, "file has no line \"-- +goose Up\"", {},
                              "Write the annotation above the text of the upgrade.");
        }
        if (statement_ != 0) {
            fail(statement_, "\"-- +goose StatementBegin\" has no \"-- +goose StatementEnd\"",
                 "Write it below the statement.");
        }
        return result();
    }

  private:
    [[noreturn]] void fail(int line, std::string message, std::string hint) const {
        throw SourceError(file_.path, line, std::move(message), {}, std::move(hint));
    }

    void take(const std::string& annotation, const Line& line) {
        if (annotation == "up" || annotation == "down") {
            begin(annotation == "up", line);
        } else if (annotation == "statementbegin") {
            if (!up_) {
                fail(line.number, "\"-- +goose StatementBegin\" stands before \"-- +goose Up\"",
                     "Write \"-- +goose Up\" above the text of the upgrade.");
            }
            if (statement_ != 0) {
                fail(line.number, "\"-- +goose StatementBegin\" stands within a statement",
                     "Write \"-- +goose StatementEnd\" below the one that begins on line " +
                         std::to_string(statement_) + ".");
            }
            statement_ = line.number;
        } else if (annotation == "statementend") {
            if (statement_ == 0) {
                fail(line.number, "\"-- +goose StatementEnd\" has no \"-- +goose StatementBegin\"",
                     "Write it above the statement, or remove the end.");
            }
            statement_ = 0;
        } else if (annotation == "no transaction") {
            is_transactional_ = false;
        } else if (annotation == "envsub on" || annotation == "envsubst on") {
            fail(line.number, "environment variables in migrations are not supported",
                 "Write the values into the text, and remove \"-- +goose ENVSUB ON\".");
        } else if (annotation != "envsub off" && annotation != "envsubst off") {
            fail(line.number, "unknown annotation " + core::in_quotes(trimmed(line.text)),
                 "goose knows Up, Down, StatementBegin, StatementEnd, NO TRANSACTION and ENVSUB.");
        }
    }

    void begin(bool is_up, const Line& line) {
        if (statement_ != 0) {
            fail(statement_, "\"-- +goose StatementBegin\" has no \"-- +goose StatementEnd\"",
                 "Write it below the statement.");
        }
        if (!is_up && !up_) {
            fail(line.number, "\"-- +goose Down\" stands before \"-- +goose Up\"",
                 "Write the up text first.");
        }
        std::optional<Line>& place = is_up ? up_ : down_;
        if (place) {
            fail(line.number,
                 "annotation " + core::in_quotes(trimmed(line.text)) + " appears twice",
                 "Keep one of them; the first is on line " + std::to_string(place->number) + ".");
        }
        if (is_up && down_) {
            fail(line.number, "\"-- +goose Up\" stands after \"-- +goose Down\"",
                 "Write the up text first.");
        }
        place = line;
    }

    void check_other(const Line& line) const {
        const std::string_view text = trimmed(line.text);
        if (text != line.text && annotation_in(text)) {
            fail(line.number, "annotation does not begin its line",
                 "Remove the white space before it.");
        }
        if (!up_ && !text.empty() && !text.starts_with("--")) {
            fail(line.number, "text stands before \"-- +goose Up\"",
                 "Move it below the annotation.");
        }
    }

    SourceRevision result() const {
        SourceRevision result;
        result.revision.id = version_;
        std::string_view slug = std::string_view(file_.path).substr(version_.size() + 1);
        slug.remove_suffix(std::string_view(".sql").size());
        result.message = title_of(slug);
        result.up = piece_of(file_.path, text_, up_->next, down_ ? down_->begin : text_.size(),
                             up_->number + 1);
        result.up_transactional = is_transactional_;
        if (down_) {
            result.down = piece_of(file_.path, text_, down_->next, text_.size(), down_->number + 1);
            result.down_transactional = is_transactional_;
        }
        return result;
    }

    const SourceFile& file_;
    std::string_view version_;
    std::string_view text_;
    std::optional<Line> up_;
    std::optional<Line> down_;
    int statement_ = 0; ///< the line of an open StatementBegin; 0 for none
    std::optional<bool> is_transactional_;
};

/// The version of a file that is a migration by its name.  None for other files.
std::optional<std::string_view> version_of(const std::string& path) {
    const std::size_t digits = leading_digits(path);
    if (digits == 0 || path.find('/') != std::string::npos) {
        return std::nullopt;
    }
    if (path.ends_with(".go")) {
        throw SourceError(path, 0, "migration is written in Go", {},
                          "Write it in SQL; the server cannot run Go.");
    }
    if (!is_sql(path)) {
        return std::nullopt;
    }
    if (path[digits] != '_' || !path.ends_with(".sql")) {
        throw SourceError(path, 0, "file is not named as a migration of goose", {},
                          "Name it VERSION_TITLE.sql.");
    }
    return std::string_view(path).substr(0, digits);
}

} // namespace

bool has_goose_marker(std::string_view text) {
    for (LineReader reader(text); reader.next();) {
        if (annotation_in(reader.line().text)) {
            return true;
        }
    }
    return false;
}

Sources read_goose(const SourceFiles& files) {
    const auto is_lower = [](std::string_view left, std::string_view right) {
        return compare_numbers(left, right) < 0;
    };
    std::map<std::string_view, const SourceFile*, decltype(is_lower)> migrations(is_lower);
    Sources result;
    for (const SourceFile* file : files) {
        const auto version = version_of(file->path);
        if (version) {
            const auto [place, is_new] = migrations.emplace(*version, file);
            if (!is_new) {
                throw SourceError(file->path, 0,
                                  "version " + std::string(*version) + " exists twice",
                                  "The other file is " + place->second->path + ".",
                                  "Give one of them another version.");
            }
        } else if (is_sql(file->path) && folder_of(file->path).empty()) {
            result.notices.push_back(left_out(file->path, Layout::goose));
        }
    }
    for (const auto& [version, file] : migrations) {
        result.revisions.push_back(FileReader(*file, version).read());
    }
    link_in_row(result.revisions);
    return result;
}

} // namespace migrate::files

#include "core/no_postgres.hpp"
