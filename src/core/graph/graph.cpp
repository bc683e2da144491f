#include "core/graph/graph.hpp"

#include "core/failure.hpp"
#include "core/graph/edge_errors.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace migrate::core {

void Adjacency::append(std::span<const Index> targets) {
    targets_.insert(targets_.end(), targets.begin(), targets.end());
    offsets_.push_back(static_cast<std::uint32_t>(targets_.size()));
}

Adjacency Adjacency::reversed() const {
    const std::size_t nodes = offsets_.size() - 1;
    Adjacency result;
    result.offsets_.assign(nodes + 1, 0);
    for (const Index target : targets_) {
        ++result.offsets_[target + 1];
    }
    std::partial_sum(result.offsets_.begin(), result.offsets_.end(), result.offsets_.begin());
    result.targets_.resize(targets_.size());
    std::vector<std::uint32_t> next(result.offsets_.begin(), result.offsets_.end() - 1);
    for (std::size_t node = 0; node < nodes; ++node) {
        for (const Index target : of(static_cast<Index>(node))) {
            result.targets_[next[target]++] = static_cast<Index>(node);
        }
    }
    return result;
}

Graph::Graph(std::vector<Revision> revisions, Address address)
    : revisions_(std::move(revisions)), address_(std::move(address)) {
    add_names();
    add_edges();
    refuse_cycle();
}

const std::string& Graph::text(const Name& name) const {
    return name.label ? revision(name.revision).branch_labels[*name.label] : id(name.revision);
}

Graph::Name Graph::name_in(const Slot& slot) const {
    const std::uint32_t number = slot.number - 1;
    return number < size() ? Name{number, std::nullopt} : label_names_[number - size()];
}

namespace {

std::uint32_t hash_of(std::string_view text) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>()(text));
}

} // namespace

/// The slot of `text`, or the empty one where it belongs.
std::size_t Graph::slot_of(std::string_view text, std::uint32_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot].number != 0 &&
           (slots_[slot].hash != hash || this->text(name_in(slots_[slot])) != text)) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

std::optional<Graph::Name> Graph::find_name(std::string_view text) const {
    const Slot& slot = slots_[slot_of(text, hash_of(text))];
    return slot.number == 0 ? std::nullopt : std::optional(name_in(slot));
}

/// Adds `name`, or returns who has that text already.
std::optional<Graph::Name> Graph::add_name(const Name& name) {
    const std::uint32_t hash = hash_of(text(name));
    Slot& slot = slots_[slot_of(text(name), hash)];
    if (slot.number != 0) {
        return name_in(slot);
    }
    slot = {hash, name.revision + 1};
    if (name.label) {
        label_names_.push_back(name);
        slot.number = static_cast<std::uint32_t>(size() + label_names_.size());
    }
    return std::nullopt;
}

void Graph::add_names() {
    std::size_t names = size();
    for (const Revision& revision : revisions_) {
        names += revision.branch_labels.size();
    }
    // A power of two, at most half full.
    std::size_t slots = 2;
    while (slots < 2 * names) {
        slots *= 2;
    }
    slots_.assign(slots, Slot{});
    for (Index i = 0; i < size(); ++i) {
        if (add_name({i, std::nullopt})) {
            throw Failure(FailureCode::duplicate_object,
                          "revision " + in_quotes(id(i)) + " already exists");
        }
    }
    for (Index i = 0; i < size(); ++i) {
        const auto& labels = revision(i).branch_labels;
        for (std::uint32_t place = 0; place < labels.size(); ++place) {
            if (const auto taken = add_name({i, place})) {
                const std::string& label = labels[place];
                throw Failure(FailureCode::duplicate_object,
                              "branch label " + in_quotes(label) + " already exists",
                              taken->label ? "Revision " + in_quotes(id(taken->revision)) +
                                                 " carries it; revision " + in_quotes(id(i)) +
                                                 " asks for it."
                                           : "It is the id of a revision; revision " +
                                                 in_quotes(id(i)) + " asks for it.",
                              "Ids and branch labels share one set of names; choose another.");
            }
        }
    }
}

