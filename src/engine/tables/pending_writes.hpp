// What the revisions of a run leave to be written down: objects that they made, entries of the
// log, and where the prefix stands.  Revisions that share a transaction share the writing of it,
// for a statement costs more than the row that it writes, and each version of a row that is
// updated stays behind until the next VACUUM.
#pragma once

#include "engine/tables/log.hpp"
#include "engine/tables/object.hpp"

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace migrate::engine {

class PendingWrites {
  public:
    explicit PendingWrites(std::string prefix) : prefix_(std::move(prefix)) {}

    /// Objects whose names no row of the prefix has, or whose rows are to be replaced.
    void add(std::vector<ObjectRow> objects);
    /// `text` is what ran.
    void add(LogEntry entry, std::string_view text);

    /// Takes the rows of `addresses` away, written or not; returns them.
    std::vector<ObjectRow> remove(std::span<const pg::ObjectAddressKey> addresses);
    /// The same when the others are written, for whom it does not matter what they were.  Until
    /// then rows of objects that are no more are still read.
    void remove_later(std::span<const pg::ObjectAddressKey> addresses);

    /// Rows of the prefix that go, and that come.
    void change_current(std::span<const std::string> removed, std::span<const std::string> added);

    /// Writes what has not been written.
    void write();
    /// The same for the objects alone.
    void write_objects();

  private:
    void write_log();

    std::string prefix_;
    std::vector<ObjectRow> objects_;
    std::set<std::pair<std::string, std::string>> names_; // of these: kind, identity
    std::vector<pg::ObjectAddressKey> removed_;
    std::vector<LogEntry> entries_;
    std::set<std::string> removed_rows_;
    std::set<std::string> added_rows_;
};

} // namespace migrate::engine
