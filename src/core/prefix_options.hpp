// Options of a prefix that are words: how its fence reacts, and when its schema is noted.
#pragma once

#include <string_view>

namespace migrate::core {

/// What happens when a revision touches the objects of another prefix.
enum class Isolation { error, warn, off };

/// When the schema of a prefix is noted, for drift.
enum class Snapshots { after_run, after_revision, off };

/// The words that the options have in SQL.  The functions that read them throw
/// Failure(invalid_argument) for any other word.
const char* word_of(Isolation isolation) noexcept;
Isolation parse_isolation(std::string_view word);
const char* word_of(Snapshots snapshots) noexcept;
Snapshots parse_snapshots(std::string_view word);

} // namespace migrate::core