void Graph::add_edges() {
    std::vector<Index> list;
    // Who was the last to list each revision: a name may be given twice.
    std::vector<std::optional<Index>> listed_by(size());
    for (Index i = 0; i < size(); ++i) {
        const auto add = [&list, &listed_by, i](Index target) {
            if (listed_by[target] != i) {
                listed_by[target] = i;
                list.push_back(target);
            }
        };
        list.clear();
        for (const std::string& name : revision(i).down_revision) {
            add(parent_of(i, name));
        }
        parents_.append(list);
        for (const std::string& name : revision(i).depends_on) {
            add(dependency_of(i, name));
        }
        needs_.append(list);
    }
    children_ = parents_.reversed();
    dependents_ = needs_.reversed();
}

Index Graph::parent_of(Index i, const std::string& name) const {
    // Most revisions follow the one that was registered just before.
    if (i > 0 && id(i - 1) == name) {
        return i - 1;
    }
    const auto found = find_name(name);
    if (!found || found->label) {
        throw missing_parent(id(i), name,
                             found ? std::optional(id(found->revision)) : std::nullopt);
    }
    if (found->revision == i) {
        throw own_parent(id(i));
    }
    return found->revision;
}

Index Graph::dependency_of(Index i, const std::string& name) const {
    const auto found = find_name(name);
    if (!found) {
        throw missing_dependency(id(i), name);
    }
    if (found->revision == i) {
        throw own_dependency(id(i), found->label ? std::optional(name) : std::nullopt);
    }
    return found->revision;
}

void Graph::refuse_cycle() const {
    std::vector<Index> missing(size());
    std::vector<Index> ready;
    for (Index i = 0; i < size(); ++i) {
        missing[i] = static_cast<Index>(needs(i).size());
        if (missing[i] == 0) {
            ready.push_back(i);
        }
    }
    std::size_t placed = 0;
    for (; !ready.empty(); ++placed) {
        const Index i = ready.back();
        ready.pop_back();
        for (const Index dependent : dependents(i)) {
            if (--missing[dependent] == 0) {
                ready.push_back(dependent);
            }
        }
    }
    if (placed == size()) {
        return;
    }

    // Whoever was not placed needs another one that was not: following those leads
    // into a circle.
    const auto not_placed = [&missing](Index i) { return missing[i] != 0; };
    Index here = static_cast<Index>(
        std::find_if(missing.begin(), missing.end(), [](Index m) { return m != 0; }) -
        missing.begin());
    std::vector<bool> visited(size());
    std::vector<Index> path;
    while (!visited[here]) {
        visited[here] = true;
        path.push_back(here);
        const auto list = needs(here);
        here = *std::find_if(list.begin(), list.end(), not_placed);
    }
    path.erase(path.begin(), std::find(path.begin(), path.end(), here));
    constexpr std::size_t shown = 10;
    std::string detail = "Revision " + in_quotes(id(here));
    for (std::size_t i = 1; i < path.size() && i < shown; ++i) {
        detail += " needs " + in_quotes(id(path[i])) + ", which";
    }
    if (path.size() > shown) {
        detail += " over " + std::to_string(path.size() - shown) + " more";
    }
    throw Failure(FailureCode::invalid_argument, "revisions must not need one another in a circle",
                  detail + " needs " + in_quotes(id(here)) + ".");
}

std::optional<Index> Graph::find(std::string_view id) const {
    const auto found = find_name(id);
    return found && !found->label ? std::optional(found->revision) : std::nullopt;
}

std::optional<Index> Graph::find_label(std::string_view label) const {
    const auto found = find_name(label);
    return found && found->label ? std::optional(found->revision) : std::nullopt;
}

namespace {

template <typename Condition> std::vector<Index> all_where(std::size_t size, Condition condition) {
    std::vector<Index> result;
    for (Index i = 0; i < size; ++i) {
        if (condition(i)) {
            result.push_back(i);
        }
    }
    return result;
}

} // namespace

std::vector<Index> Graph::bases() const {
    return all_where(size(), [this](Index i) { return is_base(i); });
}

std::vector<Index> Graph::heads() const {
    return all_where(size(), [this](Index i) { return is_head(i); });
}

std::vector<Index> Graph::maximal() const {
    return all_where(size(), [this](Index i) { return dependents(i).empty(); });
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
