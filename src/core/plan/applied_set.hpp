// What is applied in a database, and its rows: the maximal elements of that set
// over ALL, which is all that the database stores of it.
#pragma once

#include "core/graph/graph.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace migrate::core {

/// What a step does to the rows; each list in registration order.
struct RowChange {
    std::vector<Index> removed;
    std::vector<Index> added;
};

/// The graph must outlive it.
class AppliedSet {
  public:
    /// Nothing is applied.
    explicit AppliedSet(const Graph& graph);
    /// Everything that `rows` reach is applied.  Redundant rows are tolerated.
    AppliedSet(const Graph& graph, std::span<const Index> rows);
    /// The same from the stored ids.  Throws Failure(stale_row) for ids that no
    /// revision has; `prefix` is whose rows they are, as in Address.
    AppliedSet(const Graph& graph, std::span<const std::string> row_ids);
    AppliedSet(const Graph& graph, std::span<const std::string> row_ids,
               const std::optional<std::string>& prefix);

    bool is_applied(Index i) const { return applied_[i]; }
    bool is_row(Index i) const { return position_[i] != no_position; }
    /// How many revisions are applied.
    std::size_t size() const noexcept { return size_; }
    /// In registration order.
    std::vector<Index> rows() const;

    /// Marks `i`, whose needs must all be applied, as applied.
    RowChange apply(Index i);
    /// Marks `i`, which must be a row, as not applied.
    RowChange revert(Index i);
    // Both take time in proportion to the degree of `i`, and throw
    // std::logic_error when the caller broke the order.

  private:
    static constexpr Index no_position = static_cast<Index>(-1);

    void add_row(Index i);
    void remove_row(Index i);

    const Graph* graph_;
    std::vector<bool> applied_;
    std::vector<Index> applied_dependents_; ///< how many of each one's dependents are applied
    std::vector<Index> rows_;               ///< in no order
    std::vector<Index> position_;           ///< in rows_
    std::size_t size_ = 0;
};

/// From one set of rows to another.
RowChange row_change(std::span<const Index> before, std::span<const Index> after);

} // namespace migrate::core

#include "core/no_postgres.hpp"
