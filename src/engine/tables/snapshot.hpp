// Table migrate.snapshot: the schema of a prefix as its runs left it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// The row of migrate.snapshot that holds a whole schema.
struct Snapshot {
    std::vector<std::string> rows;
    std::string objects;            // SchemaModel::to_text
    bool is_of_this_server = false; // the major version
};

namespace tables {

/// The fingerprint of the schema at `rows`, if it was noted on this major version.
std::optional<std::string> kept_fingerprint(std::string_view prefix,
                                            std::span<const std::string> rows);
std::optional<Snapshot> find_snapshot(std::string_view prefix);
/// Notes the schema at `rows`, and forgets all but the fingerprint of any other.
void keep_snapshot(std::string_view prefix, std::span<const std::string> rows,
                   std::string_view fingerprint, const std::optional<std::string>& objects);
/// Forgets what was noted of `prefix` while one of `revisions` was current.
void forget_snapshots(std::string_view prefix, std::span<const std::string> revisions);

} // namespace tables

} // namespace migrate::engine
