// Table migrate.snapshot: in which states the schema of a prefix was noted, and the fingerprint
// that it had there.  Its objects as they were noted last are in migrate.noted_object.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// The state that was noted last.
struct Snapshot {
    std::vector<std::string> rows;
    std::string fingerprint;            // may be of 1.0, or empty
    bool is_of_this_server = false;     // the major version
    bool is_here = false;               // noted in this database, by a run or stamp
    std::optional<std::string> objects; // SchemaModel::to_text, where version 1.0 has noted it
};

namespace tables {

/// The fingerprint of the schema at `rows`, if it was noted on this major version.
std::optional<std::string> kept_fingerprint(std::string_view prefix,
                                            std::span<const std::string> rows);
std::optional<Snapshot> find_snapshot(std::string_view prefix);
/// Notes that the objects noted are those at `rows`.
void keep_snapshot(std::string_view prefix, std::span<const std::string> rows,
                   std::string_view fingerprint);
/// Adds to the fingerprints of all states, those of 1.0 aside.
void shift_fingerprints(std::string_view prefix, std::uint64_t difference);
/// Keeps nothing of the state at `rows` but that it was there.
void clear_snapshot(std::string_view prefix, std::span<const std::string> rows);
/// The objects noted are those of no state any more; fingerprints stay.
void leave_snapshot(std::string_view prefix);
/// Forgets what was noted of `prefix` while one of `revisions` was current.
void forget_snapshots(std::string_view prefix, std::span<const std::string> revisions);

} // namespace tables

} // namespace migrate::engine
