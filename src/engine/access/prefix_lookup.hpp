// Looks a prefix up by the argument of a call, and says how messages and suggested calls name it.
#pragma once

#include "core/sql/calls.hpp"
#include "engine/tables/prefix.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace migrate::engine {

/// The prefix that a call means: its argument, else the setting migrate.prefix, else
/// the default prefix.
std::string named_prefix(const std::optional<std::string>& argument);

/// The prefix `name`; throws Failure(undefined_object) when there is none.
Prefix require_prefix(const std::string& name);

/// The same, but nothing for the default prefix before its first registration: it stands
/// for an empty history then.
std::optional<Prefix> find_or_default(const std::string& name);

using core::described_prefix;

/// How a suggested call names prefix `name`: not at all where the default of its argument
/// means that one anyway.
std::optional<std::string> prefix_in_hints(std::string_view name);
/// The same for all that core says of `prefix` and its revisions.
core::Address address_of(const Prefix& prefix);

} // namespace migrate::engine
