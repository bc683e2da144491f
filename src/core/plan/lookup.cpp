#include "core/plan/lookup.hpp"

#include "core/failure.hpp"
#include "core/sql/calls.hpp"

#include <algorithm>
#include <array>

namespace migrate::core {

namespace {

constexpr std::size_t most_suggested = 3;

/// How many single-byte edits lead from `left` to `right`; `limit` + 1 when that
/// takes more than `limit`.  Only the diagonal band that can matter is computed.
unsigned edit_distance(std::string_view left, std::string_view right, unsigned limit) {
    const std::size_t difference =
        left.size() > right.size() ? left.size() - right.size() : right.size() - left.size();
    if (difference > limit || right.size() > max_identifier_bytes) {
        return limit + 1;
    }
    std::array<unsigned, max_identifier_bytes + 2> row{};
    for (std::size_t j = 0; j <= right.size(); ++j) {
        row[j] = static_cast<unsigned>(j);
    }
    for (std::size_t i = 1; i <= left.size(); ++i) {
        const std::size_t from = i > limit ? i - limit : 1;
        const std::size_t to = std::min(right.size(), i + limit);
        unsigned diagonal = row[from - 1];
        row[from - 1] = from == 1 ? static_cast<unsigned>(i) : limit + 1;
        unsigned best = row[from - 1];
        for (std::size_t j = from; j <= to; ++j) {
            // Above the band's upper edge nothing was computed.
            const unsigned above = j == i + limit ? limit + 1 : row[j];
            const unsigned replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, above + 1, row[j - 1] + 1});
            best = std::min(best, row[j]);
        }
        if (best > limit) {
            return limit + 1;
        }
    }
    return std::min(row[right.size()], limit + 1);
}

/// The names that `text` may have been meant for, best first.  The work is bounded
/// by three edits at most per name.
std::vector<std::string> nearest_names(const Graph& graph, std::string_view text) {
    struct Candidate {
        unsigned distance;
        const std::string* name;
    };
    std::vector<Candidate> best;
    if (text.size() > max_identifier_bytes + most_suggested) {
        return {};
    }
    unsigned limit = text.size() < 4 ? 1 : text.size() < 9 ? 2 : 3;
    const auto consider = [&](const std::string& name) {
        // People type the start of a long id: compare with as much of the id.
        const std::string_view compared = name.size() > text.size() + limit
                                              ? std::string_view(name).substr(0, text.size())
                                              : std::string_view(name);
        const unsigned distance = edit_distance(text, compared, limit);
        if (distance > limit || distance >= text.size()) {
            return;
        }
        const auto place = std::find_if(best.begin(), best.end(), [distance](const Candidate& c) {
            return c.distance > distance;
        });
        best.insert(place, {distance, &name});
        if (best.size() > most_suggested) {
            best.pop_back();
            limit = best.back().distance;
        }
    };
    for (Index i = 0; i < graph.size(); ++i) {
        consider(graph.id(i));
        for (const std::string& label : graph.revision(i).branch_labels) {
            consider(label);
        }
    }
    std::vector<std::string> result;
    result.reserve(best.size());
    for (const Candidate& candidate : best) {
        result.push_back(*candidate.name);
    }
    return result;
}

[[noreturn]] void fail_unknown(const Graph& graph, std::string_view kind, std::string_view text) {
    const std::vector<std::string> nearest = nearest_names(graph, text);
    std::string hint;
    if (!nearest.empty()) {
        hint = "Perhaps " + listed(nearest, "or") + " was meant.";
    } else if (graph.size() != 0) {
        hint = select_rows_of("migrate_history", {}, graph.address().prefix) +
               " lists the revisions and their branch labels.";
    }
    throw Failure(FailureCode::undefined_object,
                  std::string(kind) + " " + in_quotes(text) + " does not exist" +
                      of_prefix(graph.address().prefix, "in"),
                  graph.size() == 0 ? "No revision is registered yet." : "", hint);
}

Index resolve(const Graph& graph, std::string_view kind, std::string_view text) {
    if (const auto found = graph.find(text)) {
        return *found;
    }
    if (const auto found = graph.find_label(text)) {
        return *found;
    }
    std::vector<Index> candidates;
    for (Index i = 0; i < graph.size(); ++i) {
        if (std::string_view(graph.id(i)).substr(0, text.size()) == text) {
            candidates.push_back(i);
        }
    }
    if (candidates.empty()) {
        fail_unknown(graph, kind, text);
    }
    if (candidates.size() > 1) {
        throw Failure(FailureCode::ambiguous_target,
                      std::string(kind) + " " + in_quotes(text) + " is ambiguous" +
                          of_prefix(graph.address().prefix, "in"),
                      "It could be " + listed(graph, candidates, "or") + ".",
                      "Write more of the id.");
    }
    return candidates.front();
}

} // namespace

Index resolve_revision(const Graph& graph, std::string_view symbol) {
    return resolve(graph, "revision", symbol);
}

Index resolve_branch(const Graph& graph, std::string_view branch) {
    return resolve(graph, "branch", branch);
}

std::string listed(const Graph& graph, std::span<const Index> revisions,
                   std::string_view conjunction) {
    std::vector<std::string_view> ids;
    ids.reserve(revisions.size());
    for (const Index revision : revisions) {
        ids.push_back(graph.id(revision));
    }
    return listed(ids, conjunction);
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
