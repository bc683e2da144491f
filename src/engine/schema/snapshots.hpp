// Notes of a prefix's schema in migrate.snapshot: when they are taken, and whether the schema is
// still as they say.
#pragma once

#include "core/schema/model.hpp"
#include "engine/tables/prefix.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

/// Before an upgrade by `revisions`: forgets what was noted when they were applied last, maybe
/// with other texts; and notes how things are while nothing is applied.
void note_beginning(const Prefix& prefix, std::span<const std::string> revisions);

/// Forgets what the schema is while nothing is applied.
void forget_base(const Prefix& prefix);

/// Where in a run a schema could be noted.
enum class RunMoment { between_revisions, after_last };

/// Whether note_schema does anything then: as the option of the prefix has it.
bool notes_schema(const Prefix& prefix, RunMoment moment);

/// Whether to compare a schema with what was noted at the same current revisions before.
enum class DriftCheck { none, warn };

/// Notes the schema of `prefix` at its current revisions, if it is to be noted.  What was made must
/// have been written down.  With `check`, a WARNING tells when the schema is not what it was there
/// before.
void note_schema(const Prefix& prefix, RunMoment moment, DriftCheck check);

/// The schema of `prefix` as it is now.
core::SchemaModel current_model(const Prefix& prefix);

/// `its base`, or `revision "x"`, for messages.
std::string described_current(const std::vector<std::string>& current);

/// Whether the schema is otherwise than it was noted at `rows`; nothing when that cannot be told.
std::optional<bool> has_drifted(const Prefix& prefix, const std::vector<std::string>& rows);

} // namespace migrate::engine
