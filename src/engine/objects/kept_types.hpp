// Types and labels that a downgrade kept because something needs them.  The next upgrade of the
// revision takes them over.
#pragma once

#include "core/sql/named_types.hpp"
#include "engine/catalog/types.hpp"
#include "engine/tables/object.hpp"
#include "pg/script/parse.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace migrate::engine {

/// Statements of a text that are not run, each with the row of what it would make; none for one
/// that alters what another of them would make.
using PassedOver = std::map<std::size_t, std::optional<ObjectRow>>;

/// Whether a text may mean `identity` by `type`.
bool is_called(const core::NamedType& type, const catalog::TypeIdentity& identity);
/// The type that a text calls so, where the text would make it.
std::optional<pg::ObjectId> type_named(const core::NamedType& type);

/// What the commands of a text do with the names of types, those in DO blocks too; not what the
/// functions that it makes would do when they are called.
std::vector<core::TypeChange> type_changes_of(const pg::Script& script);
/// Whether the first thing that they do with the name of `type` is to take it.
bool takes_name_first(const std::vector<core::TypeChange>& changes,
                      const catalog::TypeIdentity& type);

/// Whether the type or label of `row` is still there.
bool is_there(const ObjectRow& row);

/// The statements of `script`, an up text, that would make what of `kept` is there already.  As the
/// current role.  Nothing stays of what is tried for it.  `origin` names the text.  Throws
/// Failure(not_in_prerequisite_state) for a type that is another one than the text would make.
PassedOver statements_to_pass_over(const pg::Script& script, const std::vector<ObjectRow>& kept,
                                   const std::string& origin);

} // namespace migrate::engine
