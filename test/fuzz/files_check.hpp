// What must hold of the readers of migration files for any files; shared by the fuzzer and the
// unit tests.
//
// An input is the files of one directory, one behind the other: a line `=== PATH` begins each, and
// what follows it, up to the next such line, is the file's text.  What stands before the first
// such line means nothing, nor does a path that was there before or that no file can have.
#pragma once

#include <string_view>

namespace migrate::files {

/// Reads the files as each layout.  Throws std::logic_error that says what does not hold.  Files
/// that are refused with a SourceError are fine.
void check_sources(std::string_view input);

} // namespace migrate::files
