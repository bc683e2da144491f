// What the schema of a prefix was when its last run ended, and what of it is otherwise now.
#pragma once

#include "core/plan/plan.hpp"
#include "engine/tables/registry.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace migrate::engine {

/// When the schema of a prefix is to be noted: its option `snapshots`.
enum class Snapshots { after_run, after_revision, off };
/// Throws Failure(invalid_argument) for anything but `run`, `revision` and `off`.
Snapshots parse_snapshots(std::string_view text);

/// Before an upgrade by `revisions`: forgets what was noted when they were applied last, maybe
/// with other texts; and notes how things are while nothing is applied.
void note_beginning(const Prefix& prefix, std::span<const std::string> revisions);

/// Forgets what the schema is while nothing is applied.
void forget_base(const Prefix& prefix);

/// Whether note_schema does anything after a revision, `is_last` of those that run: as the
/// option of the prefix has it.
bool notes_schema(const Prefix& prefix, bool is_last);

/// Notes the schema of `prefix` as of its rows now, if it is to be noted.  What was made must
/// have been written down.  After a downgrade, says with a WARNING when it is not what it was
/// at these rows before; not where `is_told` that something was left.
void note_schema(const Prefix& prefix, core::Direction direction, bool is_last, bool is_told);

/// A difference as migrate_drift prints it.
struct Drift {
    std::string prefix;
    std::string change; // added, removed, changed
    std::string object;
    std::optional<std::string> property;
    std::optional<std::string> before;
    std::optional<std::string> after;
};
/// Throws Failure(not_in_prerequisite_state) when the schema as of the rows is not known.
std::vector<Drift> drift(const std::optional<std::string>& prefix);

/// Whether there is any; nothing when that cannot be told.
std::optional<bool> has_drifted(const Prefix& prefix, const std::vector<std::string>& rows);

} // namespace migrate::engine
