// A target's meaning in one graph and one database: which revisions it names, and
// where its walk ends.  Internal to core: plan.hpp is what callers use.
#pragma once

#include "core/graph/traversal.hpp"
#include "core/plan/applied_set.hpp"
#include "core/plan/target.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::core {

/// A revision, or base (nullopt): the place below all revisions.
using Position = std::optional<Index>;

/// What the caller wants of a target.
enum class Purpose { upgrade, downgrade, stamp, merge, look };

/// Graph, rows and target must outlive it.
class Resolver {
  public:
    /// Resolves the branch.  Throws Failure for one that does not exist.
    Resolver(const Graph& graph, const AppliedSet& applied, const Target& target, Purpose purpose,
             Hints hints = Hints::statements);

    const Target& target() const { return target_; }
    std::optional<Index> branch() const { return branch_; }
    /// Whether the target's branch, if it has one, goes through `i`.
    bool is_on_branch(Index i) const { return !branch_ || line_[i]; }
    std::vector<Index> on_branch(std::vector<Index> revisions) const;

    /// What the target names, its ±N walked; nullopt for base, empty for the heads
    /// of an empty graph.  Not for a lone ±N.
    std::optional<std::vector<Index>> named() const;
    /// The same where only one revision will do.
    Position single() const;

    /// Where a lone ±N starts: the row, or the tip of what is applied, of the branch
    /// if one is given; base when there is none.  Throws Failure(several_rows).
    Position current() const;

    /// `steps` up (positive) or down over PARENT; upwards only along the branch.
    /// Throws Failure: ambiguous_walk or walk_past_end.
    Position walk(Position start, int steps) const;

    /// How a user would ask for `target_text`, for hints.
    std::string statement(std::string_view target_text) const;

    /// The first of `target_texts` that the caller's purpose can be met with, as a statement:
    /// nothing when there is none, or when nobody reads hints.
    std::optional<std::string> first_possible(const std::vector<std::string>& target_texts) const;

    /// How to find a revision to name, where no example would do.
    std::string where_to_look() const;

  private:
    bool shows_statements() const { return hints_ == Hints::statements || hints_ == Hints::calls; }
    bool has_steps() const { return target_.relative.value_or(0) != 0; }
    std::vector<Index> named_heads() const;
    std::vector<Index> tips_of_branch() const;
    Position start_of_walk() const;
    Position walk_up(Position start, int steps) const;
    Position walk_down(Position start, int steps) const;
    bool is_possible(const std::string& target_text) const;
    std::vector<Index> ends_of_walks(Position start, const std::vector<Index>& arms) const;
    std::vector<std::string> branches_of_heads(const std::vector<Index>& heads) const;
    std::string row_as_branch_hint(const std::vector<Index>& rows) const;
    std::string text_without_branch() const;
    std::string quoted_branch() const;

    [[noreturn]] void fail_several_heads(const std::vector<Index>& heads) const;
    [[noreturn]] void fail_several_rows(const std::vector<Index>& rows) const;
    [[noreturn]] void fail_ambiguous_up(Position start, Position here,
                                        const std::vector<Index>& next) const;
    [[noreturn]] void fail_ambiguous_down(Index here) const;
    std::string walked_detail(Position here, int done, int steps) const;
    [[noreturn]] void fail_past_end(Position start, Position here, int done, int steps) const;

    const Graph& graph_;
    const AppliedSet& applied_;
    const Target& target_;
    Purpose purpose_;
    Hints hints_;
    std::optional<Index> branch_;
    Marks line_; ///< the branch's line; empty without a branch
};

} // namespace migrate::core

#include "core/no_postgres.hpp"
