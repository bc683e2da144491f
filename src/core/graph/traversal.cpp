#include "core/graph/traversal.hpp"

#include <functional>
#include <queue>

namespace migrate::core {

namespace {

template <typename Neighbours>
Marks reached(std::size_t size, std::span<const Index> starts, Neighbours neighbours) {
    Marks marks(size);
    std::vector<Index> open;
    const auto visit = [&](Index i) {
        if (!marks[i]) {
            marks[i] = true;
            open.push_back(i);
        }
    };
    for (const Index start : starts) {
        visit(start);
    }
    while (!open.empty()) {
        const Index i = open.back();
        open.pop_back();
        for (const Index neighbour : neighbours(i)) {
            visit(neighbour);
        }
    }
    return marks;
}

} // namespace

Marks with_ancestors(const Graph& graph, std::span<const Index> starts, Edges edges) {
    return reached(graph.size(), starts, [&graph, edges](Index i) {
        return edges == Edges::parent ? graph.parents(i) : graph.needs(i);
    });
}

Marks with_descendants(const Graph& graph, std::span<const Index> starts, Edges edges) {
    return reached(graph.size(), starts, [&graph, edges](Index i) {
        return edges == Edges::parent ? graph.children(i) : graph.dependents(i);
    });
}

Marks line_of(const Graph& graph, Index revision) {
    const std::span<const Index> start(&revision, 1);
    Marks marks = with_ancestors(graph, start, Edges::parent);
    const Marks above = with_descendants(graph, start, Edges::parent);
    for (std::size_t i = 0; i < marks.size(); ++i) {
        marks[i] = marks[i] || above[i];
    }
    return marks;
}

std::vector<Index> members(const Marks& marks) {
    std::vector<Index> result;
    for (Index i = 0; i < marks.size(); ++i) {
        if (marks[i]) {
            result.push_back(i);
        }
    }
    return result;
}

std::vector<Index> maximal_of(const Graph& graph, std::span<const Index> revisions) {
    const Marks applied = with_ancestors(graph, revisions, Edges::all);
    Marks needed(graph.size());
    for (const Index i : members(applied)) {
        for (const Index need : graph.needs(i)) {
            needed[need] = true;
        }
    }
    Marks result(graph.size());
    for (const Index i : revisions) {
        result[i] = !needed[i];
    }
    return members(result);
}

std::vector<Index> upgrade_order(const Graph& graph, const Marks& marks) {
    std::priority_queue<Index, std::vector<Index>, std::greater<>> ready;
    std::vector<Index> missing(graph.size());
    std::size_t total = 0;
    for (Index i = 0; i < graph.size(); ++i) {
        if (!marks[i]) {
            continue;
        }
        ++total;
        for (const Index need : graph.needs(i)) {
            missing[i] += marks[need] ? 1 : 0;
        }
        if (missing[i] == 0) {
            ready.push(i);
        }
    }
    std::vector<Index> order;
    order.reserve(total);
    while (!ready.empty()) {
        const Index i = ready.top();
        ready.pop();
        order.push_back(i);
        for (const Index dependent : graph.dependents(i)) {
            if (marks[dependent] && --missing[dependent] == 0) {
                ready.push(dependent);
            }
        }
    }
    return order;
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
