// Table migrate.revision: the revisions of each history, with their texts, edges and heads.
#pragma once

#include "core/direction.hpp"
#include "core/graph/graph.hpp"
#include "core/string_arena.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace migrate::engine {

/// A row of migrate.revision, the texts aside.
struct RevisionInfo {
    std::string_view message; // of the history's texts
    bool is_reversible = true;
    bool up_transactional = true;
    bool down_transactional = true;
};

/// All revisions of a prefix, in registration order.
struct History {
    core::Graph graph;
    std::vector<RevisionInfo> revisions;
    core::StringArena texts;
};

/// A row of migrate.revision as registration writes it.
struct RevisionRow {
    std::string prefix;
    core::Revision revision;
    std::string message;
    std::string up;
    std::optional<std::string> down;
    bool up_transactional = true;
    bool down_transactional = true;
};

namespace tables {

/// `address` is what messages about these revisions call their history.
History load_history(std::string_view source, core::Address address);
std::optional<RevisionRow> find_revision(std::string_view source, std::string_view id);
std::vector<std::string> heads(std::string_view source);
/// The id or label of `source` among `names`, nothing when none is taken by a revision
/// other than `except`.
std::optional<std::string> taken_name(std::string_view source, std::span<const std::string> names,
                                      std::string_view except);
/// The revision that carries exactly the label `label`.
std::optional<std::string> carrier_of(std::string_view source, const std::string& label);
/// Which of `ids` are not registered.
std::vector<std::string> missing_revisions(std::string_view source,
                                           std::span<const std::string> ids);
/// `ordinal` must be above those of all other revisions of the prefix.
void insert_revision(const RevisionRow& row, std::int64_t ordinal);
void update_revision(const RevisionRow& row);
void delete_revision(std::string_view source, std::string_view id);
/// Sets is_head of `ids` from the edges as they are now.
void refresh_heads(std::string_view source, std::span<const std::string> ids);
/// The text that a direction runs; nothing when it is NULL.
std::optional<std::string> text(std::string_view source, std::string_view id,
                                core::Direction direction);
/// The same of several, by their ids: without those that are NULL, and those that would take more
/// than `most_bytes` each in the table.
std::unordered_map<std::string, std::string> texts(std::string_view source,
                                                   std::span<const std::string> ids,
                                                   core::Direction direction,
                                                   std::size_t most_bytes);
/// Calls back with id and up text of every revision of `source`.
void for_each_up(std::string_view source,
                 const std::function<void(const std::string& id, const std::string& up)>& visit);
/// Who registered a revision, and when.
struct RegistrationInfo {
    std::int64_t registered_at = 0;
    std::string registered_by;
};
RegistrationInfo registration_of(std::string_view source, std::string_view id);

} // namespace tables

} // namespace migrate::engine
