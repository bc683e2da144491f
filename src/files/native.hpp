// Writing files of the native layout.  What is written here reads back as the same
// revision, byte by byte (docs/layouts.md has the rules).
#pragma once

#include "files/layout.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace migrate::files {

/// A minute in UTC, as the names of native files begin with it.
struct FileTime {
    int year = 1970;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;

    bool operator==(const FileTime&) const = default;
};

/// The minute that "2024-01-15 14:30…" names; the T of ISO 8601 instead of the blank is
/// fine, and what follows the minutes is not looked at.  None for any other text.
std::optional<FileTime> parse_file_time(std::string_view text);

/// `YYYY_MM_DD_HHMM-<revision>_<slug>.sql`; the slug comes from the message.
std::string native_file_name(const SourceRevision& revision, const FileTime& time);

/// The file's text.  Paths and lines of the revision's texts are not looked at.
std::string native_file_text(const SourceRevision& source);

} // namespace migrate::files

#include "core/no_postgres.hpp"
