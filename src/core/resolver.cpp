#include "core/resolver.hpp"

#include "core/failure.hpp"
#include "core/labels.hpp"
#include "core/names.hpp"

#include <algorithm>
#include <span>

namespace migrate::core {

using Symbol = Target::Symbol;

Resolver::Resolver(const Graph& graph, const AppliedSet& applied, const Target& target,
                   Purpose purpose)
    : graph_(graph), applied_(applied), target_(target), purpose_(purpose) {
    if (target.branch) {
        branch_ = resolve_branch(graph, *target.branch);
        line_ = line_of(graph, *branch_);
    }
}

std::vector<Index> Resolver::on_branch(std::vector<Index> revisions) const {
    const auto off = std::remove_if(revisions.begin(), revisions.end(),
                                    [this](Index i) { return !is_on_branch(i); });
    revisions.erase(off, revisions.end());
    return revisions;
}

std::optional<std::vector<Index>> Resolver::named() const {
    const auto one_or_base = [](Position position) {
        return position ? std::optional(std::vector{*position}) : std::nullopt;
    };
    if (has_steps()) {
        return one_or_base(walk(start_of_walk(), *target_.relative));
    }
    switch (target_.symbol) {
    case Symbol::heads:
        return named_heads();
    case Symbol::head: {
        std::vector<Index> heads = named_heads();
        if (heads.size() > 1) {
            fail_several_heads(heads);
        }
        return heads;
    }
    case Symbol::current: {
        std::vector<Index> rows = on_branch(applied_.rows());
        return rows.empty() ? std::nullopt : std::optional(std::move(rows));
    }
    case Symbol::name:
    case Symbol::base:
    case Symbol::none:
        break;
    }
    return one_or_base(start_of_walk());
}

Position Resolver::single() const {
    const auto revisions = named();
    if (!revisions || revisions->empty()) {
        return std::nullopt;
    }
    if (revisions->size() > 1) {
        if (target_.symbol == Symbol::current) {
            fail_several_rows(*revisions);
        }
        fail_several_heads(*revisions);
    }
    return revisions->front();
}

std::vector<Index> Resolver::named_heads() const {
    if (target_.symbol == Symbol::heads && !branch_) {
        return graph_.maximal();
    }
    return on_branch(graph_.heads());
}

/// The one place that the target names before its ±N is walked.
Position Resolver::start_of_walk() const {
    switch (target_.symbol) {
    case Symbol::none:
    case Symbol::current:
        return current();
    case Symbol::base:
        return std::nullopt;
    case Symbol::head:
    case Symbol::heads: {
        const std::vector<Index> heads = named_heads();
        if (heads.size() > 1) {
            fail_several_heads(heads);
        }
        return heads.empty() ? std::nullopt : Position(heads.front());
    }
    case Symbol::name:
        break;
    }
    const Index found = resolve_revision(graph_, target_.name);
    // A walk upwards may start below the fork where the branch begins, or on
    // another line: the branch only chooses among what follows.
    if (target_.relative.value_or(0) <= 0 && !is_on_branch(found)) {
        throw Failure(FailureCode::not_on_branch,
                      "revision " + in_quotes(graph_.id(found)) + " is not on branch " +
                          quoted_branch(),
                      "A branch is the revision that names it, here " +
                          in_quotes(graph_.id(*branch_)) + ", with its ancestors and descendants.",
                      "Leave the branch out: " + statement(text_without_branch()) + ".");
    }
    return found;
}

Position Resolver::current() const {
    std::vector<Index> starts = on_branch(applied_.rows());
    if (starts.empty() && branch_) {
        starts = tips_of_branch();
    }
    if (starts.size() > 1) {
        fail_several_rows(starts);
    }
    return starts.empty() ? std::nullopt : Position(starts.front());
}

/// The applied revisions on the branch that have no applied child there.
std::vector<Index> Resolver::tips_of_branch() const {
    const auto is_active = [this](Index i) { return line_[i] && applied_.is_applied(i); };
    std::vector<Index> tips;
    for (Index i = 0; i < graph_.size(); ++i) {
        const auto children = graph_.children(i);
        if (is_active(i) && std::none_of(children.begin(), children.end(), is_active)) {
            tips.push_back(i);
        }
    }
    return tips;
}

Position Resolver::walk(Position start, int steps) const {
    return steps < 0 ? walk_down(start, steps) : walk_up(start, steps);
}

Position Resolver::walk_up(Position start, int steps) const {
    Position here = start;
    for (int done = 0; done < steps; ++done) {
        std::vector<Index> next;
        if (here) {
            const auto children = graph_.children(*here);
            next.assign(children.begin(), children.end());
        } else {
            next = graph_.bases();
        }
        next = on_branch(std::move(next));
        if (next.empty()) {
            fail_past_end(here, done, steps);
        }
        if (next.size() > 1) {
            fail_ambiguous_up(here, next);
        }
        here = next.front();
    }
    return here;
}

Position Resolver::walk_down(Position start, int steps) const {
    Position here = start;
    for (int done = 0; done > steps; --done) {
        if (!here) {
            fail_past_end(here, done, steps);
        }
        const auto parents = graph_.parents(*here);
        if (parents.size() > 1) {
            fail_ambiguous_down(*here);
        }
        here = parents.empty() ? std::nullopt : Position(parents.front());
    }
    return here;
}

std::string Resolver::statement(std::string_view target_text) const {
    switch (purpose_) {
    case Purpose::upgrade:
        return "SELECT migrate_upgrade(" + sql_literal(target_text) + ")";
    case Purpose::downgrade:
        return "SELECT migrate_downgrade(" + sql_literal(target_text) + ")";
    case Purpose::stamp:
        return "SELECT migrate_stamp(ARRAY[" + sql_literal(target_text) + "])";
    case Purpose::look:
        break;
    }
    return in_quotes(target_text);
}

std::string Resolver::text_without_branch() const {
    // npos + 1 is 0: all of it.
    return target_.text.substr(target_.text.find('@') + 1);
}

std::string Resolver::quoted_branch() const {
    return in_quotes(target_.branch.value_or(""));
}

/// A name B for which B@head is unambiguous, if possible one of the labels.
std::string Resolver::branch_that_tells_apart(const std::vector<Index>& heads) const {
    constexpr std::size_t most_tried = 10;
    const Labels labels(graph_);
    for (const Index head : std::span(heads).first(std::min(heads.size(), most_tried))) {
        for (const std::string_view label : labels.of(head)) {
            const auto has_label = [&labels, label](Index other) {
                const auto of_other = labels.of(other);
                return std::find(of_other.begin(), of_other.end(), label) != of_other.end();
            };
            if (std::count_if(heads.begin(), heads.end(), has_label) == 1) {
                return std::string(label);
            }
        }
    }
    return graph_.id(heads.front());
}

namespace {

std::string merging(const Graph& graph, const std::vector<Index>& heads) {
    constexpr std::size_t most_shown = 4;
    if (heads.size() > most_shown) {
        return "migrate_merge";
    }
    std::string list;
    for (const Index head : heads) {
        list += (list.empty() ? "" : ", ") + sql_literal(graph.id(head));
    }
    return "SELECT migrate_merge(ARRAY[" + list + "])";
}

} // namespace

void Resolver::fail_several_heads(const std::vector<Index>& heads) const {
    const std::string branch = branch_that_tells_apart(heads);
    std::string hint = "Name one of them, as in " + statement(branch + "@head");
    if (purpose_ == Purpose::upgrade || purpose_ == Purpose::stamp) {
        hint = "Take all with " +
               statement(target_.branch ? *target_.branch + "@heads" : std::string("heads")) +
               ", or one with " + statement(branch + "@head");
    }
    if (purpose_ == Purpose::upgrade) {
        hint += ", or join them with " + merging(graph_, heads);
    }
    throw Failure(FailureCode::several_heads,
                  branch_ ? "branch " + quoted_branch() + " has several heads"
                          : "target " + in_quotes(target_.text) +
                                " is ambiguous: there are several heads",
                  "The heads are " + listed(graph_, heads) + ".", hint + ".");
}

void Resolver::fail_several_rows(const std::vector<Index>& rows) const {
    const std::string detail = (branch_ ? "On branch " + quoted_branch() + " these are applied: "
                                        : std::string("The rows are ")) +
                               listed(graph_, rows) + ".";
    std::string hint = "Name a revision instead.";
    if (target_.symbol == Symbol::none && target_.relative) {
        // A row's own id as branch leaves only what follows or leads to it.
        const std::string steps =
            (*target_.relative > 0 ? "+" : "") + std::to_string(*target_.relative);
        hint = "Name the branch to follow, as in " +
               statement(graph_.id(rows.front()) + "@" + steps) + ", or name a revision.";
    }
    throw Failure(FailureCode::several_rows,
                  "target " + in_quotes(target_.text) + " is ambiguous: there are several rows",
                  detail, hint);
}

void Resolver::fail_ambiguous_up(Position here, const std::vector<Index>& next) const {
    throw Failure(FailureCode::ambiguous_walk,
                  here ? "the way up from revision " + in_quotes(graph_.id(*here)) + " is ambiguous"
                       : "the way up from base is ambiguous",
                  (here ? "It is followed by " : "The bases are ") + listed(graph_, next) + ".",
                  "Name the revision, or the branch to follow, as in " +
                      statement(graph_.id(next.front()) + "@" + text_without_branch()) + ".");
}

void Resolver::fail_ambiguous_down(Index here) const {
    const auto parents = graph_.parents(here);
    throw Failure(FailureCode::ambiguous_walk,
                  "the way down from revision " + in_quotes(graph_.id(here)) + " is ambiguous",
                  "It merges " + listed(graph_, parents) + ".",
                  "Name the parent to go to, as in " + statement(graph_.id(parents.front())) + ".");
}

void Resolver::fail_past_end(Position here, int done, int steps) const {
    const bool is_up = steps > 0;
    std::string detail;
    if (!is_up && done == 0) {
        detail = target_.symbol == Symbol::none && purpose_ != Purpose::look
                     ? (branch_ ? "No revision of branch " + quoted_branch() + " is applied."
                                : std::string("No revision is applied."))
                     : "Nothing is below base.";
    } else if (is_up && !here) {
        detail = "No revision is registered.";
    } else {
        const std::string end = !here ? "base" : in_quotes(graph_.id(*here));
        const unsigned wanted = is_up ? static_cast<unsigned>(steps) : 0U - unsigned(steps);
        const unsigned possible = static_cast<unsigned>(is_up ? done : -done);
        detail = "The walk ends at " + end + " after " + std::to_string(possible) + " of " +
                 std::to_string(wanted) + " steps.";
    }
    const std::string end = is_up ? (branch_ ? *target_.branch + "@head" : std::string("head"))
                                  : (branch_ ? *target_.branch + "@base" : std::string("base"));
    const bool is_reversed = is_up == (purpose_ == Purpose::downgrade);
    throw Failure(FailureCode::walk_past_end,
                  "target " + in_quotes(target_.text) + " is past the " +
                      (is_up ? "last" : "first") + " revision",
                  detail, is_reversed ? "" : "To go all the way, use " + statement(end) + ".");
}

} // namespace migrate::core

#include "core/no_postgres.hpp"
