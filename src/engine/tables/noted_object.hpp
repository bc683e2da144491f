// Table migrate.noted_object: what the objects of a prefix were when its schema was noted last, in
// the state that migrate.snapshot names.
#pragma once

#include "core/schema/model.hpp"
#include "core/schema/whole_objects.hpp"
#include "pg/wall/types.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::engine {

struct NotedObject {
    core::SchemaIdentity identity;
    std::optional<std::string> text; ///< nothing: it could not be looked at
    /// What it counts in the fingerprint; nothing for what is nobody's, or common to several.
    std::optional<std::uint64_t> count;
};

namespace tables {

/// Of `prefix`, in the order of kinds and names.
std::vector<NotedObject> noted_objects(std::string_view prefix);
/// Only the names of those of one kind.
std::vector<std::string> noted_names(std::string_view prefix, std::string_view kind);
/// The sum of what they count; nothing where one of them could not be looked at.
std::optional<core::SchemaSum> noted_sum(std::string_view prefix);

/// Adds objects that are not noted, with the oids that they have now.
void note_objects(std::string_view prefix, std::span<const NotedObject> objects);

/// Each of these forgets objects, and calls `gone` with what each has counted.
using Counted = std::function<void(std::uint64_t count)>;
void forget_noted(std::string_view prefix);
/// Relations, types and functions with these addresses.
void forget_noted(std::string_view prefix, std::span<const pg::ObjectAddressKey> addresses,
                  const Counted& gone);
void forget_noted(std::string_view prefix, std::span<const NotedObject> objects,
                  const Counted& gone);
/// All that is no relation, type or function.
void forget_others_noted(std::string_view prefix, const Counted& gone);

} // namespace tables

} // namespace migrate::engine
