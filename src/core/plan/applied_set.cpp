#include "core/plan/applied_set.hpp"

#include "core/failure.hpp"
#include "core/graph/traversal.hpp"
#include "core/plan/lookup.hpp"
#include "core/sql/calls.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace migrate::core {

namespace {

std::vector<Index> rows_named(const Graph& graph, std::span<const std::string> row_ids,
                              const std::optional<std::string>& prefix) {
    std::vector<Index> rows;
    std::vector<std::string> stale;
    for (const std::string& row_id : row_ids) {
        if (const auto found = graph.find(row_id)) {
            rows.push_back(*found);
        } else {
            stale.push_back(row_id);
        }
    }
    if (!stale.empty()) {
        throw Failure(
            FailureCode::stale_row,
            "applied revision " + in_quotes(stale.front()) + of_prefix(prefix) +
                " is not registered",
            stale.size() > 1 ? "The same holds for " + listed(std::span(stale).subspan(1)) + "."
                             : "",
            "Register the revision again; or, if all that is registered is applied, say "
            "so with " +
                select_call("migrate_stamp", {"ARRAY['heads']", "purge => true"}, prefix) + ".");
    }
    return rows;
}

} // namespace

AppliedSet::AppliedSet(const Graph& graph) : AppliedSet(graph, std::span<const Index>()) {}

AppliedSet::AppliedSet(const Graph& graph, std::span<const std::string> row_ids)
    : AppliedSet(graph, row_ids, graph.address().prefix) {}

AppliedSet::AppliedSet(const Graph& graph, std::span<const std::string> row_ids,
                       const std::optional<std::string>& prefix)
    : AppliedSet(graph, rows_named(graph, row_ids, prefix)) {}

AppliedSet::AppliedSet(const Graph& graph, std::span<const Index> rows)
    : graph_(&graph), applied_(with_ancestors(graph, rows, Edges::all)),
      applied_dependents_(graph.size()), position_(graph.size(), no_position) {
    const std::vector<Index> applied = members(applied_);
    size_ = applied.size();
    for (const Index i : applied) {
        for (const Index need : graph.needs(i)) {
            ++applied_dependents_[need];
        }
    }
    for (const Index i : applied) {
        if (applied_dependents_[i] == 0) {
            add_row(i);
        }
    }
}

std::vector<Index> AppliedSet::rows() const {
    std::vector<Index> result = rows_;
    std::sort(result.begin(), result.end());
    return result;
}

RowChange AppliedSet::apply(Index i) {
    const auto needs = graph_->needs(i);
    if (applied_[i] ||
        !std::all_of(needs.begin(), needs.end(), [this](Index need) { return applied_[need]; })) {
        throw std::logic_error("revision applied twice, or before what it needs");
    }
    RowChange change;
    for (const Index need : needs) {
        // A row that i reaches only indirectly would not be a row: what lies
        // between is applied.
        ++applied_dependents_[need];
        if (is_row(need)) {
            remove_row(need);
            change.removed.push_back(need);
        }
    }
    std::sort(change.removed.begin(), change.removed.end());
    applied_[i] = true;
    ++size_;
    add_row(i);
    change.added.push_back(i);
    return change;
}

RowChange AppliedSet::revert(Index i) {
    if (!is_row(i)) {
        throw std::logic_error("revision reverted that is not a row");
    }
    RowChange change;
    remove_row(i);
    change.removed.push_back(i);
    applied_[i] = false;
    --size_;
    for (const Index need : graph_->needs(i)) {
        if (--applied_dependents_[need] == 0) {
            add_row(need);
            change.added.push_back(need);
        }
    }
    std::sort(change.added.begin(), change.added.end());
    return change;
}

void AppliedSet::add_row(Index i) {
    position_[i] = static_cast<Index>(rows_.size());
    rows_.push_back(i);
}

void AppliedSet::remove_row(Index i) {
    rows_[position_[i]] = rows_.back();
    position_[rows_.back()] = position_[i];
    position_[i] = no_position;
    rows_.pop_back();
}

RowChange row_change(std::span<const Index> before, std::span<const Index> after) {
    std::vector<Index> old_rows(before.begin(), before.end());
    std::vector<Index> new_rows(after.begin(), after.end());
    std::sort(old_rows.begin(), old_rows.end());
    std::sort(new_rows.begin(), new_rows.end());
    RowChange change;
    std::set_difference(old_rows.begin(), old_rows.end(), new_rows.begin(), new_rows.end(),
                        std::back_inserter(change.removed));
    std::set_difference(new_rows.begin(), new_rows.end(), old_rows.begin(), old_rows.end(),
                        std::back_inserter(change.added));
    return change;
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
