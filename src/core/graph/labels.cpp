#include "core/graph/labels.hpp"

#include "core/graph/traversal.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace migrate::core {

namespace {

using Ordinals = std::vector<std::uint32_t>; ///< labels by number, ascending

/// Sets of labels, each kept once, so that the thousands of revisions of one
/// branch share a set instead of holding copies.
class SetPool {
  public:
    SetPool() { sets_.emplace_back(); }

    static constexpr std::uint32_t empty = 0;

    std::uint32_t of(std::uint32_t first, std::uint32_t count) {
        Ordinals set(count);
        for (std::uint32_t i = 0; i < count; ++i) {
            set[i] = first + i;
        }
        return keep(std::move(set));
    }

    std::uint32_t join(std::uint32_t left, std::uint32_t right) {
        if (left == right || right == empty) {
            return left;
        }
        if (left == empty) {
            return right;
        }
        const auto [known, is_new] = joined_.try_emplace(std::minmax(left, right));
        if (is_new) {
            Ordinals set;
            std::set_union(sets_[left].begin(), sets_[left].end(), sets_[right].begin(),
                           sets_[right].end(), std::back_inserter(set));
            known->second = keep(std::move(set));
        }
        return known->second;
    }

    const std::vector<Ordinals>& sets() const { return sets_; }

  private:
    std::uint32_t keep(Ordinals set) {
        const auto [known, is_new] =
            numbers_.try_emplace(std::move(set), static_cast<std::uint32_t>(sets_.size()));
        if (is_new) {
            sets_.push_back(known->first);
        }
        return known->second;
    }

    std::vector<Ordinals> sets_;
    std::map<Ordinals, std::uint32_t> numbers_{{{}, empty}};
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> joined_;
};

} // namespace

Labels::Labels(const Graph& graph) : set_of_(graph.size(), SetPool::empty) {
    SetPool pool;
    std::vector<std::string_view> labels;
    std::vector<std::uint32_t> own(graph.size(), SetPool::empty);
    for (Index i = 0; i < graph.size(); ++i) {
        const auto& carried = graph.revision(i).branch_labels;
        if (!carried.empty()) {
            own[i] = pool.of(static_cast<std::uint32_t>(labels.size()),
                             static_cast<std::uint32_t>(carried.size()));
            labels.insert(labels.end(), carried.begin(), carried.end());
        }
    }
    if (!labels.empty()) {
        const std::vector<Index> order = upgrade_order(graph, Marks(graph.size(), true));
        for (const Index i : order) {
            set_of_[i] = own[i];
            for (const Index parent : graph.parents(i)) {
                set_of_[i] = pool.join(set_of_[i], set_of_[parent]);
            }
        }
        // Downwards a label passes single parents that are no fork, and stops at
        // a merge.
        std::vector<std::uint32_t> from_above(graph.size(), SetPool::empty);
        for (auto i = order.rbegin(); i != order.rend(); ++i) {
            const auto parents = graph.parents(*i);
            if (parents.size() == 1 && !graph.is_branch_point(parents[0]) &&
                !graph.is_merge_point(parents[0])) {
                from_above[parents[0]] = pool.join(own[*i], from_above[*i]);
            }
            set_of_[*i] = pool.join(set_of_[*i], from_above[*i]);
        }
    }
    sets_.reserve(pool.sets().size());
    for (const Ordinals& ordinals : pool.sets()) {
        auto& set = sets_.emplace_back();
        set.reserve(ordinals.size());
        for (const std::uint32_t ordinal : ordinals) {
            set.push_back(labels[ordinal]);
        }
    }
}

std::span<const std::string_view> Labels::of(Index i) const {
    return sets_[set_of_[i]];
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
