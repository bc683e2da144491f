// Table migrate.version: the current revisions of each prefix, which are the heads of what is
// applied.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine::tables {

/// The current revisions of `prefix`.
std::vector<std::string> current(std::string_view prefix);
void change_current(std::string_view prefix, const std::vector<std::string>& removed,
                    const std::vector<std::string>& added);
/// How many heads its source has, and whether all of them are current.
struct HeadState {
    std::int64_t heads = 0;
    bool all_are_current = false;
    bool is_within_revision = false; // a deploy is within one, or stopped there
};
HeadState head_state(std::string_view prefix);

} // namespace migrate::engine::tables
