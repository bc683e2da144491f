// What the readers of migration files share: lines with their numbers, pieces of files,
// names taken apart, and the chain that versions in a row become.
#pragma once

#include "files/layout.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::files {

/// Pointers to files, in the order of their paths, so that every message is the same
/// whatever order the files came in.
using SourceFiles = std::vector<const SourceFile*>;

// One reader per layout; each throws SourceError.
Sources read_native(const SourceFiles& files);
Sources read_golang_migrate(const SourceFiles& files);
Sources read_diesel(const SourceFiles& files);
Sources read_dbmate(const SourceFiles& files);
Sources read_goose(const SourceFiles& files);
Sources read_flyway(const SourceFiles& files);
Sources read_sqitch(const SourceFiles& files);

// --- characters and words -------------------------------------------------------------

bool is_blank(char c) noexcept; ///< white space within a line, a carriage return included
bool is_digit(char c) noexcept;
std::string_view trimmed(std::string_view text) noexcept;
/// `text` without `start`, or nothing if it does not begin so.
std::optional<std::string_view> after(std::string_view text, std::string_view start) noexcept;
/// How many digits `text` begins with.
std::size_t leading_digits(std::string_view text) noexcept;
/// Compares runs of digits as numbers of any size.
int compare_numbers(std::string_view left, std::string_view right) noexcept;
/// The words that white space separates.
std::vector<std::string_view> words_of(std::string_view text);

// --- paths ----------------------------------------------------------------------------

std::string_view base_name(std::string_view path) noexcept;
/// What stands before the last '/', or nothing.
std::string_view folder_of(std::string_view path) noexcept;
/// Whether the name ends in .sql, in whatever case.
bool is_sql(std::string_view path);
/// What a name says about what it holds: "add_orders" is "add orders".
std::string title_of(std::string_view slug);

// --- names of each layout, as detection and readers see them ---------------------------

bool is_native_name(std::string_view path);
bool is_golang_name(std::string_view path); ///< 1_title.up.sql or 1_title.down.sql
bool is_diesel_name(std::string_view path); ///< 2024-01-15-143000_title/up.sql and its like
bool is_flyway_name(std::string_view path); ///< V1__title.sql, U1__…, B1__… or R__…
bool has_native_header(std::string_view text);
bool has_goose_marker(std::string_view text);
bool has_dbmate_marker(std::string_view text);

// --- texts ----------------------------------------------------------------------------

/// What keeps `text` from being UTF-8 that PostgreSQL can store, and the line it is on.
struct TextFlaw {
    int line;
    std::string message;
    std::string hint;
};
std::optional<TextFlaw> flaw_of(std::string_view text);

/// `text` without the byte order mark of UTF-8 that it may begin with.
std::string_view without_mark(std::string_view text) noexcept;

/// The text of a file without a byte order mark.  Throws SourceError for a flaw.
std::string_view text_of(const SourceFile& file);

struct Line {
    std::string_view text; ///< without the line feed, and the carriage return before it
    std::size_t begin;     ///< where it begins
    std::size_t next;      ///< where the next line begins
    int number;            ///< from 1
};

/// Goes through the lines of a text: `for (LineReader reader(text); reader.next();)`.
class LineReader {
  public:
    explicit LineReader(std::string_view text) : text_(text) {}
    bool next();
    const Line& line() const noexcept { return line_; }

  private:
    std::string_view text_;
    Line line_{{}, 0, 0, 0};
};

/// The piece of `text` from `begin` to `end`, `begin` being the start of line `first_line`,
/// without blank lines before it and white space after it.
SourceText piece_of(std::string_view path, std::string_view text, std::size_t begin,
                    std::size_t end, int first_line);
SourceText whole_of(const SourceFile& file);

/// Whether `line` is a comment that begins with `-- ` and `marker`, any amount of white
/// space in between; then what follows the marker.
std::optional<std::string_view> marker_in(std::string_view line, std::string_view marker);

/// "true" or "false"; throws SourceError for anything else.
bool parse_switch(std::string_view path, int line, std::string_view name, std::string_view value);

// --- revisions ------------------------------------------------------------------------

/// core::check_identifier(), with the place of the name.
void check_source_name(std::string_view path, int line, std::string_view kind,
                       std::string_view name);

/// Makes each revision the child of the one before it, after checking its id against the
/// rules and against the ids before it.
void link_in_row(std::vector<SourceRevision>& revisions);

/// Parents and dependencies first; among those that are free, in the order given.  Throws
/// SourceError for names that exist twice, and for revisions that need one another.
std::vector<SourceRevision> in_order(std::vector<SourceRevision> revisions);

/// A file that is left out: `path` looks like a script, but not like one of this layout.
SourceNotice left_out(std::string_view path, Layout layout);

} // namespace migrate::files

#include "core/no_postgres.hpp"
