#include "naive_resolver.hpp"

#include <algorithm>
#include <iterator>

namespace migrate::core::naive {

namespace {

const std::string base = "(base)";

[[noreturn]] void refuse(FailureCode code) {
    throw code;
}

Set unite(Set left, const Set& right) {
    left.insert(right.begin(), right.end());
    return left;
}

Set intersect(const Set& left, const Set& right) {
    Set result;
    std::set_intersection(left.begin(), left.end(), right.begin(), right.end(),
                          std::inserter(result, result.end()));
    return result;
}

Set subtract(const Set& left, const Set& right) {
    Set result;
    std::set_difference(left.begin(), left.end(), right.begin(), right.end(),
                        std::inserter(result, result.end()));
    return result;
}

std::string only(const Set& set, FailureCode several) {
    if (set.size() > 1) {
        refuse(several);
    }
    return *set.begin();
}

} // namespace

struct World::Parts {
    std::optional<std::string> branch; // the id of the revision that names it
    std::optional<std::string> symbol;
    std::optional<int> steps;
};

World::World(std::vector<Revision> history, Set rows) {
    for (const Revision& revision : history) {
        registered_.push_back(revision.id);
        history_[revision.id] = revision;
        all_.insert(revision.id);
    }
    for (const auto& [id, revision] : history_) {
        parents_[id] = resolved(revision, Edge::parent);
        needs_[id] = resolved(revision, Edge::all);
    }
    for (const std::string& id : all_) {
        reach(id, Edge::parent);
        reach(id, Edge::all);
    }
    applied_ = below(rows, Edge::all);
    rows_ = maximal(rows);
}

Set World::resolved(const Revision& revision, Edge edge) const {
    Set result(revision.down_revision.begin(), revision.down_revision.end());
    if (edge == Edge::parent) {
        return result;
    }
    for (const std::string& name : revision.depends_on) {
        if (all_.count(name) != 0) {
            result.insert(name);
            continue;
        }
        for (const auto& [other, carrier] : history_) {
            const auto& labels = carrier.branch_labels;
            if (std::count(labels.begin(), labels.end(), name) != 0) {
                result.insert(other);
            }
        }
    }
    return result;
}

const Set& World::needs(const std::string& id, Edge edge) const {
    return (edge == Edge::parent ? parents_ : needs_).at(id);
}

/// An id with what it reaches, worked out once for each.
const Set& World::reach(const std::string& id, Edge edge) {
    auto& known = edge == Edge::parent ? ancestors_ : reached_;
    if (known.count(id) == 0) {
        Set result = {id};
        for (const std::string& need : needs(id, edge)) {
            result = unite(result, reach(need, edge));
        }
        known[id] = result;
    }
    return known.at(id);
}

Set World::below(const Set& start, Edge edge) const {
    Set result;
    for (const std::string& id : start) {
        result = unite(result, (edge == Edge::parent ? ancestors_ : reached_).at(id));
    }
    return result;
}

Set World::above(const Set& start, Edge edge) const {
    Set result;
    for (const std::string& id : all_) {
        if (!intersect(below({id}, edge), start).empty()) {
            result.insert(id);
        }
    }
    return result;
}

Set World::on_line(const std::string& branch) const {
    return unite(below({branch}, Edge::parent), above({branch}, Edge::parent));
}

Set World::bases() const {
    Set result;
    for (const std::string& id : all_) {
        if (needs(id, Edge::parent).empty()) {
            result.insert(id);
        }
    }
    return result;
}

Set World::children(const std::string& id) const {
    Set result;
    for (const std::string& other : all_) {
        if (needs(other, Edge::parent).count(id) != 0) {
            result.insert(other);
        }
    }
    return result;
}

Set World::maximal(const Set& revisions) const {
    const Set reached = below(revisions, Edge::all);
    Set result;
    for (const std::string& id : reached) {
        if (intersect(above({id}, Edge::all), reached).size() == 1) {
            result.insert(id);
        }
    }
    return result;
}

/// Of texts that have the form: whether a text has it is tested elsewhere.
World::Parts World::parse(std::string text) const {
    Parts parts;
    if (const auto at = text.find('@'); at != std::string::npos) {
        parts.branch = text.substr(0, at);
        text = text.substr(at + 1);
    }
    if (const auto sign = text.find_first_of("+-"); sign != std::string::npos) {
        parts.steps = std::stoi(text.substr(sign));
        text = text.substr(0, sign);
    }
    if (!text.empty()) {
        parts.symbol = text;
    }
    return parts;
}

/// Exact id, then label, then unique prefix of an id.
std::string World::lookup(const std::string& name) const {
    if (all_.count(name) != 0) {
        return name;
    }
    Set prefixed;
    for (const auto& [id, revision] : history_) {
        for (const std::string& label : revision.branch_labels) {
            if (label == name) {
                return id;
            }
        }
        if (id.rfind(name, 0) == 0) {
            prefixed.insert(id);
        }
    }
    if (prefixed.empty()) {
        refuse(FailureCode::undefined_object);
    }
    return only(prefixed, FailureCode::ambiguous_target);
}

Set World::heads(const Parts& parts) const {
    if (parts.symbol == "heads" && !parts.branch) {
        return maximal(all_);
    }
    Set result;
    for (const std::string& id : all_) {
        if (children(id).empty()) {
            result.insert(id);
        }
    }
    return parts.branch ? intersect(result, on_line(*parts.branch)) : result;
}

/// The symbol as one place.
std::string World::anchor(const Parts& parts, bool must_be_on_line) const {
    if (parts.symbol == "base") {
        return base;
    }
    if (parts.symbol == "head" || parts.symbol == "heads") {
        const Set found = heads(parts);
        return found.empty() ? base : only(found, FailureCode::several_heads);
    }
    const std::string id = lookup(*parts.symbol);
    if (must_be_on_line && parts.branch && on_line(*parts.branch).count(id) == 0) {
        refuse(FailureCode::not_on_branch);
    }
    return id;
}

std::string World::walk(std::string from, int steps,
                        const std::optional<std::string>& branch) const {
    for (; steps > 0; --steps) {
        Set next = from == base ? bases() : children(from);
        if (branch) {
            next = intersect(next, on_line(*branch));
        }
        if (next.empty()) {
            refuse(FailureCode::walk_past_end);
        }
        from = only(next, FailureCode::ambiguous_walk);
    }
    for (; steps < 0; ++steps) {
        if (from == base) {
            refuse(FailureCode::walk_past_end);
        }
        const Set& next = needs(from, Edge::parent);
        from = next.empty() ? base : only(next, FailureCode::ambiguous_walk);
    }
    return from;
}

/// Rows on B's line, else the tips of the applied revisions on B's line, else none.
Set World::starts(const Parts& parts) const {
    if (!parts.branch) {
        return rows_;
    }
    const Set line = on_line(*parts.branch);
    if (const Set rows = intersect(rows_, line); !rows.empty()) {
        return rows;
    }
    const Set active = intersect(applied_, line);
    Set tips;
    for (const std::string& id : active) {
        if (intersect(children(id), active).empty()) {
            tips.insert(id);
        }
    }
    return tips;
}

Set World::goals(const std::string& text) const {
    Parts parts = parse(text);
    const int steps = parts.steps.value_or(0);
    if (!parts.symbol && steps <= 0) {
        refuse(FailureCode::invalid_target);
    }
    if (parts.branch) {
        parts.branch = lookup(*parts.branch);
    }
    std::string end;
    if (!parts.symbol) {
        const Set from = starts(parts);
        end =
            walk(from.empty() ? base : only(from, FailureCode::several_rows), steps, parts.branch);
    } else if (steps == 0 && parts.symbol == "heads") {
        return heads(parts);
    } else {
        end = walk(anchor(parts, steps <= 0), steps, parts.branch);
    }
    return end == base ? Set{} : Set{end};
}

/// Repeatedly the first registered whose needs are done.
std::vector<std::string> World::ordered(Set revisions) const {
    std::vector<std::string> result;
    while (!revisions.empty()) {
        for (const std::string& id : registered_) {
            if (revisions.count(id) != 0 && intersect(needs(id, Edge::all), revisions).empty()) {
                result.push_back(id);
                revisions.erase(id);
                break;
            }
        }
    }
    return result;
}

Outcome World::upgrade(const std::string& text) const {
    try {
        Outcome outcome;
        const Set steps = subtract(below(goals(text), Edge::all), applied_);
        outcome.steps = ordered(steps);
        outcome.rows = maximal(unite(applied_, steps));
        return outcome;
    } catch (FailureCode code) {
        return {code, {}, {}, rows_};
    }
}

Outcome World::take_back(const std::string& text) const {
    Parts parts = parse(text);
    const int steps = parts.steps.value_or(0);
    if (!parts.symbol && steps >= 0) {
        refuse(FailureCode::invalid_target);
    }
    if (parts.branch) {
        parts.branch = lookup(*parts.branch);
    }
    std::optional<std::string> arm = parts.branch;
    std::string x;
    if (!parts.symbol) {
        const Set from = starts(parts);
        if (from.empty()) {
            refuse(FailureCode::walk_past_end);
        }
        x = walk(only(from, FailureCode::several_rows), steps, {});
        if (!arm) {
            arm = *from.begin();
        }
    } else {
        x = walk(anchor(parts, steps <= 0), steps, parts.branch);
    }

    Set k = x == base ? bases() : children(x);
    if (arm && k.size() > 1) {
        k = intersect(k, below({*arm}, Edge::parent));
        if (k.empty()) {
            refuse(FailureCode::not_on_branch);
        }
    }
    const Set going = intersect(applied_, above(k, Edge::all));
    if (going.empty() && x != base && rows_.count(x) == 0) {
        refuse(applied_.count(x) != 0 ? FailureCode::not_in_prerequisite_state
                                      : FailureCode::not_applied);
    }
    Outcome outcome;
    outcome.steps = ordered(going);
    std::reverse(outcome.steps.begin(), outcome.steps.end());
    outcome.other_line = subtract(going, above(k, Edge::parent));
    outcome.rows = maximal(subtract(applied_, going));
    return outcome;
}

Outcome World::downgrade(const std::string& text) const {
    try {
        return take_back(text);
    } catch (FailureCode code) {
        return {code, {}, {}, rows_};
    }
}

Set World::stamped(const std::string& text) const {
    Parts parts = parse(text);
    const int steps = parts.steps.value_or(0);
    Set targets;
    bool is_base = false;
    if (parts.symbol || steps > 0) {
        targets = goals(text);
        is_base = targets.empty() && !all_.empty();
        if (parts.branch) {
            parts.branch = lookup(*parts.branch);
        }
    } else {
        if (steps == 0) {
            refuse(FailureCode::invalid_target);
        }
        if (parts.branch) {
            parts.branch = lookup(*parts.branch);
        }
        const Set from = starts(parts);
        const std::string end =
            walk(from.empty() ? base : only(from, FailureCode::several_rows), steps, {});
        is_base = end == base;
        if (!is_base) {
            targets = {end};
        }
    }
    if (is_base) {
        if (!parts.branch) {
            return {};
        }
        return subtract(rows_, unite(on_line(*parts.branch), above({*parts.branch}, Edge::all)));
    }
    Set result = rows_;
    for (const std::string& target : targets) {
        if (rows_.count(target) != 0) {
            continue;
        }
        if (const Set higher = intersect(rows_, above({target}, Edge::all)); !higher.empty()) {
            result = subtract(result, higher);
        } else {
            result = subtract(result, on_line(target));
        }
    }
    return maximal(unite(result, targets));
}

Outcome World::stamp(const std::string& text) const {
    try {
        return {{}, {}, {}, stamped(text)};
    } catch (FailureCode code) {
        return {code, {}, {}, rows_};
    }
}

} // namespace migrate::core::naive
