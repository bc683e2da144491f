// The texts of revisions with names in the place of @prefix@ and @schema@.  The name of a
// schema is whatever somebody called it, so it must not mean more than a name in the text.
#pragma once

#include "engine/tables/prefix.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace migrate::engine {

/// `text` as it runs in `prefix`.  Throws Failure(refused_statement) when a name would be
/// more than a name there; `origin` is the text's name, such as `up text of revision "x"`.
std::string replaced_text(const Prefix& prefix, std::string_view text, const std::string& origin);

/// The same to look into, not to run: nothing, and a NOTICE, where that would throw.
std::optional<std::string> readable_text(const Prefix& prefix, std::string_view text,
                                         const std::string& origin);

/// `text` as it runs in `prefix`, to search for words: never to be parsed or run.
std::string searchable_text(const Prefix& prefix, std::string_view text);

/// The line of the first @schema@ in `text` that is no identifier of its own, so that not the
/// name of every schema can stand there.
std::optional<int> line_of_confined_schema(std::string_view text);

/// `text` to be judged, not run: as it runs in `prefix`, or would in one whose schema has a
/// plain name, when it cannot run in this one.
std::string checkable_text(const Prefix& prefix, std::string_view text);

} // namespace migrate::engine
