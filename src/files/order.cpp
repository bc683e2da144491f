// The order in which revisions that name their parents can be registered.
#include "core/text.hpp"
#include "files/reader.hpp"

#include "core/failure.hpp"

#include <functional>
#include <queue>
#include <unordered_map>
#include <utility>

namespace migrate::files {

namespace {

using Places = std::unordered_map<std::string_view, std::size_t>;

/// Where each id and each label is.  Throws SourceError for one that exists twice.
Places places_of(const std::vector<SourceRevision>& revisions) {
    Places result;
    const auto add = [&](std::string_view kind, const std::string& name, std::size_t i) {
        const auto [place, is_new] = result.emplace(name, i);
        if (!is_new) {
            throw SourceError(revisions[i].up.path, 0,
                              std::string(kind) + " " + core::in_quotes(name) + " exists twice",
                              "The other one is in " + revisions[place->second].up.path + ".",
                              "Give one of them another name.");
        }
    };
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        add("revision", revisions[i].revision.id, i);
    }
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        for (const std::string& label : revisions[i].revision.branch_labels) {
            add("branch label", label, i);
        }
    }
    return result;
}

/// `missing`: how many needs of each revision were never met.
[[noreturn]] void fail_cycle(const std::vector<SourceRevision>& revisions,
                             const std::vector<std::size_t>& missing) {
    std::vector<const SourceRevision*> members;
    std::string names;
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        if (missing[i] > 0) {
            members.push_back(&revisions[i]);
            core::append_item(names, core::in_quotes(revisions[i].revision.id));
        }
    }
    throw SourceError(members.at(0)->up.path, 0,
                      "revision " + core::in_quotes(members.at(0)->revision.id) +
                          " is its own ancestor",
                      "These need one another: " + names + ".",
                      "Correct down_revision or depends_on in one of the files.");
}

} // namespace

std::vector<SourceRevision> in_order(std::vector<SourceRevision> revisions) {
    const Places places = places_of(revisions);
    std::vector<std::vector<std::size_t>> dependents(revisions.size());
    std::vector<std::size_t> missing(revisions.size(), 0);
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        const core::Revision& revision = revisions[i].revision;
        for (const auto* names : {&revision.down_revision, &revision.depends_on}) {
            for (const std::string& name : *names) {
                const auto found = places.find(name);
                if (found != places.end()) {
                    dependents[found->second].push_back(i);
                    ++missing[i];
                }
            }
        }
    }
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> free;
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        if (missing[i] == 0) {
            free.push(i);
        }
    }
    std::vector<std::size_t> order;
    while (!free.empty()) {
        const std::size_t next = free.top();
        free.pop();
        order.push_back(next);
        for (const std::size_t i : dependents[next]) {
            if (--missing[i] == 0) {
                free.push(i);
            }
        }
    }
    if (order.size() < revisions.size()) {
        fail_cycle(revisions, missing);
    }
    std::vector<SourceRevision> result;
    result.reserve(revisions.size());
    for (const std::size_t i : order) {
        result.push_back(std::move(revisions[i]));
    }
    return result;
}

} // namespace migrate::files

#include "core/no_postgres.hpp"
