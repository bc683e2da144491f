// Table migrate.prefix: prefixes with their owners, schemas and options, and the count of their
// changes.
#pragma once

#include "core/prefix_naming.hpp"
#include "core/prefix_options.hpp"
#include "pg/wall/scope.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// A row of migrate.prefix.
struct Prefix {
    std::string name;
    std::string owner;
    std::string schema;
    core::Naming naming = core::Naming::prefixed;
    std::string search_path;
    std::optional<std::string> template_name;
    core::Isolation isolation = core::Isolation::error;
    core::Snapshots snapshots = core::Snapshots::after_run;
    std::vector<pg::Setting> settings;
    std::int64_t generation = 0;
    std::int64_t number = 0; // what stands for it in locks

    /// The prefix whose revisions it runs.
    const std::string& source() const { return template_name ? *template_name : name; }
};

namespace tables {

std::optional<Prefix> find_prefix(std::string_view name);
std::vector<Prefix> prefixes();
/// Makes the row, which gives the prefix its number.  False when there is one of that name, or
/// comes to be while we wait for the transaction that makes it.
bool insert_prefix(const Prefix& prefix);
void update_prefix(const Prefix& prefix);
void delete_prefix(std::string_view name);
void delete_all_of_prefix(std::string_view prefix);
/// Counts a change of the prefix, once per transaction; raises 40001 when the caller's
/// snapshot is older than somebody else's change.  The prefix as it is then; nothing when it was
/// not the first time.
std::optional<Prefix> advance_generation(std::string_view name);
/// Counts changes of all other prefixes.
std::int64_t generation_of_others(std::string_view prefix);
/// Raises 40001 when the caller's snapshot is older than a change of the prefix.
void require_fresh_snapshot(std::string_view name);

} // namespace tables

} // namespace migrate::engine
