// Plans an upgrade of a line of N revisions from empty, without a server: for instruction counts.
// `core N` only makes the revisions, `core N plan` also builds the graph and plans.
#include "core/graph/graph.hpp"
#include "core/plan/applied_set.hpp"
#include "core/plan/plan.hpp"
#include "core/plan/target.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace migrate::core;

int main(int count, char** arguments) {
    if (count < 2) {
        return 2;
    }
    const unsigned long size = std::strtoul(arguments[1], nullptr, 10);
    std::vector<Revision> revisions(size);
    for (unsigned long i = 0; i < size; i++) {
        char id[17];
        std::snprintf(id, sizeof id, "%012lx", (i + 1) * 2654435761 % (1UL << 48));
        revisions[i].id = id;
        if (i > 0) {
            revisions[i].down_revision = {revisions[i - 1].id};
        }
    }
    std::size_t steps = size;
    if (count > 2) {
        const Graph graph(std::move(revisions));
        const AppliedSet applied(graph);
        steps = plan_upgrade(graph, applied, parse_target("head")).steps.size();
    }
    return steps == size ? 0 : 1;
}
