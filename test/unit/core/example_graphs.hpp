// The graphs that the rules are explained with, and the shortest way to say "from
// these rows, this target gives these steps and these rows".
#pragma once

#include "core/failure.hpp"
#include "core/graph/graph.hpp"
#include "core/plan/plan.hpp"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace migrate::core {

using Names = std::vector<std::string>;

/// a1 <- b1 <- c1 <- d1
Graph line_graph();
/// a1 <- b1, and a1 <- c1 (label shop) <- c2
Graph fork_graph();
/// m1 merges b1 (label shop) and c1, which follow a1; n1 on top
Graph diamond_graph();
/// core: c1 <- c2 <- c3; plug: p1 <- p2 (depends on c2) <- p3
Graph two_lines_graph();
/// a1 <- a2 <- a3 (depends on b1); b1 <- b2 (depends on a2)
Graph criss_cross_graph();

struct Outcome {
    Names steps;
    Names rows;
    Names other_line; ///< the steps that are marked so

    bool operator==(const Outcome&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Outcome& outcome);

Names ids(const Graph& graph, const std::vector<Index>& revisions);

/// Plans, then runs the steps one by one on the applied set.
Outcome upgrade(const Graph& graph, const Names& rows, const std::string& target);
Outcome downgrade(const Graph& graph, const Names& rows, const std::string& target);
Names stamp(const Graph& graph, const Names& rows, const Names& targets, bool purge = false);
Names range(const Graph& graph, const Names& rows, const std::string& text);

/// The Failure that `action` throws; a test failure if it throws none.
Failure failure_of(const std::function<void()>& action);

/// ... and that it has this code, and that its texts have PostgreSQL's form.
Failure expect_failure(FailureCode code, const std::function<void()>& action);

bool mentions(const std::string& text, const Names& names);

} // namespace migrate::core
