// Branch labels as they are shown: a revision's own, and those it inherits.  A
// label is inherited by all descendants of the revision that carries it, and by
// its ancestors down to the previous fork (exclusive), over PARENT.
#pragma once

#include "core/graph/graph.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace migrate::core {

/// The labels of every revision, at once; revisions with equal labels share them.
/// The graph must outlive it.
class Labels {
  public:
    explicit Labels(const Graph& graph);

    /// Own and inherited labels, in the registration order of who carries them.
    std::span<const std::string_view> of(Index i) const;

  private:
    std::vector<std::vector<std::string_view>> sets_;
    std::vector<std::uint32_t> set_of_;
};

} // namespace migrate::core

#include "core/no_postgres.hpp"
