// The rules of the native layout that reading and writing share: markers, values of the
// header, and what ids look like in names of files.
#pragma once

#include "files/layout.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace migrate::files {

inline constexpr std::string_view native_up_marker = "migrate:up";
inline constexpr std::string_view native_down_marker = "migrate:down";
inline constexpr std::size_t native_time_bytes = std::string_view("YYYY_MM_DD_HHMM-").size();

/// The id as names of files have it: without what file systems refuse, and not too long.
std::string id_in_name(std::string_view id);

/// What follows the time in the name of the revision's file: id, slug and ".sql".
std::string native_name_end(const SourceRevision& revision);

/// Names that commas or white space separate; one with a comma stands in quotes.  Throws
/// SourceError, with the place given, for quotes that do not match.
std::vector<std::string> parse_names(std::string_view path, int line, std::string_view value);
std::string written_names(const std::vector<std::string>& names);

/// A line of a message; quotes around all of it keep the white space at its ends.
std::string parse_message_line(std::string_view value);
std::string written_message_line(std::string_view line);

} // namespace migrate::files

#include "core/no_postgres.hpp"
