#include "engine/tables/pending_writes.hpp"

#include "engine/tables/current.hpp"
#include "engine/tables/log.hpp"
#include "engine/tables/object.hpp"
#include "pg/session/random_and_hash.hpp"
#include "pg/session/session.hpp"

namespace migrate::engine {

namespace {

/// So that memory does not grow with the run.
constexpr std::size_t most_unwritten = 500;

} // namespace

void PendingWrites::add(std::vector<ObjectRow> objects) {
    // A label that a later revision adds IF NOT EXISTS comes twice, and one statement may
    // not write a row twice.
    for (const ObjectRow& object : objects) {
        if (names_.contains({object.name.type, object.name.identity})) {
            write_objects();
            break;
        }
    }
    for (ObjectRow& object : objects) {
        names_.emplace(object.name.type, object.name.identity);
        objects_.push_back(std::move(object));
    }
    if (objects_.size() > most_unwritten) {
        write_objects();
    }
}

void PendingWrites::add(LogEntry entry, std::string_view text) {
    entry.checksum = pg::text_checksum(text);
    entries_.push_back(std::move(entry));
    if (entries_.size() > most_unwritten) {
        write_log();
    }
}

void PendingWrites::write_log() {
    tables::insert_log(entries_);
    entries_.clear();
}

std::vector<ObjectRow> PendingWrites::remove(std::span<const pg::ObjectAddressKey> addresses) {
    if (addresses.empty()) {
        return {};
    }
    write_objects();
    return tables::take_objects(prefix_, addresses);
}

void PendingWrites::remove_later(std::span<const pg::ObjectAddressKey> addresses) {
    removed_.insert(removed_.end(), addresses.begin(), addresses.end());
    if (removed_.size() > most_unwritten) {
        write_objects();
    }
}

void PendingWrites::change_current(std::span<const std::string> removed,
                                   std::span<const std::string> added) {
    for (const std::string& row : removed) {
        if (added_rows_.erase(row) == 0) {
            removed_rows_.insert(row);
        }
    }
    for (const std::string& row : added) {
        if (removed_rows_.erase(row) == 0) {
            added_rows_.insert(row);
        }
    }
}

void PendingWrites::write() {
    tables::change_current(prefix_, {removed_rows_.begin(), removed_rows_.end()},
                           {added_rows_.begin(), added_rows_.end()});
    removed_rows_.clear();
    added_rows_.clear();
    write_objects();
    write_log();
}

void PendingWrites::write_objects() {
    tables::insert_objects(prefix_, objects_);
    objects_.clear();
    names_.clear();
    // After those, which may have been dropped again.  A row that is another object's by now, one
    // that was made under the name of the dropped one, has another address.
    tables::delete_objects(prefix_, removed_);
    removed_.clear();
}

} // namespace migrate::engine
