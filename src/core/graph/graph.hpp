// The graph of a prefix's revisions, immutable once built.  Two edge sets:
// PARENT is down_revision; ALL is PARENT and depends_on, resolved to revisions.
// A base has no parent, a head no child (over PARENT).  Revisions are numbered
// in registration order, which need not be topological: a replaced revision may
// have been given parents that were registered after it.
#pragma once

#include "core/graph/revision.hpp"
#include "core/sql/calls.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace migrate::core {

/// A revision's position in registration order.
using Index = std::uint32_t;

/// Lists of neighbours, all in one array.
class Adjacency {
  public:
    std::span<const Index> of(Index i) const {
        return {targets_.data() + offsets_[i], offsets_[i + 1] - offsets_[i]};
    }

    /// Adds the list of the next node.
    void append(std::span<const Index> targets);
    /// The same edges, seen from their targets; each list is ascending.
    Adjacency reversed() const;

  private:
    std::vector<std::uint32_t> offsets_{0};
    std::vector<Index> targets_;
};

class Graph {
  public:
    /// `revisions` in registration order.  Throws Failure: duplicate_object for an
    /// id or a label that is taken, undefined_object for a parent or a depends_on
    /// that does not exist, invalid_argument for a self reference or a cycle.
    /// `address`: what messages about these revisions are to call their history.
    explicit Graph(std::vector<Revision> revisions, Address address = {});

    std::size_t size() const noexcept { return revisions_.size(); }
    const Revision& revision(Index i) const { return revisions_[i]; }
    const std::string& id(Index i) const { return revisions_[i].id; }
    const Address& address() const noexcept { return address_; }

    /// The revision with exactly this id.
    std::optional<Index> find(std::string_view id) const;
    /// The revision that carries exactly this label.
    std::optional<Index> find_label(std::string_view label) const;

    std::span<const Index> parents(Index i) const { return parents_.of(i); }
    std::span<const Index> children(Index i) const { return children_.of(i); }
    /// Parents first, then what depends_on adds to them.
    std::span<const Index> needs(Index i) const { return needs_.of(i); }
    std::span<const Index> dependents(Index i) const { return dependents_.of(i); }

    bool is_base(Index i) const { return parents(i).empty(); }
    bool is_head(Index i) const { return children(i).empty(); }
    bool is_branch_point(Index i) const { return children(i).size() > 1; }
    bool is_merge_point(Index i) const { return parents(i).size() > 1; }

    // All three in registration order.
    std::vector<Index> bases() const;
    std::vector<Index> heads() const;
    /// The revisions that nothing needs, over ALL: what `heads` names.
    std::vector<Index> maximal() const;

  private:
    struct Name {
        Index revision;
        std::optional<std::uint32_t> label; ///< its place in branch_labels; none for the id
    };

    struct Slot {
        std::uint32_t hash;   ///< compared first, since the text is far away in memory
        std::uint32_t number; ///< 0: empty; up to size(): of a revision; then: of a label
    };

    const std::string& text(const Name& name) const;
    Name name_in(const Slot& slot) const;
    std::size_t slot_of(std::string_view text, std::uint32_t hash) const;
    std::optional<Name> find_name(std::string_view text) const;
    std::optional<Name> add_name(const Name& name);
    void add_names();
    void add_edges();
    Index parent_of(Index i, const std::string& name) const;
    Index dependency_of(Index i, const std::string& name) const;
    void refuse_cycle() const;

    std::vector<Revision> revisions_;
    Address address_;
    // A hash table with open addressing: at 100,000 revisions it takes a third of the
    // time and of the memory of std::unordered_map.
    std::vector<Slot> slots_;
    std::vector<Name> label_names_;
    Adjacency parents_;
    Adjacency children_;
    Adjacency needs_;
    Adjacency dependents_;
};

} // namespace migrate::core

#include "core/no_postgres.hpp"
