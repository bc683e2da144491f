// Revisions kept as files: which tool's layout a directory has, and the revisions that its
// files hold.  These functions get names and texts; their caller opens the files.  Texts are
// pieces of their files, so that a line of a text is a line of its file.
#pragma once

#include "core/graph/revision.hpp"

#include <array>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::files {

enum class Layout { native, golang_migrate, diesel, dbmate, goose, flyway, sqitch };

inline constexpr std::array<Layout, 7> all_layouts = {
    Layout::native, Layout::golang_migrate, Layout::diesel, Layout::dbmate,
    Layout::goose,  Layout::flyway,         Layout::sqitch};

/// What people call the layout: "native", "golang-migrate" and so on.
std::string_view layout_name(Layout layout) noexcept;

/// The layout that is called `name`; none for any other text.
std::optional<Layout> layout_named(std::string_view name) noexcept;

struct SourceFile {
    std::string path; ///< relative to the directory, parts separated by '/'
    std::string text; ///< may be left empty where holds_text(path) is false
};

/// Whether some layout reads what a file of this name holds.  Of all other files only the
/// name is looked at.
bool holds_text(std::string_view path);

/// A piece of a file, without blank lines at its start and white space at its end.
struct SourceText {
    std::string text;
    std::string path;
    int first_line = 1; ///< the line of the file on which `text` begins, from 1

    bool operator==(const SourceText&) const = default;
};

struct SourceRevision {
    core::Revision revision;
    std::string message;
    SourceText up;
    std::optional<SourceText> down; ///< none: irreversible
    // What the files themselves declare; none: nothing.
    std::optional<bool> up_transactional;
    std::optional<bool> down_transactional;
};

/// Something that the reader left out and that the user may have counted on.
struct SourceNotice {
    std::string path;
    std::string message; ///< lower-case start, no full stop
};

struct Sources {
    /// Parents come before their children; where that leaves a choice, in the order of the
    /// layout.  Each revision names its parents: in layouts that know no parents each
    /// revision follows the one before it.
    std::vector<SourceRevision> revisions;
    std::vector<SourceNotice> notices;
};

/// A file that cannot be read as what it looks like.
class SourceError : public std::exception {
  public:
    /// `line` from 1, or 0 for the file as a whole; `path` is empty when the directory as a
    /// whole is meant.  The texts are as those of Failure.
    SourceError(std::string path, int line, std::string message, std::string detail = {},
                std::string hint = {});

    /// "path:line: message", as compilers write it.
    const char* what() const noexcept override { return what_.c_str(); }
    const std::string& path() const noexcept { return path_; }
    int line() const noexcept { return line_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& detail() const noexcept { return detail_; }
    const std::string& hint() const noexcept { return hint_; }

  private:
    std::string path_;
    int line_;
    std::string message_;
    std::string detail_;
    std::string hint_;
    std::string what_;
};

/// The layout that the names tell and, where names are alike, the contents.  `files`: all
/// files below the directory, in any order.  Throws SourceError when none fits, or several
/// do; it then shows files of each.
Layout detect_layout(std::span<const SourceFile> files);

/// The revisions that `files` hold, read as `layout`.  Files that are no part of the layout
/// are left out; throws SourceError for one that nearly is part of it, and for all that the
/// tool itself would refuse.  A parent that no file holds is not an error: it may be
/// registered already.
Sources read_sources(Layout layout, std::span<const SourceFile> files);

} // namespace migrate::files

#include "core/no_postgres.hpp"
